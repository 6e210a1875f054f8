import { chapters } from '../trace/chapters.ts';
import { withoutHeaders } from '../trace/step-sets.ts';
import type { Facts, NoteLine } from '../trace/event.ts';
import { Column, lastUpTo } from './column.ts';
import { headersOf } from './frames/headers-of.ts';
import type { Item } from './item.ts';
import type { Query } from './query.ts';
import type { Recording } from './recording.ts';
import { flag, laneIds } from './columns.ts';

/** In which of a step's texts a word stands. */
export type Where = 'name' | 'said' | 'title' | 'fields' | 'header' | 'payload' | 'note';

type Text = readonly [where: Where, text: string];

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
/** Between two looks at the clock: texts of so many items, or of so many characters, all words together. */
const itemsAtOnce = 4;
const charactersAtOnce = 64 * 1024;
/** A short text costs as much as so many characters. */
const leastCharacters = 64;
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
	/** The item that is being looked through: the words that it still lacks, and the texts where they may be. */
	#open: { missing: readonly RegExp[]; texts: Iterator<Text | undefined> } | undefined;
	/** Characters looked through since the clock was. */
	#looked = 0;
	#stopped = false;
	#unread = -1;

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

	/**
	 * The first item whose compressed headers could not all be looked through, since they lie further into their connection
	 * than it is decoded; -1 when there is none. What is behind it may have the words without being found.
	 */
	get unread(): number {
		return this.#unread;
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
			this.#looked = 0;
			for (; this.#next < end && this.#looked < charactersAtOnce; this.#next++) {
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
		this.#open = undefined;
		while (this.found.length > 0 && this.found.at(this.found.length - 1) >= this.#next)
			this.found.length--;
	}

	/** What was found in one item; undefined when it is none of the found. */
	hit(index: number): Hit | undefined {
		const k = lastUpTo(this.found.array, this.found.length, index);
		const item = this.#recording.items.at(index);
		if (!item || k < 0 || this.found.at(k) !== index) return undefined;
		const [word] = this.#words;
		for (const found of this.#textsOf(item)) {
			if (!found) continue;
			const [where, text] = found;
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
	 * Every word stands somewhere; they need not stand in the same place. Undefined: there is more to look through than
	 * at once, and the next call goes on where this one stopped.
	 */
	#hasAll(k: number): boolean | undefined {
		if (this.#words.length === 0) return true;
		this.#open ??= {
			missing: this.#words,
			texts: this.#textsOf(this.#recording.items.at(k)!)
		};
		const open = this.#open;
		while (open.missing.length > 0 && this.#looked < charactersAtOnce) {
			const next = open.texts.next();
			if (next.done) break;
			if (next.value) this.#lookFor(open, next.value[1]);
			else this.#looked = charactersAtOnce;
		}
		const found = open.missing.length === 0;
		if (!found && this.#looked >= charactersAtOnce) return undefined;
		this.#open = undefined;
		return found;
	}

	#lookFor(open: { missing: readonly RegExp[] }, text: string): void {
		this.#looked += Math.max(leastCharacters, text.length) * open.missing.length;
		open.missing = open.missing.filter((word) => !word.test(text));
	}

	/** What an item says; undefined in between, where it was work to come so far. */
	*#textsOf(item: Item): Generator<Text | undefined> {
		yield* this.#plainTextsOf(item);
		if (!mayCompress(item)) return;
		for (const header of headersOf(this.#recording, item, framesAtOnce)) {
			if (header === 'too-far') this.#unread = this.#unread < 0 ? item.index : this.#unread;
			else yield header && ['header', `${header[0]}: ${header[1]}`];
		}
	}

	/** All that an item says and that needs no decoding, what is cheap to read first. */
	*#plainTextsOf(item: Item): Generator<Text> {
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
