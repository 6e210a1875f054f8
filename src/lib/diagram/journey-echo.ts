import type { Item, Recording } from '../recording/recording.ts';

/**
 * What comes back later than this, in microseconds, is no echo: a shell that does not echo prints the same letters
 * sooner or later.
 */
export const echoWithin = 300_000;
/** How many items are looked at on either side; a key's echo is among the very next. */
const reach = 500;
/** A chunk longer than this is output of a command, whatever it begins with. */
const longestEcho = 4096;
const escape = 0x1b;

/**
 * Where a typed character comes back: the next chunk of the container, after the typed one, whose payload holds it.
 * Keys typed before it in the same burst have their own echoes first. An escape sequence is taken to have none:
 * output is full of them.
 */
export function echoOf(
	recording: Recording,
	item: Item,
	byte: number,
	char: Uint8Array,
	/** When the key was last seen on its way there. */
	since: number
): { item: Item; byte: number } | undefined {
	if (char.length === 0 || char[0] === escape) return undefined;
	let before = burstBefore(recording, item, byte, char);
	const last = Math.min(recording.items.length - 1, item.index + reach);
	for (let k = item.index + 1; k <= last; k++) {
		const chunk = recording.items.at(k)!;
		if (chunk.t > since + echoWithin) return undefined;
		if (chunk.id !== 'io' || chunk.from !== 'container' || chunk.try !== item.try) continue;
		const payload = payloadOf(recording, chunk);
		for (let at = find(payload, char, 0); at >= 0; at = find(payload, char, at + 1))
			if (before-- === 0) return { item: chunk, byte: at };
	}
	return undefined;
}

/** How often the same character was typed just before, with no output since. */
function burstBefore(recording: Recording, item: Item, byte: number, char: Uint8Array): number {
	let count = 0;
	const least = Math.max(0, item.index - reach);
	for (let k = item.index; k >= least; k--) {
		const typed = recording.items.at(k)!;
		if (typed.id !== 'io') continue;
		if (typed.from === 'container') break;
		const payload = payloadOf(recording, typed);
		const part = k === item.index ? payload.subarray(0, byte) : payload;
		for (let at = find(part, char, 0); at >= 0; at = find(part, char, at + 1)) count++;
	}
	return count;
}

/** A chunk's payload as the first socket carried it, in as many parts as it may have. */
function payloadOf(recording: Recording, item: Item): Uint8Array {
	const [first] = item.sent;
	const parts = item.sent.filter((span) => span.c === first?.c && span.dir === first.dir);
	const len = parts.reduce((sum, span) => sum + span.len, 0);
	if (len > longestEcho) return new Uint8Array();
	const bytes = new Uint8Array(len);
	let at = 0;
	for (const span of parts) {
		bytes.set(recording.bytes.bytes(span).data, at);
		at += span.len;
	}
	return bytes;
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
	for (let at = from; at + wanted.length <= bytes.length; at++)
		if (wanted.every((value, k) => bytes[at + k] === value)) return at;
	return -1;
}
