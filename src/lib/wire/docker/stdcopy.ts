/**
 * Docker's multiplexed stream (moby api/pkg/stdcopy/stdcopy.go): without a TTY each piece of output travels behind a
 * header of 8 bytes, which are the stream, three zeros and the length, big-endian.
 */
import { ByteQueue, uint32 } from '../bytes.ts';

const streams = ['stdin', 'stdout', 'stderr', 'systemerr'] as const;

export type StdcopyStream = (typeof streams)[number];

export const stdcopyHeaderBytes = 8;

/** What arrived is no multiplexed stream; a TTY's raw bytes, for instance. */
export class StdcopyError extends Error {
	override name = 'StdcopyError';
}

/** The header before `len` bytes of stdout (1) or stderr (2). */
export function encodeFrameHeader(stream: 1 | 2, len: number): Uint8Array {
	const header = new Uint8Array(stdcopyHeaderBytes);
	header[0] = stream;
	new DataView(header.buffer).setUint32(4, len);
	return header;
}

/** A part of a frame's data, as it arrived. */
export interface StdcopyPiece {
	stream: StdcopyStream;
	data: Uint8Array;
	/** Place of the data, counted from the first byte pushed. */
	o: number;
	/** The frame that it is of: place of its header, and how long its data is in all. */
	frame: { o: number; len: number };
}

/**
 * Takes a multiplexed stream apart. A frame (up to 4 GiB) is handed on in the pieces in which it arrives, so only
 * headers are ever kept. Throws StdcopyError for a stream number that does not exist.
 */
export class StdcopyDecoder {
	readonly #queue = new ByteQueue();
	#open: { stream: StdcopyStream; frame: { o: number; len: number }; left: number } | undefined;

	push(chunk: Uint8Array): StdcopyPiece[] {
		this.#queue.push(chunk);
		const pieces: StdcopyPiece[] = [];
		for (let piece = this.#next(); piece; piece = this.#next()) pieces.push(piece);
		return pieces;
	}

	#next(): StdcopyPiece | undefined {
		const frame = this.#open ?? this.#readHeader();
		if (!frame) return undefined;
		this.#open = frame;
		if (frame.left > 0 && this.#queue.length === 0) return undefined;
		const o = this.#queue.at;
		const data = this.#queue.takeUpTo(frame.left);
		frame.left -= data.length;
		if (frame.left === 0) this.#open = undefined;
		return { stream: frame.stream, data, o, frame: frame.frame };
	}

	#readHeader() {
		const o = this.#queue.at;
		const header = this.#queue.take(stdcopyHeaderBytes);
		if (!header) return undefined;
		const { stream, len } = readStdcopyHeader(header);
		return { stream, frame: { o, len }, left: len };
	}
}

/** Reads the header of a frame. Throws StdcopyError for a stream number that does not exist. */
export function readStdcopyHeader(header: Uint8Array): { stream: StdcopyStream; len: number } {
	const stream = streams[header[0] ?? -1];
	if (!stream) throw new StdcopyError(`unknown stream ${header[0]} in a multiplexed stream`);
	return { stream, len: uint32(header, 4) };
}
