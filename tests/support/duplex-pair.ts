import { Duplex } from 'node:stream';

/**
 * The two ends of a connection in memory: what is written at one is read at the other, with back-pressure and
 * half-close. `destroy` of one end before both are done resets the other (ECONNRESET), as TCP does.
 */
export function duplexPair(highWaterMark = 64 * 1024): [Duplex, Duplex] {
	const one = new End({ highWaterMark, allowHalfOpen: true });
	const other = new End({ highWaterMark, allowHalfOpen: true });
	one.other = other;
	other.other = one;
	return [one, other];
}

class End extends Duplex {
	other: End | undefined;
	#resume: (() => void) | undefined;

	override _read() {
		const resume = this.#resume;
		this.#resume = undefined;
		resume?.();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
		if (this.other?.destroyed !== false || this.other.push(chunk)) done();
		else this.other.#resume = done;
	}

	override _final(done: () => void) {
		if (this.other?.destroyed === false) this.other.push(null);
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void) {
		const finished = this.readableEnded && this.writableFinished;
		if (!finished && this.other?.destroyed === false) {
			const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
			queueMicrotask(() => this.other?.destroy(reset));
		}
		done(error);
	}
}
