/**
 * Bytes as all codecs read and write them: big-endian numbers, Latin-1 and UTF-8 text, and a queue that is read by
 * "take n or wait". Works the same in a page and in Node.
 */

/** A queue of received bytes. Memory held is what was pushed and not yet taken; taken pieces are never written again. */
export class ByteQueue {
	#buffer: Uint8Array = new Uint8Array(0);
	#from = 0;
	#to = 0;
	/** Whether bytes may be appended to the buffer, which they may not when it is a chunk that somebody gave us. */
	#own = false;
	/** Position of the first waiting byte, counted from the first byte ever pushed. */
	at = 0;

	get length(): number {
		return this.#to - this.#from;
	}

	push(chunk: Uint8Array): void {
		if (chunk.length === 0) return;
		if (this.length === 0) {
			// Node's Buffer is a Uint8Array that behaves otherwise here and there; what we hand out is none.
			this.#buffer = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
			this.#from = 0;
			this.#to = chunk.length;
			this.#own = false;
			return;
		}
		if (!this.#own || this.#buffer.length - this.#to < chunk.length) this.#grow(chunk.length);
		this.#buffer.set(chunk, this.#to);
		this.#to += chunk.length;
	}

	/** The next n bytes, or undefined while fewer wait. They stay in the queue. */
	peek(n: number): Uint8Array | undefined {
		return this.length < n ? undefined : this.#buffer.subarray(this.#from, this.#from + n);
	}

	/** Takes the next n bytes, or nothing while fewer wait. */
	take(n: number): Uint8Array | undefined {
		const bytes = this.peek(n);
		if (bytes) {
			this.#from += n;
			this.at += n;
		}
		return bytes;
	}

	/** Takes at most n bytes: what is there. */
	takeUpTo(n: number): Uint8Array {
		return this.take(Math.min(n, this.length)) ?? new Uint8Array(0);
	}

	/** How far from the first waiting byte `byte` stands, looked for from `start` on; -1 when it is not there. */
	indexOf(byte: number, start: number): number {
		return this.#buffer.subarray(this.#from, this.#to).indexOf(byte, start);
	}

	#grow(more: number) {
		const waiting = this.peek(this.length) ?? new Uint8Array(0);
		// Twice of what is needed, so that many small chunks are copied a few times only.
		const buffer = new Uint8Array(2 * (waiting.length + more));
		buffer.set(waiting);
		this.#buffer = buffer;
		this.#from = 0;
		this.#to = waiting.length;
		this.#own = true;
	}
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

export function uint16(bytes: Uint8Array, at: number): number {
	return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function uint24(bytes: Uint8Array, at: number): number {
	return (uint16(bytes, at) << 8) | (bytes[at + 2] ?? 0);
}

export function uint32(bytes: Uint8Array, at: number): number {
	return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

/** Each byte one character, as HTTP headers are read. (The `latin1` of TextDecoder is Windows-1252.) */
export function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 4096) {
		// Not by `...`, which goes through an iterator and takes five times as long.
		text += String.fromCharCode.apply(undefined, bytes.subarray(at, at + 4096) as never);
	}
	return text;
}

/** The reverse of `latin1`; undefined when a character does not fit in one byte. */
export function fromLatin1(text: string): Uint8Array | undefined {
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code > 0xff) return undefined;
		bytes[at] = code;
	}
	return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8, with U+FFFD in place of what is not. */
export function utf8(bytes: Uint8Array): string {
	return decoder.decode(bytes);
}

export function fromUtf8(text: string): Uint8Array {
	return encoder.encode(text);
}
