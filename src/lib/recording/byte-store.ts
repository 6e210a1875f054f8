import type { Direction, Span } from '../trace/event.ts';
import { lastUpTo } from './column.ts';
import { unpackBytes } from './format.ts';
import type { Batch } from './batch.ts';
import { chunkColumns, chunkKinds, directions, makeTable, type Table } from './columns.ts';
import type { TextStore } from './text-store.ts';

/** A piece of what `read` found: bytes, or a hole and why it is there. */
export type Piece =
	| { o: number; len: number; data: Uint8Array }
	| { o: number; len: number; missing: 'left-out' | 'not-recorded'; crc?: string };

/** Proxies copy proxies; a file that refers in a circle must not hang the page. */
const deepestRef = 8;
/** A chain of copies that branches at each link must not either: so many pieces, and the rest is said to be missing. */
const mostPieces = 10_000;
/** No more is put into one array: a file may say that a span is as long as it likes. */
const longestSpan = 64 * 1024 * 1024;
/** Chunks kept unpacked: more than one look at a step takes. */
const keptChunks = 256;

/**
 * The bytes of one recording, by connection, direction and offset. A chunk is known by its place in the file; its
 * line is read when its bytes are asked for. It holds them, or says that a proxy only copied them from another
 * connection (`ref`), or that they were left out (`gap`).
 */
export class ByteStore {
	readonly #chunks = new Map<string, Table<typeof chunkColumns>>();
	readonly #lines = new Map<number, Unpacked>();
	readonly #text: TextStore;

	constructor(text: TextStore) {
		this.#text = text;
	}

	/** Takes the chunks of a batch; `base` is where the batch's bytes begin in the text. */
	take(batch: Batch, base: number, connections: readonly string[]): void {
		const { c, dir, o, len, kind, t, at, length } = batch.chunks;
		for (let k = 0; k < c.length; k++) {
			const table = this.#of(connections[c[k]!]!, directions[dir[k] as 0 | 1]);
			insert(table, {
				c: 0,
				dir: 0,
				o: o[k]!,
				len: len[k]!,
				kind: kind[k]!,
				t: t[k]!,
				at: at[k]! + base,
				length: length[k]!
			});
		}
	}

	/** What is known of a span, in order; holes are said as such, never left out. */
	read(span: Span): Piece[] {
		return this.#read(span, { chunks: mostPieces }, 0);
	}

	#read(span: Span, left: Budget, depth: number): Piece[] {
		const chunks = this.#chunks.get(span.dir + span.c);
		const pieces: Piece[] = [];
		const end = span.o + span.len;
		let at = span.o;
		const count = chunks?.o.length ?? 0;
		for (let k = chunks ? Math.max(0, lastUpTo(chunks.o.array, count, at)) : 0; k < count; k++) {
			const from = chunks!.o.at(k);
			const upTo = Math.min(end, from + chunks!.len.at(k));
			if (from >= end || at >= end || left.chunks-- <= 0) break;
			if (upTo <= at) continue;
			if (from > at) pieces.push({ o: at, len: from - at, missing: 'not-recorded' });
			at = Math.max(at, from);
			pieces.push(...this.#slice(chunks!, k, at, upTo, left, depth));
			at = upTo;
		}
		if (at < end) pieces.push({ o: at, len: end - at, missing: 'not-recorded' });
		return pieces;
	}

	/** The bytes of a span in one array; holes are zeros, `complete` says whether there were none. */
	bytes(span: Span): { data: Uint8Array; complete: boolean } {
		const len = Math.min(span.len, longestSpan);
		const data = new Uint8Array(len);
		let complete = len === span.len;
		for (const piece of this.read({ ...span, len })) {
			if ('data' in piece) data.set(piece.data, piece.o - span.o);
			else complete = false;
		}
		return { data, complete };
	}

	/** How far the bytes of one direction are known: offset after the last; 0 when there are none. */
	end(c: string, dir: Direction): number {
		const chunks = this.#chunks.get(dir + c);
		const last = (chunks?.o.length ?? 0) - 1;
		return last < 0 ? 0 : chunks!.o.at(last) + chunks!.len.at(last);
	}

