import type { Direction, Span } from '../trace/event.ts';
import { Column, lastUpTo } from './column.ts';
import { unpackBytes } from './format.ts';
import type { Batch } from './batch.ts';
import { appendTo, chunkColumns, chunkKinds, directions, makeTable } from './columns.ts';
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
	readonly #chunks = makeTable(chunkColumns);
	readonly #ways = new Map<string, Way>();
	/** The same by twice the number of the connection, and one more for what came back. */
	readonly #numbered: Way[] = [];
	readonly #lines = new Map<number, Unpacked>();
	readonly #text: TextStore;

	constructor(text: TextStore) {
		this.#text = text;
	}

	/** Takes the chunks of a batch; `base` is where the batch's bytes begin in the text. */
	take(batch: Batch, base: number, connections: readonly string[]): void {
		const first = this.#chunks.o.length;
		appendTo<typeof chunkColumns>(this.#chunks, batch.chunks, base);
		const { c, dir, o } = batch.chunks;
		for (let k = 0; k < c.length; k++) {
			const number = 2 * c[k]! + dir[k]!;
			const way = (this.#numbered[number] ??= this.#way(
				connections[c[k]!]!,
				directions[dir[k] as 0 | 1]
			));
			insert(way, o[k]!, first + k);
		}
	}

	/** What is known of a span, in order; holes are said as such, never left out. */
	read(span: Span): Piece[] {
		return this.#read(span, { chunks: mostPieces }, 0);
	}

	#read(span: Span, left: Budget, depth: number): Piece[] {
		const way = this.#ways.get(span.dir + span.c);
		const pieces: Piece[] = [];
		const end = span.o + span.len;
		let at = span.o;
		const count = way?.o.length ?? 0;
		for (let k = way ? Math.max(0, lastUpTo(way.o.array, count, at)) : 0; k < count; k++) {
			const chunk = way!.chunk.at(k);
			const from = way!.o.at(k);
			const upTo = Math.min(end, from + this.#chunks.len.at(chunk));
			if (from >= end || at >= end || left.chunks-- <= 0) break;
			if (upTo <= at) continue;
			if (from > at) pieces.push({ o: at, len: from - at, missing: 'not-recorded' });
			at = Math.max(at, from);
			pieces.push(...this.#slice(chunk, at, upTo, left, depth));
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
		const way = this.#ways.get(dir + c);
		const last = (way?.o.length ?? 0) - 1;
		return last < 0 ? 0 : this.#endOf(way!, last);
	}

	/** Whether what is known of one direction from a place on has no hole but what was left out. */
	isWhole(c: string, dir: Direction, from: number): boolean {
		const way = this.#ways.get(dir + c);
		let at = from;
		const count = way?.o.length ?? 0;
		for (let k = way ? Math.max(0, lastUpTo(way.o.array, count, from)) : 0; k < count; k++) {
			if (way!.o.at(k) > at) return false;
			at = Math.max(at, this.#endOf(way!, k));
		}
		return true;
	}

	/** When a byte was read from its socket, in microseconds; undefined when it was not recorded. */
	timeOf(c: string, dir: Direction, o: number): number | undefined {
		const way = this.#ways.get(dir + c);
		const k = way ? lastUpTo(way.o.array, way.o.length, o) : -1;
		if (!way || k < 0 || o >= this.#endOf(way, k)) return undefined;
		return this.#chunks.t.at(way.chunk.at(k));
	}

	/** Offset after the last byte of a chunk. */
	#endOf(way: Way, k: number): number {
		return way.o.at(k) + this.#chunks.len.at(way.chunk.at(k));
	}

	#slice(k: number, from: number, to: number, left: Budget, depth: number): Piece[] {
		const chunks = this.#chunks;
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

	#way(c: string, dir: Direction): Way {
		const way = { o: new Column(Float64Array, 8), chunk: new Column(Uint32Array, 8) };
		this.#ways.set(dir + c, way);
		return way;
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

/** The chunks of one direction of a connection by where they begin, ascending. */
interface Way {
	o: Column<Float64Array>;
	chunk: Column<Uint32Array>;
}

/** Chunks of one direction mostly arrive in order; one that does not is put in its place. */
function insert({ o, chunk }: Way, begin: number, number: number): void {
	const last = o.length - 1;
	o.push(begin);
	chunk.push(number);
	if (last < 0 || o.at(last) <= begin) return;
	const place = lastUpTo(o.array, last + 1, begin) + 1;
	o.array.copyWithin(place + 1, place, last + 1);
	chunk.array.copyWithin(place + 1, place, last + 1);
	o.array[place] = begin;
	chunk.array[place] = number;
}
