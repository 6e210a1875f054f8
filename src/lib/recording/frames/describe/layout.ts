import type { Box, Field } from '../frame.ts';
import type { ByteWindow } from '../read/byte-window.ts';
import { textOf } from './text-of.ts';

/** Lays fields one after another over bytes that are there. */
export class Layout {
	readonly bytes: Uint8Array;
	readonly fields: Field[] = [];
	readonly #o: number;
	#at = 0;

	/** `o` is the place of the first byte. */
	constructor(bytes: Uint8Array, o: number) {
		this.bytes = bytes;
		this.#o = o;
	}

	/** Place of the next field. */
	get o(): number {
		return this.#o + this.#at;
	}

	get left(): number {
		return this.bytes.length - this.#at;
	}

	peek(len: number): Uint8Array {
		return this.bytes.subarray(this.#at, this.#at + len);
	}

	/** Adds a field; nothing when no byte is left for it. */
	take(
		name: string,
		len: number,
		value: string | ((bytes: Uint8Array) => string),
		more: Partial<Field> = {}
	): void {
		const bytes = this.peek(len);
		if (bytes.length === 0) return;
		const text = typeof value === 'string' ? value : value(bytes);
		this.fields.push({ name, o: this.o, len: bytes.length, value: text, ...more });
		this.#at += bytes.length;
	}

	/** Bytes that the frame has and its type does not. */
	rest(name = 'rest'): void {
		this.take(name, this.left, textOf);
	}
}

/** Payload as a field, or several where parts of it are not in the recording. */
export function payload(name: string, o: number, len: number, window: ByteWindow): Field[] {
	if (len === 0) return [];
	const fields: Field[] = [];
	let at = o;
	const data = (to: number) => {
		if (to <= at) return;
		const bytes = window.bytes(at, Math.min(to - at, 2048));
		const value = textOf(bytes) + (to - at > 2048 && !textOf(bytes).endsWith('…') ? '…' : '');
		fields.push({ name, o: at, len: to - at, value });
	};
	for (const hole of window.holes(o, len)) {
		data(hole.o);
		fields.push({ name, o: hole.o, len: hole.len, value: '', trouble: hole.missing });
		at = hole.o + hole.len;
	}
	data(o + len);
	return fields;
}

export function box(
	name: string,
	o: number,
	len: number,
	fields: readonly Field[],
	inside: readonly Box[] = []
): Box {
	return { name, o, len, fields, inside };
}
