/** What an entry of the index is. */
export const entryKinds = [
	'head',
	'body',
	'chunk',
	'spdy',
	'websocket',
	'stdcopy',
	'raw',
	'http2',
	'left-out',
	'not-recorded',
	'unreadable'
] as const;

export type EntryKind = (typeof entryKinds)[number];

export interface Entry {
	kind: EntryKind;
	o: number;
	len: number;
	/** A number whose meaning depends on the kind. */
	x: number;
}

/** Where the frames of one direction begin, without a gap, at 17 bytes each: what they say is read when asked for. */
export class FrameIndex {
	readonly from: number;
	/** The first byte that belongs to no frame yet. */
	end: number;
	length = 0;
	#starts = new Float64Array(64);
	#kinds = new Uint8Array(64);
	#extra = new Float64Array(64);

	constructor(from: number) {
		this.from = from;
		this.end = from;
	}

	/** Adds a frame at the end; one that may go on lengthens the one before when that is of the same kind. */
	add(kind: EntryKind, len: number, x = 0, goesOn = false): void {
		const code = entryKinds.indexOf(kind);
		const last = this.length - 1;
		const same = goesOn && last >= 0 && this.#kinds[last] === code && this.#extra[last] === x;
		if (!same) {
			if (this.length === this.#starts.length) this.#grow();
			this.#starts[this.length] = this.end;
			this.#kinds[this.length] = code;
			this.#extra[this.length] = x;
			this.length++;
		}
		this.end += len;
	}

	at(k: number): Entry | undefined {
		if (k < 0 || k >= this.length) return undefined;
		const o = this.#starts[k]!;
		const end = k + 1 < this.length ? this.#starts[k + 1]! : this.end;
		return { kind: entryKinds[this.#kinds[k]!]!, o, len: end - o, x: this.#extra[k]! };
	}

	/** Place of the frame that holds the byte at `o`; -1 before the first. */
	find(o: number): number {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#starts[middle]! <= o) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}

	#grow(): void {
		const size = this.#starts.length * 2;
		const [starts, kinds, extra] = [this.#starts, this.#kinds, this.#extra];
		(this.#starts = new Float64Array(size)).set(starts);
		(this.#kinds = new Uint8Array(size)).set(kinds);
		(this.#extra = new Float64Array(size)).set(extra);
	}
}
