import { chapters } from '../trace/chapters.ts';
import { withoutHeaders } from '../trace/step-sets.ts';
import type { Facts, NoteLine } from '../trace/event.ts';
import { Column, lastUpTo } from './column.ts';
import { decodeTowards } from './frames/frames-of.ts';
import { headersOf } from './frames/headers-of.ts';
import type { Item } from './item.ts';
import type { Query } from './query.ts';
import type { Recording } from './recording.ts';
import { flag, laneIds } from './columns.ts';

/** In which of a step's texts a word stands. */
export type Where = 'name' | 'said' | 'title' | 'fields' | 'header' | 'payload' | 'note';

/** One step that was found: where, and the words around the place, of which `range` is what was looked for. */
export interface Hit {
	readonly item: number;
	readonly where: Where;
	readonly excerpt: string;
	readonly range: readonly [from: number, to: number];
}

export interface SearchTexts {
	/** Title of a step's explanation in the shown language. */
	title: (s: string) => string;
	/** What a step said, in the shown language; undefined: as it was recorded. */
	told: (said: Pick<Item, 'id' | 'reply' | 'n' | 'facts'>) => string | undefined;
	tag: 'en' | 'zh-CN';
}

/** Of one message no more bytes are looked through on each socket: enough for every header and most of what is typed. */
export const bytesSearched = 64 * 1024;
const before = 24;
const after = 72;
/** A live item gets its bytes a few lines later; the newest are looked at again. */
const lookedAtAgain = 64;
/** Between two looks at the clock: so many items, or so many bytes of theirs. */
const itemsAtOnce = 4;
const bytesAtOnce = 64 * 1024;
/** As much work as these is a part of a connection whose headers are compressed: each needs all before it. */
const framesAtOnce = 100;

/**
 * One search through one recording. It goes through the items in order, a little at a time, and can go on where it
 * stopped when a live run has grown. Only the indices of what is found are kept, since all of a million may be; what
 * there is to say about one is read by `hit`.
 */
export class Search {
	readonly found = new Column(Int32Array, 64);
	readonly #recording: Recording;
	readonly #query: Query;
	readonly #texts: SearchTexts;
	readonly #words: readonly RegExp[];
	readonly #titles = new Map<string, string>();
	readonly #notes = new Map<string, string[]>();
	#next = 0;
	/** Looked through since the clock was. */
	#bytes = 0;
	#stopped = false;

	constructor(recording: Recording, query: Query, texts: SearchTexts) {
		this.#recording = recording;
		this.#query = query;
		this.#texts = texts;
		this.#words = query.words.map((word) => new RegExp(escaped(word), 'iu'));
		for (const note of recording.notes.values()) this.#note(note);
	}

	/** How many items have been looked at. */
	get seen(): number {
		return this.#next;
	}

	get complete(): boolean {
		return this.#next >= this.#recording.items.length;
	}

	/** Sorted indices of the items that were found. */
	hits(): Int32Array {
		return this.found.cut();
	}

