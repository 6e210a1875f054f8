import { ByteQueue, uint16, uint24, uint32 } from '../bytes.ts';
import { controlTypes, finFlag, frameHeaderBytes, type Frame, type PlacedFrame } from './frame.ts';
import { HeaderBlockReader } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';

/** A longer control frame is refused when its header arrives; those of Kubernetes are below 200 bytes. */
export const maxControlFrameBytes = 64 * 1024;

/**
 * Reads the frames of one direction of a connection (spdystream spdy/read.go). What it keeps is one frame that has
 * not arrived whole: at most 16 MiB, the longest that a DATA frame can be.
 */
export class SpdyDecoder {
	readonly #queue = new ByteQueue();
	readonly #headers = new HeaderBlockReader();
	/** What ended the reading; every later call throws it again. */
	failed: SpdyError | undefined;

	/**
	 * The frames that are complete with this chunk. Throws SpdyError on garbage; when whole frames came before it in
	 * the same chunk, they are returned first and the next call throws.
	 */
	push(chunk: Uint8Array): PlacedFrame[] {
		this.feed(chunk);
		const frames: PlacedFrame[] = [];
		try {
			for (let frame = this.next(); frame; frame = this.next()) frames.push(frame);
		} catch (error) {
			if (frames.length === 0) throw error;
		}
		return frames;
	}

	/** Adds bytes for `next`, for who must act on each frame before the one after it is read. */
	feed(chunk: Uint8Array): void {
		if (this.failed) throw this.failed;
		this.#queue.push(chunk);
	}

	/** The next frame that has arrived whole. Throws SpdyError on garbage. */
	next(): PlacedFrame | undefined {
		if (this.failed) throw this.failed;
		try {
			return this.#next();
		} catch (error) {
			if (error instanceof SpdyError) this.failed = error;
			throw error;
		}
	}

	#next(): PlacedFrame | undefined {
		const header = this.#queue.peek(frameHeaderBytes);
		if (!header) return undefined;
		const length = uint24(header, 5);
		const control = (header[0] ?? 0) >= 0x80;
		if (control) checkControl(header, length);
		else if (uint32(header, 0) === 0) throw new SpdyError('stream id zero is disallowed');
		const o = this.#queue.at;
		const whole = this.#queue.take(frameHeaderBytes + length);
		if (!whole) return undefined;
		const body = whole.subarray(frameHeaderBytes);
		const flags = whole[4] ?? 0;
		if (control)
			return { frame: this.#control(uint16(whole, 2), flags, body), o, len: whole.length };
		const frame = {
			type: 'data',
			id: uint32(whole, 0),
			fin: (flags & finFlag) !== 0,
			data: body
		} as const;
		return { frame, o, len: whole.length, dataAt: o + frameHeaderBytes };
	}

	#control(type: number, flags: number, body: Uint8Array): Frame {
		switch (type) {
			case controlTypes['syn-stream']:
				// Stream, associated stream, priority and slot stand before the block.
				return { type: 'syn-stream', ...this.#withHeaders(flags, body, 10) };
			case controlTypes['syn-reply']:
				return { type: 'syn-reply', ...this.#withHeaders(flags, body, 4) };
			case controlTypes.headers:
				return { type: 'headers', ...this.#withHeaders(flags, body, 4) };
			case controlTypes.settings:
				return readSettings(flags, body);
			case controlTypes['rst-stream']:
			case controlTypes.ping:
			case controlTypes.goaway:
			case controlTypes['window-update']:
				return readFixed(type, flags, body);
			default:
				return { type: 'unknown', control: type, flags, body };
		}
	}

	#withHeaders(flags: number, body: Uint8Array, blockAt: number) {
		if (body.length < blockAt) throw new SpdyError('invalid control frame');
		const id = streamId(body, 0);
		const headers = this.#headers.read(body.subarray(blockAt), id);
		return { id, fin: (flags & finFlag) !== 0, headers };
	}
}

function checkControl(header: Uint8Array, length: number) {
	const version = uint16(header, 0) & 0x7fff;
	if (version !== 3) throw new SpdyError(`control frame of SPDY version ${version}`);
	if (length > maxControlFrameBytes) throw new SpdyError(`control frame of ${length} bytes`);
}

function readFixed(type: 3 | 6 | 7 | 9, flags: number, body: Uint8Array): Frame {
	const length = type === controlTypes.ping ? 4 : 8;
	if (body.length !== length || flags !== 0) throw new SpdyError('invalid control frame');
	const second = uint32(body, 4);
	switch (type) {
		case controlTypes.ping:
			if (uint32(body, 0) === 0) throw new SpdyError('stream id zero is disallowed');
			return { type: 'ping', id: uint32(body, 0) };
		case controlTypes.goaway:
			return { type: 'goaway', lastGood: uint32(body, 0) & 0x7fffffff, status: second };
		case controlTypes['window-update']:
			return {
				type: 'window-update',
				id: uint32(body, 0) & 0x7fffffff,
				delta: second & 0x7fffffff
			};
		case controlTypes['rst-stream']: {
			const id = streamId(body, 0);
			if (second === 0) throw new SpdyError('invalid control frame', id);
			return { type: 'rst-stream', id, status: second };
		}
	}
}

function readSettings(flags: number, body: Uint8Array): Frame {
	const count = uint32(body, 0);
	if (body.length !== 4 + count * 8) throw new SpdyError('invalid control frame');
	const settings = Array.from({ length: count }, (_, at) => ({
		flags: body[4 + at * 8] ?? 0,
		id: uint24(body, 5 + at * 8),
		value: uint32(body, 8 + at * 8)
	}));
	return { type: 'settings', flags, settings };
}

function streamId(body: Uint8Array, at: number): number {
	const id = uint32(body, at) & 0x7fffffff;
	if (id === 0) throw new SpdyError('stream id zero is disallowed');
	return id;
}
