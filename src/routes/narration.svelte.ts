import { hopSentence } from '$lib/diagram/journey-words.ts';
import { rowName } from '$lib/diagram/row-name.ts';
import type { Row } from '$lib/diagram/rows.ts';
import { rowWords, type Phrases, type RowWords } from '$lib/diagram/words.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { explanationOf } from '$lib/inspector/explanation.ts';
import { hexLine } from '$lib/inspector/hex.ts';
import type { Item } from '$lib/recording/recording.ts';
import { payloadText } from '$lib/recording/payload.ts';
import { commandText } from '$lib/recording/run-names.ts';
import type { PageState } from './page-state.svelte.ts';

/** Words of so many rows are kept: more than anybody scrolls past before something changes. */
const keptWords = 4000;
const hexShown = 10;

/** What the page says of rows, in the reader's language: beside the arrow, in the caption, and by voice. */
export class Narration {
	readonly #page: PageState;

	constructor(page: PageState) {
		this.#page = page;
	}

	readonly #phrases = $derived.by<Phrases>(() => {
		const { m } = i18n;
		const { recording } = this.#page;
		return {
			title: (s) => explanationOf(s, i18n.language).title,
			future: (s) => explanationOf(s, i18n.language).future,
			refusedTry: (wire, status) => m.refusedTry(wire === 'W' ? m.wires.W : m.wires.S, status),
			chunks: (count, bytes) => m.chunks(i18n.whole(count)) + m.comma + i18n.bytes(bytes),
			dropped: m.dropped,
			told: m.told,
			bytes: (count) => i18n.bytes(count),
			payload: (item) => payloadText(recording, item),
			hex: (span) =>
				hexLine(recording.bytes.bytes({ ...span, len: Math.min(hexShown, span.len) }).data),
			frame: (name) => m.frames.names[name] ?? name,
			trouble: (what) => m.frames.troubles[what]
		};
	});

	/** The words beside a row. Asked for at every frame; they change only when recording, language or level do. */
	readonly words = $derived.by<(row: Row) => RowWords>(() => {
		void this.#page.revision;
		const { detail } = this.#page.view;
		const phrases = this.#phrases;
		const known = new Map<string, RowWords>();
		return (row) => {
			// A fold opens, or falls apart on the other clock, and decoders come after the level that needs them: the row says
			// something else then.
			const fold = row.fold ? (row.fold.open ? ' open' : ' shut') : '';
			const key = `${row.key}${fold}${row.alone ? ' alone' : ''}`;
			let found = known.get(key);
			if (!found) {
				if (known.size > keptWords) known.clear();
				known.set(key, (found = rowWords(row, detail, phrases)));
			}
			return found;
		};
	});

	/** When the first step was announced: all times of the page count from there. */
	readonly begun = $derived.by(() => {
		void this.#page.revision;
		return this.#page.recording.items.at(0)?.t ?? 0;
	});

	/** How long after the first step an item began, in milliseconds. */
	elapsed(item: Item | undefined): number | undefined {
		return item && (item.t - this.begun) / 1000;
	}

	/** When a row began, in milliseconds; nothing for what has not happened. */
	readonly time = $derived.by<(row: Row) => string>(() => {
		const { begun } = this;
		return (row) => (row.item ? i18n.moment(row.item.t - begun) : '');
	});

	/** A time of the time column with its unit, where it stands alone. */
	unit(time: string): string {
		return /\d$/.test(time) ? `${time} ${i18n.m.ms}` : time;
	}

	/** One sentence that says of a step what happens and why. */
	explain(row: Pick<Row, 's' | 'item'>): string {
		const { recording } = this.#page;
		const happened = row.item && { item: row.item, recording };
		return explanationOf(row.s, i18n.language, happened).sentence;
	}

	/** A row in one line, for who points at its place on the time bar. */
	preview(row: Row): string {
		const { m } = i18n;
		const number = row.number === undefined ? '' : m.ordinal(String(row.number));
		const time = this.time(row);
		return [number, this.words(row).text, time && this.unit(time)].filter(Boolean).join(' ');
	}

	/** The sentence under the ladder, which screen readers say: which step, and what it is. */
	readonly caption = $derived.by<{ lead: string; text: string }>(() => {
		void this.#page.revision;
		const { m } = i18n;
		const { journey, clock } = this.#page.lesson;
		const hop = journey?.hops[clock.hop];
		if (journey && hop) return { lead: '', text: hopSentence(hop, clock.hop, journey.hops.length) };
		const row = this.#page.currentRow;
		if (!row?.item) return this.#before();
		const lead = row.number === undefined ? '' : m.stepNumber(String(row.number));
		const held = this.#page.heldItem && this.#page.heldRow?.key === row.key;
		const parts = held ? this.#waiting() : this.#said(row);
		return { lead, text: parts.join(m.blank) };
	});

	/** The row's own sentence, for whoever hears the caption instead of seeing the ladder. */
	readonly heard = $derived.by(() => {
		const row = this.#page.currentRow;
		if (!row?.item) return '';
		return rowName(row, this.words(row).text, i18n.m) + i18n.m.stopMark;
	});

	/** Before the first step. */
	#before(): { lead: string; text: string } {
		const { m } = i18n;
		const { answered, origin, recording, rows, live } = this.#page;
		if (answered) return { lead: m.said + m.stopMark, text: live.session?.said.trim() ?? '' };
		if (origin === 'none') return { lead: '', text: m.nothingYet };
		if (origin === 'live') return { lead: m.live + m.stopMark, text: m.waitingFor };
		const what = commandText(recording.command) ?? recording.id;
		const length = i18n.duration(((recording.items.at(-1)?.t ?? 0) - this.begun) / 1000);
		return {
			lead: m.recording + m.stopMark,
			text: m.pausedBefore(what, i18n.whole(rows.steps), length)
		};
	}

	#waiting(): string[] {
		const { m } = i18n;
		const { waiters } = this.#page;
		const names = waiters.map((lane) => m.inLane[lane]);
		return [m.heldCaption, ...(names.length > 1 ? [m.waits(names)] : [])];
	}

	#said(row: Row): string[] {
		const { shownItem, recording } = this.#page;
		const happened = shownItem && { item: shownItem, recording };
		const { sentence } = explanationOf(row.s, i18n.language, happened);
		const size = shownItem?.size;
		const counted = size === undefined ? [] : [i18n.bytes(size) + i18n.m.stopMark];
		return [sentence || this.words(row).text, ...counted];
	}
}
