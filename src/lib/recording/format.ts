import type { Line } from '../trace/event.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One line of a file, with its line feed. */
export function encodeLine(line: object): string {
	return `${JSON.stringify(line)}\n`;
}

/** Reads one line; undefined when it is a comment, blank, torn or not an object with a kind. */
export function parseLine(text: string): Line | undefined {
	if (text === '' || text.startsWith('#')) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (typeof value !== 'object' || value === null || !('k' in value)) return undefined;
	// Header and notes are checked by schema where they are used; the rest is read field by field, for speed.
	return typeof value.k === 'string' ? (value as Line) : undefined;
}

/** Bytes as they stand in a line: `d` when text says them exactly and in fewer characters, else `d64`. */
export function packBytes(bytes: Uint8Array): { d: string } | { d64: string } {
	const text = decodeExactly(bytes);
	const d64 = toBase64(bytes);
	if (text === undefined) return { d64 };
	return JSON.stringify(text).length <= d64.length + 2 ? { d: text } : { d64 };
}

/** The bytes of a line that has `d` or `d64`; empty when it has neither. */
export function unpackBytes(line: { d?: string; d64?: string }): Uint8Array {
	if (line.d !== undefined) return new TextEncoder().encode(line.d);
	return line.d64 === undefined ? new Uint8Array() : fromBase64(line.d64);
}

function decodeExactly(bytes: Uint8Array): string | undefined {
	try {
		return utf8.decode(bytes);
	} catch {
		return undefined;
	}
}

function toBase64(bytes: Uint8Array): string {
	let binary = '';
	for (let at = 0; at < bytes.length; at += 0x8000)
		binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
	return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
	const binary = atob(text);
	const bytes = new Uint8Array(binary.length);
	for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
	return bytes;
}
