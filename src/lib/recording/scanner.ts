import { chapters } from '../trace/chapters.ts';
import type { ConnLine, HoldLine, Line } from '../trace/event.ts';
import { lanes } from '../trace/lanes.ts';
import { parseStepName, steps, type StepId } from '../trace/steps.ts';
import { Column } from './column.ts';
import { parseLine } from './format.ts';

/**
 * The first of two passes over a recording: bytes of whole lines in, numbers out. It parses what the ladder is
 * drawn from and says only where the rest stands, so that a payload is decoded when somebody looks at it. It is
 * the costly pass, and what it returns can move to another thread: large files are scanned in a worker.
 */
export interface Batch {
	/** The lines themselves; all places (`at`) count from the first of these bytes. */
	bytes: Uint8Array;
	/** Number of the line that must come next, and the newest time. */
	next: number;
	t: number;
	/** Connections that were not named before; lines name them by their number. */
	names: string[];
	items: Cut<typeof itemColumns>;
	sent: Cut<typeof sentColumns>;
	chunks: Cut<typeof chunkColumns>;
	tty: Cut<typeof ttyColumns>;
	returns: Cut<typeof returnColumns>;
	keys: Cut<typeof keyColumns>;
	/** Lines that are rare, whole, in order. */
	rare: RareLine[];
	problems: Problem[];
}

export type RareLine = Extract<
	Line,
	{ k: 'hdr' | 'cmd' | 'conn' | 'hold' | 'exit' | 'end' | 'note' }
>;

/** A line that could not be used: said, never thrown. */
export interface Problem {
	line: number;
	why: 'not-json' | 'bad-header' | 'bad-note' | 'bad-line' | 'lines-lost' | 'newer-format';
}

export const stepIds = Object.keys(steps) as readonly StepId[];
export const laneIds = lanes.map((lane) => lane.id);
export const directions = ['>', '<'] as const;
export const ttyKinds = ['o', 'e', 'i', 'r'] as const;
export const chunkKinds = ['data', 'ref', 'gap'] as const;

/** Bits of the column `flags`. */
export const flag = { arrow: 1, reply: 2, failed: 4 } as const;
/** In the column `id`: a step that the table does not know. */
export const unknownStep = 255;

