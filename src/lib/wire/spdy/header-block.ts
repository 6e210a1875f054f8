/**
 * The header block of SYN_STREAM, SYN_REPLY and HEADERS (spdystream spdy/read.go and write.go): a count, then names
 * and values, each behind its length. It is compressed by zlib, one state for each direction of a connection, so
 * every block must be read, and in order.
 */
import { Deflate, Inflate, Z_SYNC_FLUSH } from 'pako';
import { concat, fromLatin1, latin1, uint32 } from '../bytes.ts';
import { spdyDictionary } from './dictionary.ts';
import { SpdyError } from './spdy-error.ts';

/** Several values of one name are joined by a NUL, as on the wire. */
export type SpdyHeaders = Record<string, string>;

/** A block that is longer when inflated is refused, before it is inflated further. Ours are below 100 bytes. */
export const maxHeaderBlockBytes = 64 * 1024;

const dictionary = spdyDictionary();

/** Reads the compressed header blocks of one direction. After an error it is of no use. */
export class HeaderBlockReader {
	readonly #inflate = new Inflate({ windowBits: 15, chunkSize: 4096, dictionary });
	#parts: Uint8Array[] = [];
	#length = 0;

	constructor() {
		this.#inflate.onData = (part) => {
			this.#length += part.length;
			if (this.#length > maxHeaderBlockBytes) throw new SpdyError('header block too long');
			this.#parts.push(part);
		};
		// The default would glue all parts of the connection together.
		this.#inflate.onEnd = () => {};
	}

	read(compressed: Uint8Array, stream: number): SpdyHeaders {
		this.#parts = [];
		this.#length = 0;
		this.#inflate.push(compressed, Z_SYNC_FLUSH);
		if (this.#inflate.ended) {
			throw new SpdyError(
				`header block is not compressed as it must be: ${this.#inflate.msg}`,
				stream
			);
		}
		return parseHeaderBlock(concat(this.#parts), stream);
	}
}

/** Writes the compressed header blocks of one direction. */
export class HeaderBlockWriter {
	readonly #deflate = new Deflate({ level: 9, chunkSize: 4096, dictionary });
	#parts: Uint8Array[] = [];

	constructor() {
		this.#deflate.onData = (part) => {
			this.#parts.push(part);
		};
	}

	write(headers: SpdyHeaders): Uint8Array {
		this.#parts = [];
		// Go's reader gives out nothing before the empty stored block with which a sync flush ends.
		this.#deflate.push(formatHeaderBlock(headers), Z_SYNC_FLUSH);
		return concat(this.#parts);
	}
}

/** Reads an inflated block. Throws SpdyError with upstream's words. */
export function parseHeaderBlock(bytes: Uint8Array, stream: number): SpdyHeaders {
	const headers = new Map<string, string>();
	let at = 4;
	const take = (): string => {
		const end = at + 4 + uint32(bytes, at);
		if (at + 4 > bytes.length || end > bytes.length) {
			throw new SpdyError('compressed payload size was incorrect', stream);
		}
		const text = latin1(bytes.subarray(at + 4, end));
		at = end;
		return text;
	};
	if (bytes.length < 4) throw new SpdyError('compressed payload size was incorrect', stream);
	for (let left = uint32(bytes, 0); left > 0; left--) {
		const name = take();
		if (/[A-Z]/.test(name)) throw new SpdyError('header was not lowercased', stream);
		if (headers.has(name)) throw new SpdyError('multiple headers with same name', stream);
		headers.set(name, take());
	}
	if (at !== bytes.length) throw new SpdyError('compressed payload size was incorrect', stream);
	return Object.fromEntries(headers);
}

/** The inverse; names are lowered. */
export function formatHeaderBlock(headers: SpdyHeaders): Uint8Array {
	const texts = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value]);
	const parts = texts.flatMap((text) => {
		const bytes = fromLatin1(text);
		if (!bytes) throw new SpdyError(`header outside Latin-1: ${JSON.stringify(text)}`);
		return [uint32Bytes(bytes.length), bytes];
	});
	return concat([uint32Bytes(texts.length / 2), ...parts]);
}

function uint32Bytes(value: number): Uint8Array {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, value);
	return bytes;
}
