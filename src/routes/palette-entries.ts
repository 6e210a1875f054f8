import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { messages, type Language, type Messages } from '$lib/i18n/messages.ts';
import type { Row, Rows } from '$lib/diagram/rows.ts';
import { explanationOf } from '$lib/inspector/explanation.ts';
import type { Recording } from '$lib/recording/recording.ts';
import { bundled } from '$lib/recording/file-source.ts';
import { flag, laneIds, stepIds, unknownStep } from '$lib/recording/columns.ts';
import { chapters } from '$lib/trace/chapters.ts';
import type { LaneId } from '$lib/trace/lanes.ts';
import { actionIds, type ActionId } from './actions.ts';
import { isMac } from './is-mac.ts';
import { keysOf, keyWord } from './keys.ts';
import type { PageState } from './page-state.svelte.ts';
import type { Entry } from './palette.ts';

/** What the palette offers of the page's actions, of a recording, and of the recordings there are. */
const inBoth = (say: (m: Messages) => string): Entry['name'] => ({
	en: say(messages.en),
	zh: say(messages.zh)
});

const settings: ReadonlySet<ActionId> = new Set<ActionId>([
	'switch-language',
	'theme-system',
	'theme-light',
	'theme-dark',
	'theme-projector',
	'theme-contrast',
	'single-keys',
	'speak'
]);

export function actionEntries(
	acts: Readonly<Record<ActionId, () => void>>,
	space: string,
	mac: boolean
): Entry[] {
	return actionIds.map((id) => ({
		id,
		kind: settings.has(id) ? 'setting' : 'action',
		name: inBoth((m) => m.actions.names[id]),
		key: keysOf(id, mac)
			.map((key) => keyWord(key, space, mac))
			.join(', '),
		choose: acts[id]
	}));
}

/** Each kind of step once, at its first item, with its answer: at most twice as many as there are ids. */
export function stepEntries({ items }: Recording, pick: (item: number) => void): Entry[] {
	const { id, flags } = items.columns;
	const first = new Map<number, number>();
	for (let k = 0; k < items.length; k++) {
		if (id.at(k) === unknownStep) continue;
		const kind = id.at(k) * 2 + (flags.at(k) & flag.reply ? 1 : 0);
		if (!first.has(kind)) first.set(kind, k);
	}
	return [...first].map(([kind, k]) => {
		const s = `${stepIds[kind >> 1]!}${kind & 1 ? ':reply' : ''}`;
		return {
			id: `step ${s}`,
			kind: 'step',
			name: { en: explanationOf(s, 'en').title, zh: explanationOf(s, 'zh').title },
			also: s,
			choose: () => pick(k)
		};
	});
}

export function chapterEntries({ items }: Recording, pick: (item: number) => void): Entry[] {
	const { chap } = items.columns;
	const column = chap.array.subarray(0, items.length);
	return chapters.flatMap((chapter, k) => {
		const at = column.indexOf(k);
		if (at < 0) return [];
		return {
			id: `chapter ${chapter}`,
			kind: 'chapter' as const,
			// Some are called as actions are: the name says that this is a chapter.
			name: inBoth((m) => m.actions.chapter(m.chapters[chapter])),
			alias: [messages.en.chapters[chapter], messages.zh.chapters[chapter]],
			choose: () => pick(at)
		};
	});
}

export function laneEntries(lanes: readonly LaneId[], choose: (lane: LaneId) => void): Entry[] {
	return lanes.map((lane) => ({
		id: `lane ${lane}`,
		kind: 'lane',
		name: inBoth((m) => m.lanes[lane]),
		choose: () => choose(lane)
	}));
}

export function recordingEntries(
	runs: readonly { id: string; cmd?: string }[],
	open: (id: string) => void
): Entry[] {
	return runs.map(({ id, cmd }) => ({
		id: `recording ${id}`,
		kind: 'recording',
		name: { en: cmd ?? id, zh: cmd ?? id },
		...(cmd ? { also: id } : {}),
		choose: () => open(id)
	}));
}

/** The row with a number, for who types one. */
export function numberedEntry(
	rows: Rows,
	number: number,
	pick: (row: Row) => void
): Entry | undefined {
	const row = rows.withNumber(number);
	if (!row) return undefined;
	const name = (language: Language) => {
		const m = messages[language];
		return m.actions.step(String(number)) + m.comma + explanationOf(row.s, language).title;
	};
	return {
		id: 'number',
		kind: 'step',
		name: { en: name('en'), zh: name('zh') },
		also: row.key,
		choose: () => pick(row)
	};
}

/** All that the palette offers. */
export function allEntries(
	page: PageState,
	acts: Readonly<Record<ActionId, () => void>>,
	lanes: readonly LaneId[]
): Entry[] {
	const { recording, live } = page;
	const seek = (item: number) => page.steer.seek(item);
	const kept = bundled.map(({ id, command }) => ({ id, cmd: command }));
	return [
		...actionEntries(acts, i18n.m.space, isMac()),
		...stepEntries(recording, seek),
		...chapterEntries(recording, seek),
		...laneEntries(lanes, (lane) => {
			const { from, to } = recording.items.columns;
			const wanted = laneIds.indexOf(lane);
			for (let k = 0; k < recording.items.length; k++)
				if (from.at(k) === wanted || to.at(k) === wanted) return seek(k);
		}),
		...recordingEntries([...kept, ...live.runs.slice(-30)], (id) => void page.openRun(id))
	];
}
