import type { RecordingReader } from './reader.ts';

/**
 * Lines that arrived faster than the page should read them at once: they are read a few milliseconds at a time, so
 * that a burst never holds up a frame.
 */
export class LineQueue {
	readonly #waiting: { reader: RecordingReader; lines: readonly string[]; done: number }[] = [];
	readonly #grown: () => void;
	readonly #later: (work: () => void) => void;
	readonly #now: () => number;
	#busy = false;
	#told = -Infinity;

	/** `grown` is called when all is read, and now and then while much is waiting. */
	constructor(
		grown: () => void,
		later: (work: () => void) => void = (work) => void setTimeout(work),
		now: () => number = () => performance.now()
	) {
		this.#grown = grown;
		this.#later = later;
		this.#now = now;
	}

	push(reader: RecordingReader, lines: readonly string[]): void {
		this.#waiting.push({ reader, lines, done: 0 });
		if (!this.#busy) this.#drain();
	}

	#drain(): void {
		const until = this.#now() + sliceMs;
		this.#busy = true;
		for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
			first.reader.pushLines(first.lines.slice(first.done, first.done + atOnce));
			first.done += atOnce;
			if (first.done >= first.lines.length) this.#waiting.shift();
			if (this.#now() >= until) break;
		}
		this.#busy = this.#waiting.length > 0;
		// Drawing costs more than a slice of reading: in a burst only now and then.
		if (!this.#busy || this.#now() - this.#told >= drawnEveryMs) {
			this.#told = this.#now();
			this.#grown();
		}
		if (this.#busy) this.#later(() => this.#drain());
	}
}

const sliceMs = 8;
const drawnEveryMs = 120;
const atOnce = 400;
