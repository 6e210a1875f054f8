import type { Direction, Span } from '../trace/event.ts';

/**
 * The bytes of one recording, by connection, direction and offset. A chunk holds its bytes, or says that a proxy
 * only copied them from another connection (`ref`), or that they were left out (`gap`).
 */
export type Chunk = { o: number; len: number } & (
	{ data: Uint8Array } | { ref: [c: string, dir: Direction, o: number] } | { gap: string }
);

/** A piece of what `read` found: bytes, or a hole and why it is there. */
export type Piece =
	| { o: number; len: number; data: Uint8Array }
	| { o: number; len: number; missing: 'left-out' | 'not-recorded'; crc?: string };

/** Proxies copy proxies; a file that refers in a circle must not hang the page. */
const deepestRef = 8;

export class ByteStore {
	readonly #chunks = new Map<string, Chunk[]>();

	/** Adds a chunk. Chunks of one direction mostly arrive in order; one that does not is put in its place. */
	add(c: string, dir: Direction, chunk: Chunk): void {
		const list = this.#list(c, dir);
		const last = list.at(-1);
		if (!last || last.o <= chunk.o) {
			list.push(chunk);
			return;
		}
		list.splice(firstFrom(list, chunk.o), 0, chunk);
	}

	/** What is known of a span, in order; holes are said as such, never left out. */
	read(span: Span, depth = 0): Piece[] {
		const list = this.#list(span.c, span.dir);
		const pieces: Piece[] = [];
		const end = span.o + span.len;
		let at = span.o;
		for (let k = Math.max(0, firstFrom(list, at + 1) - 1); k < list.length && at < end; k++) {
			const chunk = list[k]!;
			if (chunk.o >= end) break;
			if (chunk.o + chunk.len <= at) continue;
			if (chunk.o > at) pieces.push({ o: at, len: chunk.o - at, missing: 'not-recorded' });
			at = Math.max(at, chunk.o);
			const upTo = Math.min(end, chunk.o + chunk.len);
			pieces.push(...this.#slice(chunk, at, upTo, depth));
			at = upTo;
		}
		if (at < end) pieces.push({ o: at, len: end - at, missing: 'not-recorded' });
		return pieces;
	}

	/** The bytes of a span in one array; holes are zeros, `complete` says whether there were none. */
	bytes(span: Span): { data: Uint8Array; complete: boolean } {
		const data = new Uint8Array(span.len);
		let complete = true;
		for (const piece of this.read(span)) {
			if ('data' in piece) data.set(piece.data, piece.o - span.o);
			else complete = false;
		}
		return { data, complete };
	}

	#slice(chunk: Chunk, from: number, to: number, depth: number): Piece[] {
		const len = to - from;
		if ('data' in chunk)
			return [{ o: from, len, data: chunk.data.subarray(from - chunk.o, to - chunk.o) }];
		if ('gap' in chunk) return [{ o: from, len, missing: 'left-out', crc: chunk.gap }];
		if (depth >= deepestRef) return [{ o: from, len, missing: 'not-recorded' }];
		const [c, dir, o] = chunk.ref;
		const shift = chunk.o - o;
		const found = this.read({ c, dir, o: from - shift, len }, depth + 1);
		return found.map((piece) => ({ ...piece, o: piece.o + shift }));
	}

	#list(c: string, dir: Direction): Chunk[] {
		const key = `${dir}${c}`;
		let list = this.#chunks.get(key);
		if (!list) this.#chunks.set(key, (list = []));
		return list;
	}
}

/** Index of the first chunk that begins at or after `o`. */
function firstFrom(list: readonly Chunk[], o: number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (list[middle]!.o < o) low = middle + 1;
		else high = middle;
	}
	return low;
}
