/**
 * HPACK, the header compression of HTTP/2 (RFC 7541): headers refer to a fixed table, to a table that grows while the
 * connection lasts, or stand in the block. Reading only.
 */
import { latin1 } from '../bytes.ts';
import { decodeHuffman } from './huffman.ts';
import { staticTable } from './static-table.ts';

export type HeaderField = [name: string, value: string];

/** A header block that cannot be read; later blocks of the same direction cannot be either. */
export class HpackError extends Error {
	override name = 'HpackError';
}

/** The table may grow as far as this, whatever was agreed upon: that stands in the other direction. */
const maxTableBytes = 64 * 1024;
/** All headers of one block, decoded: a reference of one byte may stand for many. */
const maxBlockBytes = 256 * 1024;
/** What an entry counts on top of its texts (RFC 7541, section 4.1). */
const entryOverhead = 32;

/** One instruction of a block and its place there: a header, or a new limit of the table. */
export interface PlacedHeader {
	o: number;
	len: number;
	header: HeaderField | undefined;
}

/** Reads the header blocks of one direction, all of them, in order. */
export class HpackDecoder {
	/** Newest first. */
	#table: HeaderField[] = [];
	#tableBytes = 0;
	#tableLimit = 4096;

	/** Throws HpackError. */
	decode(block: Uint8Array): HeaderField[] {
		return this.decodePlaced(block).flatMap(({ header }) => (header ? [header] : []));
	}

	/** The same, with the place of each instruction; together they are the block. Throws HpackError. */
	decodePlaced(block: Uint8Array): PlacedHeader[] {
		const reader = new BlockReader(block);
		const placed: PlacedHeader[] = [];
		let size = 0;
		while (!reader.done) {
			const o = reader.at;
			const header = this.#next(reader);
			size += header ? sizeOf(header) : entryOverhead;
			if (size > maxBlockBytes) throw new HpackError('header block too long');
			placed.push({ o, len: reader.at - o, header });
		}
		return placed;
	}

	#next(reader: BlockReader): HeaderField | undefined {
		const kind = reader.peek();
		if (kind & 0x80) return this.#entry(reader.integer(7));
		if (kind & 0x40) return this.#remember(this.#literal(reader, 6));
		if (kind & 0x20) return this.#resize(reader.integer(5));
		return this.#literal(reader, 4);
	}

	#literal(reader: BlockReader, indexBits: number): HeaderField {
		const index = reader.integer(indexBits);
		const name = index === 0 ? reader.text() : this.#entry(index)[0];
		return [name, reader.text()];
	}

	#entry(index: number): HeaderField {
		const entry = staticTable[index - 1] ?? this.#table[index - 1 - staticTable.length];
		if (!entry) throw new HpackError(`no header number ${index}`);
		return [entry[0], entry[1]];
	}

	#remember(header: HeaderField): HeaderField {
		this.#table.unshift(header);
		this.#tableBytes += sizeOf(header);
		this.#evict();
		return header;
	}

	#resize(limit: number): undefined {
		if (limit > maxTableBytes) throw new HpackError(`table of ${limit} bytes`);
		this.#tableLimit = limit;
		this.#evict();
	}

	#evict() {
		while (this.#tableBytes > this.#tableLimit) {
			const oldest = this.#table.pop();
			this.#tableBytes -= oldest ? sizeOf(oldest) : this.#tableBytes;
		}
	}
}

function sizeOf([name, value]: HeaderField): number {
	return name.length + value.length + entryOverhead;
}

class BlockReader {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get at(): number {
		return this.#at;
	}

	get done(): boolean {
		return this.#at >= this.#bytes.length;
	}

	peek(): number {
		const byte = this.#bytes[this.#at];
		if (byte === undefined) throw new HpackError('header block ends too early');
		return byte;
	}

	/** A number in the last bits of this byte and, where it does not fit, in those that follow. */
	integer(bits: number): number {
		const most = 2 ** bits - 1;
		let value = this.peek() & most;
		this.#at++;
		if (value < most) return value;
		for (let shift = 0; shift <= 28; shift += 7) {
			const byte = this.peek();
			this.#at++;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
		}
		throw new HpackError('number too long');
	}

	text(): string {
		const huffman = (this.peek() & 0x80) !== 0;
		const length = this.integer(7);
		const raw = this.#bytes.subarray(this.#at, this.#at + length);
		if (raw.length < length) throw new HpackError('header block ends too early');
		this.#at += length;
		const bytes = huffman ? decodeHuffman(raw) : raw;
		if (!bytes) throw new HpackError('malformed Huffman code');
		return latin1(bytes);
	}
}