	/** Whether what is known of one direction from a place on has no hole but what was left out. */
	isWhole(c: string, dir: Direction, from: number): boolean {
		const chunks = this.#chunks.get(dir + c);
		let at = from;
		const count = chunks?.o.length ?? 0;
		for (let k = chunks ? Math.max(0, lastUpTo(chunks.o.array, count, from)) : 0; k < count; k++) {
			if (chunks!.o.at(k) > at) return false;
			at = Math.max(at, chunks!.o.at(k) + chunks!.len.at(k));
		}
		return true;
	}

	/** When a byte was read from its socket, in microseconds; undefined when it was not recorded. */
	timeOf(c: string, dir: Direction, o: number): number | undefined {
		const chunks = this.#chunks.get(dir + c);
		const k = chunks ? lastUpTo(chunks.o.array, chunks.o.length, o) : -1;
		return chunks && k >= 0 && o < chunks.o.at(k) + chunks.len.at(k) ? chunks.t.at(k) : undefined;
	}

	#slice(
		chunks: Table<typeof chunkColumns>,
		k: number,
		from: number,
		to: number,
		left: Budget,
		depth: number
	): Piece[] {
		const len = to - from;
		const begin = chunks.o.at(k);
		const line = this.#unpack(chunks.at.at(k), chunks.length.at(k));
		switch (chunkKinds[chunks.kind.at(k)]) {
			case 'gap':
				return [{ o: from, len, missing: 'left-out', crc: line.crc }];
			case 'ref': {
				if (depth >= deepestRef || !line.ref) break;
				const { c, dir, o } = line.ref;
				const shift = begin - o;
				const found = this.#read({ c, dir, o: from - shift, len }, left, depth + 1);
				return found.map((piece) => ({ ...piece, o: piece.o + shift }));
			}
			default:
				// A line that holds fewer bytes than it says is not believed.
				if (line.data.length === chunks.len.at(k))
					return [{ o: from, len, data: line.data.subarray(from - begin, to - begin) }];
		}
		return [{ o: from, len, missing: 'not-recorded' }];
	}

	#unpack(at: number, length: number): Unpacked {
		const known = this.#lines.get(at);
		if (known) return known;
		if (this.#lines.size >= keptChunks) this.#lines.clear();
		const line = unpack(this.#text.parse(at, length) ?? {});
		this.#lines.set(at, line);
		return line;
	}

	#of(c: string, dir: Direction): Table<typeof chunkColumns> {
		let table = this.#chunks.get(dir + c);
		if (!table) this.#chunks.set(dir + c, (table = makeTable(chunkColumns, 8)));
		return table;
	}
}

/** How many more chunks may be looked at for one span, through all copies of copies together. */
interface Budget {
	chunks: number;
}

interface Unpacked {
	data: Uint8Array;
	crc: string;
	ref: { c: string; dir: Direction; o: number } | undefined;
}

function unpack(line: Record<string, unknown>): Unpacked {
	const text = (name: 'd' | 'd64') => (typeof line[name] === 'string' ? line[name] : undefined);
	const [d, d64] = [text('d'), text('d64')];
	let data: Uint8Array = new Uint8Array();
	try {
		data = unpackBytes({
			...(d === undefined ? {} : { d }),
			...(d64 === undefined ? {} : { d64 })
		});
	} catch {
		// Not base64: no bytes, which is what the page says of it.
	}
	return { data, crc: String(line.crc), ref: refOf(line.ref) };
}

function refOf(ref: unknown): Unpacked['ref'] {
	if (!Array.isArray(ref)) return undefined;
	const [c, dir, o] = ref as unknown[];
	if (typeof c !== 'string' || (dir !== '>' && dir !== '<') || typeof o !== 'number')
		return undefined;
	return { c, dir, o };
}

type Row = Record<keyof typeof chunkColumns, number>;

/** Chunks of one direction mostly arrive in order; one that does not is put in its place. */
function insert(table: Table<typeof chunkColumns>, row: Row): void {
	const last = table.o.length - 1;
	table.c.push(row.c);
	table.dir.push(row.dir);
	table.o.push(row.o);
	table.len.push(row.len);
	table.kind.push(row.kind);
	table.t.push(row.t);
	table.at.push(row.at);
	table.length.push(row.length);
	if (last < 0 || table.o.at(last) <= row.o) return;
	const place = lastUpTo(table.o.array, last + 1, row.o) + 1;
	for (const name of Object.keys(table) as (keyof Row)[]) {
		const { array } = table[name];
		array.copyWithin(place + 1, place, last + 1);
		array[place] = row[name];
	}
}