	/** Looks on until `enough` says so, or all is seen; true when all is. */
	look(enough: () => boolean): boolean {
		const { length } = this.#recording.items;
		while (this.#next < length) {
			const end = Math.min(length, this.#next + itemsAtOnce);
			this.#bytes = 0;
			for (; this.#next < end && this.#bytes < bytesAtOnce; this.#next++) {
				const has = this.#passes(this.#next) && this.#hasAll(this.#next);
				if (has === undefined) break;
				if (has) this.found.push(this.#next);
			}
			if (enough()) break;
		}
		return this.complete;
	}

	/**
	 * Looks through all in slices of `sliceMs`, and says after each what there is. `later` gives the page its turn.
	 * A search that is stopped says nothing more.
	 */
	start(
		onslice: () => void,
		now: () => number = () => performance.now(),
		later: (go: () => void) => void = (go) => setTimeout(go)
	): void {
		const slice = () => {
			if (this.#stopped) return;
			const until = now() + sliceMs;
			const all = this.look(() => now() >= until);
			onslice();
			if (!all) later(slice);
		};
		later(slice);
	}

	stop(): void {
		this.#stopped = true;
	}

	/** Goes on after the recording has grown. */
	grown(): void {
		this.#next = Math.max(0, this.#next - lookedAtAgain);
		while (this.found.length > 0 && this.found.at(this.found.length - 1) >= this.#next)
			this.found.length--;
	}

	/** What was found in one item; undefined when it is none of the found. */
	hit(index: number): Hit | undefined {
		const k = lastUpTo(this.found.array, this.found.length, index);
		const item = this.#recording.items.at(index);
		if (!item || k < 0 || this.found.at(k) !== index) return undefined;
		const [word] = this.#words;
		for (const [where, text] of this.#allTextsOf(item)) {
			const match = word ? word.exec(text) : undefined;
			if (match) return cutOut(index, where, text, match.index, match[0].length);
			if (!word && where === 'said') return cutOut(index, where, text, 0, 0);
		}
		return undefined;
	}

	/** The filters, which are numbers in columns. */
	#passes(k: number): boolean {
		const { wires, lanes, chapters: chaps, errors, unknown } = this.#query;
		if (unknown.length > 0) return false;
		const { columns } = this.#recording.items;
		if (errors && (columns.flags.at(k) & flag.failed) === 0) return false;
		if (chaps.length > 0 && !chaps.includes(chapters[columns.chap.at(k)]!)) return false;
		if (lanes.length > 0) {
			const [from, to] = [laneIds[columns.from.at(k)]!, laneIds[columns.to.at(k)]!];
			if (!lanes.includes(from) && !lanes.includes(to)) return false;
		}
		if (wires.length === 0) return true;
		const wire = this.#recording.items.at(k)?.wire;
		return wire !== undefined && wires.includes(wire);
	}

	/**
	 * Every word stands somewhere; they need not stand in the same place. Undefined: that shows when more of a connection
	 * is decoded, which goes on where it stopped.
	 */
	#hasAll(k: number): boolean | undefined {
		if (this.#words.length === 0) return true;
		const item = this.#recording.items.at(k)!;
		const missing = without(this.#words, this.#textsOf(item));
		if (missing.length === 0) return true;
		if (!mayCompress(item)) return false;
		this.#bytes += bytesAtOnce;
		if (!decodeTowards(this.#recording, item, framesAtOnce)) return undefined;
		return without(missing, this.#compressedOf(item)).length === 0;
	}

	*#allTextsOf(item: Item): Generator<[Where, string]> {
		yield* this.#textsOf(item);
		yield* this.#compressedOf(item);
	}

	*#compressedOf(item: Item): Generator<[Where, string]> {
		if (!mayCompress(item)) return;
		for (const [name, value] of headersOf(this.#recording, item))
			yield ['header', `${name}: ${value}`];
	}

	/** All that an item says and that needs no decoding, what is cheap to read first. */
	*#textsOf(item: Item): Generator<[Where, string]> {
		const { text, items } = this.#recording;
		const { at, length } = items.columns;
		const line = text.parse(at.at(item.index), length.at(item.index)) ?? {};
		const name = String(line.s);
		yield ['name', name];
		const { id, reply } = item;
		const n = String(line.n ?? '');
		const told = this.#texts.told({ id, reply, n, facts: isFacts(line.facts) ? line.facts : {} });
		if (told !== undefined) yield ['said', told];
		yield ['said', n];
		yield ['title', this.#title(name)];
		const fields: string[] = [];
		gather(line.facts, fields);
		if (typeof line.fn === 'string') fields.push(line.fn);
		yield ['fields', fields.join(' ')];
		for (const note of this.#notes.get(name) ?? []) yield ['note', note];
		for (const span of item.sent) {
			const len = Math.min(span.len, bytesSearched);
			this.#bytes += len;
			const bytes = utf8.decode(this.#recording.bytes.bytes({ ...span, len }).data);
			const head = httpStart.test(bytes) ? bytes.indexOf('\r\n\r\n') : -1;
			if (head >= 0) yield ['header', bytes.slice(0, head)];
			yield ['payload', bytes.slice(head + 1)];
		}
	}

	#title(name: string): string {
		const plain = name.replace(/#\d+$/, '');
		let title = this.#titles.get(plain);
		if (title === undefined) this.#titles.set(plain, (title = this.#texts.title(plain)));
		return title;
	}

	#note(note: NoteLine): void {
		const text = note.text[this.#texts.tag] ?? note.text.en ?? note.text['zh-CN'];
		if (text === undefined || note.at.s === undefined) return;
		const others = this.#notes.get(note.at.s);
		if (others) others.push(text);
		else this.#notes.set(note.at.s, [text]);
	}
}

/** The words that stand in none of the texts. */
function without(
	words: readonly RegExp[],
	texts: Iterable<readonly [Where, string]>
): readonly RegExp[] {
	let missing = words;
	for (const [, text] of texts) {
		missing = missing.filter((word) => !word.test(text));
		if (missing.length === 0) break;
	}
	return missing;
}

/** SPDY and HTTP/2 compress headers; whether a step's bytes are some of these shows when they are decoded. */
function mayCompress({ id, wire }: Item): boolean {
	return (wire === 'S' || wire === 'G') && !(id !== undefined && withoutHeaders.has(id));
}

/** Leaves room in a frame of 16 ms for the frame itself. */
export const sliceMs = 8;

const utf8 = new TextDecoder();
const httpStart = /^(?:[A-Z]+ \S+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3})/;

const isFacts = (value: unknown): value is Facts => typeof value === 'object' && value !== null;

/** Names and values, however deep. */
function gather(value: unknown, into: string[]): void {
	if (value === null || value === undefined) return;
	if (Array.isArray(value)) for (const one of value) gather(one, into);
	else if (typeof value === 'object')
		for (const [name, one] of Object.entries(value)) {
			into.push(name);
			gather(one, into);
		}
	else into.push(String(value));
}

function cutOut(item: number, where: Where, text: string, at: number, length: number): Hit {
	const from = Math.max(0, at - before);
	const to = Math.min(text.length, at + Math.max(length, 1) + after);
	const lead = from > 0 ? '…' : '';
	// One character for one, so that the range stays where it is.
	const excerpt = text.slice(from, to).replace(/[\p{Cc}\uFFFD]/gu, ' ');
	const begin = lead.length + at - from;
	return {
		item,
		where,
		excerpt: lead + excerpt + (to < text.length ? '…' : ''),
		range: [begin, begin + length]
	};
}

function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
