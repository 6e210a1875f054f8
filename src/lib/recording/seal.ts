import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { EndLine } from '../trace/event.ts';
import { parseLine } from './format.ts';
import { slicesOf } from './slices.ts';

/**
 * What the `end` line says of the lines before it: how many the recorder wrote, and the hash of all their bytes. The
 * browser's own SHA-256 takes them only all at once, and only in secure pages.
 */
export class Seal {
	readonly #hash = sha256.create();
	#lines = 0;

	/** Takes the next line of the capture, with its line feed. */
	take(line: Uint8Array): void {
		this.#hash.update(line);
		this.#lines++;
	}

	/** Whether the lines are others than those that `end` speaks of. Nothing can be taken afterwards. */
	isBroken(end: Pick<EndLine, 'lines' | 'sha256'>): boolean {
		return this.#lines !== end.lines || bytesToHex(this.#hash.digest()) !== end.sha256;
	}
}

/** Whether a line is the recorder's: notes may be added at any time, and comments and blank lines are not read. */
export function isOfCapture(line: string): boolean {
	return line !== '' && !line.startsWith('#') && !line.startsWith('{"k":"note"');
}

const lineFeed = 10;
/** As much of a line as tells what kind it is. */
const startBytes = 16;
const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/**
 * Reads a file once more, and tells whether its lines are others than those that its `end` line speaks of. `turn` is
 * waited for before each slice.
 */
export async function isSealBroken(file: Blob, turn?: () => Promise<void>): Promise<boolean> {
	const seal = new Seal();
	for await (const bytes of slicesOf(file)) {
		await turn?.();
		for (let from = 0, to = 0; from < bytes.length; from = to + 1) {
			to = bytes.indexOf(lineFeed, from);
			const start = latin1.decode(bytes.subarray(from, Math.min(to, from + startBytes)));
			if (!isOfCapture(start)) continue;
			const end =
				start.startsWith('{"k":"end"') && parseLine(utf8.decode(bytes.subarray(from, to)));
			if (end && end.k === 'end') return seal.isBroken(end);
			seal.take(bytes.subarray(from, to + 1));
		}
	}
	return false;
}