export const itemColumns = {
	i: Uint32Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array,
	id: Uint8Array,
	flags: Uint8Array,
	repeat: Uint32Array,
	/** 0: no try yet. */
	try: Uint16Array,
	from: Uint8Array,
	to: Uint8Array,
	chap: Uint8Array,
	/** Of a chunk: how many bytes it carried. */
	carried: Float64Array,
	/** HTTP status of an answer, or 0. */
	status: Uint16Array
} as const;
export const sentColumns = {
	of: Uint32Array,
	t: Float64Array,
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array
} as const;
export const chunkColumns = {
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array,
	kind: Uint8Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;
export const ttyColumns = {
	i: Uint32Array,
	t: Float64Array,
	on: Uint8Array,
	/** Connection + 1; 0: the bytes stand in the line itself. */
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;
export const returnColumns = { of: Uint32Array, ms: Float64Array } as const;
export const keyColumns = {
	i: Uint32Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;

type Made = { new (length: number): Uint8Array | Uint16Array | Uint32Array | Float64Array };
type Shape = Readonly<Record<string, Made>>;
export type Table<S extends Shape> = { [Name in keyof S]: Column<InstanceType<S[Name]>> };
type Cut<S extends Shape> = { [Name in keyof S]: InstanceType<S[Name]> };

/** Columns of one length, side by side. */
export function makeTable<S extends Shape>(shape: S, room?: number): Table<S> {
	const made = Object.entries(shape).map(([name, make]) => [name, new Column(make, room)]);
	return Object.fromEntries(made) as Table<S>;
}

function cut<S extends Shape>(table: Table<S>): Cut<S> {
	const columns = Object.entries(table) as [string, Column<Uint8Array>][];
	return Object.fromEntries(columns.map(([name, column]) => [name, column.cut()])) as Cut<S>;
}

/** Puts a batch's columns behind a table's; places are counted on from `base`. */
export function appendTo<S extends Shape>(table: Table<S>, columns: Cut<S>, base: number): void {
	const entries = Object.entries(table) as [string, Column<Float64Array>][];
	for (const [name, column] of entries) column.append(columns[name]!, name === 'at' ? base : 0);
}

// The lines that are many stand as our recorder writes them, and are read without making objects of them; any other
// order of their fields is right too, and costs a JSON.parse.
const span = String.raw`"c":"([^"\\]+)","dir":"([<>])","o":(\d+),"len":(\d+)`;
const head = String.raw`"i":(\d+),"t":(\d+)`;
const sentPattern = new RegExp(String.raw`^\{"k":"sent",${head},"of":(\d+),${span}\}$`);
const bytesPattern = new RegExp(String.raw`^\{"k":"(b|gap)",${head},${span},"(d|d64|ref|crc)":`);
const ttyPattern = new RegExp(String.raw`^\{"k":"tty",${head},"on":"([oei])",${span}\}$`);
const keyPattern = new RegExp(String.raw`^\{"k":"key",${head},`);

const utf8 = new TextDecoder();
const latin1 = new TextDecoder('latin1');
const lineFeed = 10;

export class Scanner {
	#next = 0;
	#line = 0;
	#t = 0;
	#stopped = false;
	readonly #names = new Map<string, number>();
	readonly #stepNames = new Map<string, ReturnType<typeof parseStepName>>();
	#batch = new Building();

	/** Reads whole lines, each with its line feed. */
	scan(bytes: Uint8Array): Batch {
		const building = (this.#batch = new Building());
		// One character a byte, so that a place in the text is a place in the bytes.
		const text = latin1.decode(bytes);
		for (let from = 0; from < bytes.length;) {
			const found = bytes.indexOf(lineFeed, from);
			const to = found < 0 ? bytes.length : found;
			this.#take(text.slice(from, to), bytes, from, to);
			from = to + 1;
		}
		return building.finish(bytes, this.#next, this.#t);
	}

	#take(text: string, bytes: Uint8Array, from: number, to: number): void {
		this.#line++;
		if (text === '' || text.startsWith('#') || this.#stopped) return;
		if (this.#plain(text, from, to)) return;
		const line = parseLine(utf8.decode(bytes.subarray(from, to)));
		if (!line) return this.#report('not-json');
		if (line.k === 'note') return void this.#batch.rare.push(line);
		const { i, t } = line;
		if (!Number.isInteger(i) || i < 0 || typeof t !== 'number') return this.#report('bad-line');
		if (!this.#counts(i, t)) return;
		if (!this.#place(line, from, to)) this.#report('bad-line');
	}

	/** The kinds of line that are many, in the recorder's own words. */
	#plain(text: string, from: number, to: number): boolean {
		const kind = text.charAt(6);
		if (kind === 'b' || kind === 'g') {
			const found = bytesPattern.exec(text);
			if (!found) return false;
			const [, , i, t, c, dir, o, len, what] = found;
			if (this.#counts(+i!, +t!)) this.#chunk(c!, dir!, +o!, +len!, chunkOf[what!]!, +t!, from, to);
			return true;
		}
		if (kind === 's') {
			const found = sentPattern.exec(text);
			if (!found) return false;
			const [, i, t, of, c, dir, o, len] = found;
			if (this.#counts(+i!, +t!)) this.#sent(+of!, +t!, c!, dir!, +o!, +len!);
			return true;
		}
		if (kind === 't') {
			const found = ttyPattern.exec(text);
			if (!found) return false;
			const [, i, t, on, c, dir, o, len] = found;
			if (this.#counts(+i!, +t!))
				this.#tty(+i!, +t!, on!, { c: c!, dir: dir!, o: +o!, len: +len! }, from, to);
			return true;
		}
		if (kind !== 'k') return false;
		const found = keyPattern.exec(text);
		if (found && this.#counts(+found[1]!, +found[2]!)) this.#key(+found[1]!, +found[2]!, from, to);
		return found !== null;
	}

	/** Whether a line is new. A reconnected source may send again what is here already. */
	#counts(i: number, t: number): boolean {
		if (i < this.#next) return false;
		if (i > this.#next) this.#report('lines-lost');
		this.#next = i + 1;
		this.#t = Math.max(this.#t, t);
		return true;
	}

	/** Puts one line in its place; false when a field that it needs is missing or wrong. */
	#place(line: Exclude<Line, { k: 'note' }>, from: number, to: number): boolean {
		switch (line.k) {
			case 'b':
			case 'gap': {
				if (!isSpan(line)) return false;
				const what = line.k === 'gap' ? 'crc' : line.ref ? 'ref' : 'd';
				this.#chunk(line.c, line.dir, line.o, line.len, chunkOf[what]!, line.t, from, to);
				return true;
			}
			case 'sent':
				if (!isSpan(line) || !isCount(line.of)) return false;
				this.#sent(line.of, line.t, line.c, line.dir, line.o, line.len);
				return true;
			case 'tty':
				if (!ttyKinds.includes(line.on) || (line.on === 'r' && !line.size)) return false;
				this.#tty(line.i, line.t, line.on, isSpan(line) ? line : undefined, from, to);
				return true;
			case 'key':
				this.#key(line.i, line.t, from, to);
				return true;
			case 'step':
				return this.#item(line, flag.arrow, line.from, line.to, from, to);
			case 'call':
				if (!('of' in line)) return this.#item(line, 0, line.at, line.at, from, to);
				if (!isCount(line.of) || typeof line.ms !== 'number') return false;
				this.#batch.returns.of.push(line.of);
				this.#batch.returns.ms.push(line.ms);
				return true;
			case 'fault':
				return true;
			default:
				return this.#rare(line);
		}
	}

	#rare(line: RareLine): boolean {
		switch (line.k) {
			case 'hdr':
				// Nothing of a newer major version is read; the header itself is checked where it is used.
				if (typeof line.execscope === 'number' && line.execscope > 1) this.#stopped = true;
				break;
			case 'cmd':
				if (line.argv !== undefined && !isStrings(line.argv)) return false;
				break;
			case 'conn':
				if (!isNamed(line)) return false;
				break;
			case 'hold':
				if (!isHeld(line)) return false;
				break;
			case 'exit':
			case 'end':
				break;
			default:
				return true; // a kind of a later version
		}
		this.#batch.rare.push(line);
		return true;
	}

	#item(
		line: Extract<Line, { s: string; n: string }>,
		kind: number,
		fromLane: string,
		toLane: string,
		from: number,
		to: number
	): boolean {
		const lanesOf = [laneAt(fromLane), laneAt(toLane)] as const;
		if (typeof line.s !== 'string' || lanesOf[0] < 0 || lanesOf[1] < 0) return false;
		const name = this.#name(line.s);
		const facts = typeof line.facts === 'object' && line.facts !== null ? line.facts : {};
		const { items } = this.#batch;
		items.i.push(line.i);
		items.t.push(line.t);
		items.at.push(from);
		items.length.push(to - from);
		items.id.push(name ? stepIds.indexOf(name.id) : unknownStep);
		items.flags.push(kind | (name?.reply ? flag.reply : 0) | (hasFailed(facts) ? flag.failed : 0));
		items.repeat.push(name?.repeat ?? 1);
		items.try.push(isCount(line.try) ? line.try : 0);
		items.from.push(lanesOf[0]);
		items.to.push(lanesOf[1]);
		items.chap.push(chapterAt(line.chap, name?.id));
		items.carried.push(Number(facts.len) || 0);
		items.status.push(isCount(facts.status) && facts.status < 1000 ? facts.status : 0);
		return true;
	}

	#name(s: string): ReturnType<typeof parseStepName> {
		// Only names without a number come again and again.
		if (s.includes('#')) return parseStepName(s);
		if (!this.#stepNames.has(s)) this.#stepNames.set(s, parseStepName(s));
		return this.#stepNames.get(s);
	}

	#chunk(
		c: string,
		dir: string,
		o: number,
		len: number,
		kind: number,
		t: number,
		from: number,
		to: number
	): void {
		const { chunks } = this.#batch;
		chunks.c.push(this.#connection(c));
		chunks.dir.push(dir === '>' ? 0 : 1);
		chunks.o.push(o);
		chunks.len.push(len);
		chunks.kind.push(kind);
		chunks.t.push(t);
		chunks.at.push(from);
		chunks.length.push(to - from);
	}

	#sent(of: number, t: number, c: string, dir: string, o: number, len: number): void {
		const { sent } = this.#batch;
		sent.of.push(of);
		sent.t.push(t);
		sent.c.push(this.#connection(c));
		sent.dir.push(dir === '>' ? 0 : 1);
		sent.o.push(o);
		sent.len.push(len);
	}

	#tty(
		i: number,
		t: number,
		on: string,
		where: { c: string; dir: string; o: number; len: number } | undefined,
		from: number,
		to: number
	): void {
		const { tty } = this.#batch;
		tty.i.push(i);
		tty.t.push(t);
		tty.on.push(ttyKinds.findIndex((kind) => kind === on));
		tty.c.push(where ? this.#connection(where.c) + 1 : 0);
		tty.dir.push(where?.dir === '<' ? 1 : 0);
		tty.o.push(where?.o ?? 0);
		tty.len.push(where?.len ?? 0);
		tty.at.push(from);
		tty.length.push(to - from);
	}

	#key(i: number, t: number, from: number, to: number): void {
		const { keys } = this.#batch;
		keys.i.push(i);
		keys.t.push(t);
		keys.at.push(from);
		keys.length.push(to - from);
	}

	#connection(c: string): number {
		let number = this.#names.get(c);
		if (number === undefined) {
			this.#names.set(c, (number = this.#names.size));
			this.#batch.names.push(c);
		}
		return number;
	}

	#report(why: Problem['why']): void {
		this.#batch.problems.push({ line: this.#line, why });
	}
}

/** A batch under way. */
class Building {
	readonly names: string[] = [];
	readonly rare: RareLine[] = [];
	readonly problems: Problem[] = [];
	readonly items = makeTable(itemColumns);
	readonly sent = makeTable(sentColumns);
	readonly chunks = makeTable(chunkColumns);
	readonly tty = makeTable(ttyColumns);
	readonly returns = makeTable(returnColumns);
	readonly keys = makeTable(keyColumns, 4);

	finish(bytes: Uint8Array, next: number, t: number): Batch {
		return {
			bytes,
			next,
			t,
			names: this.names,
			items: cut<typeof itemColumns>(this.items),
			sent: cut<typeof sentColumns>(this.sent),
			chunks: cut<typeof chunkColumns>(this.chunks),
			tty: cut<typeof ttyColumns>(this.tty),
			returns: cut<typeof returnColumns>(this.returns),
			keys: cut<typeof keyColumns>(this.keys),
			rare: this.rare,
			problems: this.problems
		};
	}
}

const chunkOf: Record<string, number> = {
	d: chunkKinds.indexOf('data'),
	d64: chunkKinds.indexOf('data'),
	ref: chunkKinds.indexOf('ref'),
	crc: chunkKinds.indexOf('gap')
};

function hasFailed(facts: Record<string, unknown>): boolean {
	if (typeof facts.status === 'number') return facts.status >= 400;
	return facts.error !== undefined && facts.error !== null && facts.error !== '';
}

function chapterAt(said: unknown, id: StepId | undefined): number {
	const at = chapters.findIndex((chapter) => chapter === said);
	return at >= 0 ? at : chapters.indexOf(id ? steps[id].chap : 'find');
}

const laneAt = (lane: unknown): number => laneIds.findIndex((id) => id === lane);

const isCount = (value: unknown): value is number =>
	typeof value === 'number' && Number.isInteger(value) && value >= 0;

function isSpan(line: {
	c?: unknown;
	dir?: unknown;
	o?: unknown;
	len?: unknown;
}): line is { c: string; dir: '>' | '<'; o: number; len: number } {
	return (
		typeof line.c === 'string' &&
		(line.dir === '>' || line.dir === '<') &&
		isCount(line.o) &&
		isCount(line.len)
	);
}

const isNamed = (line: ConnLine): boolean => typeof line.c === 'string';
const isHeld = (line: HoldLine): boolean => typeof line.s === 'string';
const isStrings = (value: unknown): boolean =>
	Array.isArray(value) && value.every((word) => typeof word === 'string');
