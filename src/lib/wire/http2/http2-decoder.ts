/**
 * HTTP/2 frames (RFC 9113) of one direction, as gRPC between kubelet and container runtime uses them: our own
 * reading of captured bytes, beside the library that speaks them.
 */
import { ByteQueue, concat, latin1, uint16, uint24, uint32 } from '../bytes.ts';
import { HpackDecoder, HpackError, type HeaderField, type PlacedHeader } from './hpack.ts';

/** Names of the frame types, by number. */
export const http2FrameNames = [
	'DATA',
	'HEADERS',
	'PRIORITY',
	'RST_STREAM',
	'SETTINGS',
	'PUSH_PROMISE',
	'PING',
	'GOAWAY',
	'WINDOW_UPDATE',
	'CONTINUATION'
] as const;

/** `type` of what a client sends before its first frame. */
export const prefaceType = -1;

export const http2Flags = {
	endStream: 0x1,
	ack: 0x1,
	endHeaders: 0x4,
	padded: 0x8,
	priority: 0x20
};

/** A frame and its place, counted from the first byte pushed. They lie one after another without a gap. */
export interface Http2Frame {
	type: number;
	flags: number;
	stream: number;
	o: number;
	len: number;
	/** On the frame that ends a header block. */
	headers?: HeaderField[];
	/** The same with the places of a block that is whole in this frame, counted like `o`. */
	placed?: PlacedHeader[];
	/** Of a DATA frame, without padding, and its place. */
	data?: Uint8Array;
	dataAt?: number;
	/** Error code of RST_STREAM and GOAWAY. */
	code?: number;
	settings?: { id: number; value: number }[];
	/** Added to a window. */
	increment?: number;
	/** Why the frame could not be read. */
	error?: string;
}

/** The bytes of a client that does not begin as one. */
export class Http2Error extends Error {
	override name = 'Http2Error';
}

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const headerBytes = 9;
const maxHeaderBlockBytes = 256 * 1024;

const types = {
	data: 0,
	headers: 1,
	rstStream: 3,
	settings: 4,
	pushPromise: 5,
	goaway: 7,
	windowUpdate: 8,
	continuation: 9
} as const;

/**
 * Reads frames. A frame that makes no sense carries `error` and the next is read on; only a client without preface
 * throws (Http2Error). What it keeps is one frame that has not arrived whole (16 MiB at most) and one header block.
 */
export class Http2Decoder {
	readonly #queue = new ByteQueue();
	readonly #hpack = new HpackDecoder();
	#prefaceRead: boolean;
	#block: Uint8Array[] = [];
	#blockBytes = 0;
	/** After an unreadable header block the table is out of step for good. */
	#hpackError: string | undefined;

	/** `side` is whose bytes these are. */
	constructor(side: 'client' | 'server') {
		this.#prefaceRead = side === 'server';
	}

	push(chunk: Uint8Array): Http2Frame[] {
		this.#queue.push(chunk);
		const frames: Http2Frame[] = [];
		for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
		return frames;
	}

	#next(): Http2Frame | undefined {
		if (!this.#prefaceRead) return this.#preface();
		const header = this.#queue.peek(headerBytes);
		if (!header) return undefined;
		const o = this.#queue.at;
		const whole = this.#queue.take(headerBytes + uint24(header, 0));
		if (!whole) return undefined;
		const frame: Http2Frame = {
			type: whole[3] ?? 0,
			flags: whole[4] ?? 0,
			stream: uint32(whole, 5) & 0x7fffffff,
			o,
			len: whole.length
		};
		return { ...frame, ...this.#content(frame, whole.subarray(headerBytes)) };
	}

	#preface(): Http2Frame | undefined {
		const begin = this.#queue.peek(Math.min(preface.length, this.#queue.length));
		if (!preface.startsWith(latin1(begin ?? new Uint8Array(0)))) {
			throw new Http2Error('not the preface of an HTTP/2 client');
		}
		const o = this.#queue.at;
		if (!this.#queue.take(preface.length)) return undefined;
		this.#prefaceRead = true;
		return { type: prefaceType, flags: 0, stream: 0, o, len: preface.length };
	}

	#content(frame: Http2Frame, body: Uint8Array): Partial<Http2Frame> {
		switch (frame.type) {
			case types.data: {
				const data = withoutPadding(frame.flags, body);
				if (!data) return { error: 'padding longer than the frame' };
				return { data, dataAt: frame.o + headerBytes + (frame.flags & http2Flags.padded ? 1 : 0) };
			}
			case types.headers: {
				const padded = withoutPadding(frame.flags, body);
				const skip = frame.flags & http2Flags.priority ? 5 : 0;
				const blockAt = frame.o + headerBytes + skip + (frame.flags & http2Flags.padded ? 1 : 0);
				return this.#headerBlock(frame.flags, padded?.subarray(skip), blockAt);
			}
			case types.pushPromise:
				return this.#headerBlock(
					frame.flags,
					withoutPadding(frame.flags, body)?.subarray(4),
					frame.o + headerBytes + 4 + (frame.flags & http2Flags.padded ? 1 : 0)
				);
			case types.continuation:
				return this.#headerBlock(frame.flags, body, undefined);
			case types.rstStream:
				return body.length === 4 ? { code: uint32(body, 0) } : { error: 'frame of wrong length' };
			case types.goaway:
				return body.length >= 8 ? { code: uint32(body, 4) } : { error: 'frame of wrong length' };
			case types.windowUpdate:
				return { increment: uint32(body, 0) & 0x7fffffff };
			case types.settings:
				return readSettings(body);
			default:
				return {};
		}
	}

	/** `at` is the place of the first part of a block; a part that goes on with one has none. */
	#headerBlock(
		flags: number,
		part: Uint8Array | undefined,
		at: number | undefined
	): Partial<Http2Frame> {
		if (!part) return { error: 'padding longer than the frame' };
		if (at !== undefined) this.#dropBlock();
		this.#block.push(part);
		// An empty part costs too.
		this.#blockBytes += part.length + 64;
		if (this.#blockBytes > maxHeaderBlockBytes) {
			this.#hpackError = 'header block too long';
			this.#dropBlock();
		}
		if ((flags & http2Flags.endHeaders) === 0) return {};
		const block = concat(this.#block);
		this.#dropBlock();
		return this.#decodeBlock(block, at);
	}

	#dropBlock() {
		this.#block = [];
		this.#blockBytes = 0;
	}

	#decodeBlock(block: Uint8Array, at: number | undefined): Partial<Http2Frame> {
		if (this.#hpackError !== undefined) return { error: this.#hpackError };
		try {
			const placed = this.#hpack.decodePlaced(block);
			const headers = placed.flatMap(({ header }) => (header ? [header] : []));
			if (at === undefined) return { headers };
			return { headers, placed: placed.map((one) => ({ ...one, o: at + one.o })) };
		} catch (error) {
			if (!(error instanceof HpackError)) throw error;
			this.#hpackError = error.message;
			return { error: error.message };
		}
	}
}

function withoutPadding(flags: number, body: Uint8Array): Uint8Array | undefined {
	if ((flags & http2Flags.padded) === 0) return body;
	const padding = body[0] ?? body.length;
	return padding < body.length ? body.subarray(1, body.length - padding) : undefined;
}

function readSettings(body: Uint8Array): Partial<Http2Frame> {
	if (body.length % 6 !== 0) return { error: 'frame of wrong length' };
	const settings = Array.from({ length: body.length / 6 }, (_, at) => ({
		id: uint16(body, at * 6),
		value: uint32(body, at * 6 + 2)
	}));
	return { settings };
}
