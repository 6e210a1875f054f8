/**
 * The resize stream (client-go tools/remotecommand/resize.go): one JSON object for each size of the client's
 * terminal, with Go's own field names.
 */
import { fromUtf8, utf8 } from '../bytes.ts';

/** In characters; 16 bits each. */
export interface TerminalSize {
	width: number;
	height: number;
}

/** What arrived is no size. Upstream stops reading the stream then. */
export class ResizeError extends Error {
	override name = 'ResizeError';
}

const maxEventBytes = 1024;

export function encodeResize(size: TerminalSize): Uint8Array {
	return fromUtf8(`{"Width":${size.width},"Height":${size.height}}\n`);
}

/**
 * Reads sizes, however they are cut into chunks. Those with a side of 0 (a terminal that does not know its size) are
 * skipped unless `unknown` asks for them: the streaming server skips them, a translator passes them on. Throws
 * ResizeError, and is of no use then.
 */
export class ResizeDecoder {
	readonly #least: number;
	#text = '';

	constructor({ unknown = false } = {}) {
		this.#least = unknown ? 0 : 1;
	}

	push(chunk: Uint8Array): TerminalSize[] {
		this.#text += utf8(chunk);
		const sizes: TerminalSize[] = [];
		for (let end = this.#text.indexOf('}'); end !== -1; end = this.#text.indexOf('}')) {
			const size = readSize(this.#text.slice(0, end + 1));
			this.#text = this.#text.slice(end + 1);
			if (Math.min(size.width, size.height) >= this.#least) sizes.push(size);
		}
		if (this.#text.length > maxEventBytes) throw new ResizeError('size without end');
		return sizes;
	}
}

function readSize(json: string): TerminalSize {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		throw new ResizeError(`not JSON: ${JSON.stringify(json.slice(0, 80))}`);
	}
	const entries = Object.entries(value as object);
	return { width: side(entries, 'width'), height: side(entries, 'height') };
}

/** Go's JSON does not mind the case of names. */
function side(entries: [string, unknown][], wanted: string): number {
	const value = entries.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? 0;
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffff) {
		throw new ResizeError(`no ${wanted}: ${JSON.stringify(value)}`);
	}
	return value;
}
