import type { Direction } from '../../../trace/event.ts';
import type { ByteStore } from '../../byte-store.ts';

export interface Hole {
	o: number;
	len: number;
	missing: 'left-out' | 'not-recorded';
}

/** The recorded bytes from a place on, up to a hole or to the end of what is recorded yet. */
export interface View {
	data: Uint8Array;
	/** Why there are not more, when a hole is why. */
	hole: Hole | undefined;
}

const windowBytes = 64 * 1024;

/** Looks at one direction of a connection through a window, so that small frames cost no search each. */
export class ByteWindow {
	readonly #bytes: ByteStore;
	readonly #c: string;
	readonly #dir: Direction;
	#from = 0;
	#data: Uint8Array = new Uint8Array(0);
	#hole: Hole | undefined;
	/** Somebody knows of bytes up to here: what is not recorded before it is a hole, not the end. */
	until = 0;

	constructor(bytes: ByteStore, c: string, dir: Direction) {
		this.#bytes = bytes;
		this.#c = c;
		this.#dir = dir;
	}

	/** At most `n` bytes from `o` on. */
	look(o: number, n: number): View {
		const end = this.#from + this.#data.length;
		const inside = o >= this.#from && (o < end || (o === end && this.#hole !== undefined));
		if (!inside || (o + n > end && !this.#hole)) this.#load(o, Math.max(n, windowBytes));
		const at = o - this.#from;
		const data = this.#data.subarray(at, at + n);
		return { data, hole: data.length < n ? this.#hole : undefined };
	}

	/** Whether a range is here, holes in it aside. */
	covers(o: number, len: number): boolean {
		if (len === 0 || (o >= this.#from && o + len <= this.#from + this.#data.length)) return true;
		const last = this.#bytes.read({ c: this.#c, dir: this.#dir, o, len }).at(-1);
		return last !== undefined && ('data' in last || last.missing === 'left-out');
	}

	/** A range with zeros for what is not here. */
	bytes(o: number, len: number): Uint8Array {
		const view = this.look(o, len);
		if (view.data.length === len) return view.data;
		return this.#bytes.bytes({ c: this.#c, dir: this.#dir, o, len }).data;
	}

	holes(o: number, len: number): Hole[] {
		const pieces = this.#bytes.read({ c: this.#c, dir: this.#dir, o, len });
		return pieces.flatMap((piece) => ('missing' in piece ? [piece] : []));
	}

	#load(o: number, n: number): void {
		const parts: Uint8Array[] = [];
		let end = o;
		let hole: Hole | undefined;
		for (const piece of this.#bytes.read({ c: this.#c, dir: this.#dir, o, len: n })) {
			if (!('data' in piece)) {
				hole = piece;
				break;
			}
			parts.push(piece.data);
			end += piece.data.length;
		}
		this.#from = o;
		this.#data = parts.length === 1 ? parts[0]! : joined(parts, end - o);
		this.#hole = hole && this.#realHole(hole, o + n);
	}

	/** What is not recorded at the end of the window is a hole only if something is known to come after it. */
	#realHole(hole: Hole, end: number): Hole | undefined {
		if (hole.missing === 'left-out' || hole.o + hole.len < end) return hole;
		if (this.until <= hole.o) return undefined;
		const [found] = this.holes(hole.o, this.until - hole.o);
		return found && found.o + found.len < this.until ? found : undefined;
	}
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
