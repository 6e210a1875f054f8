import { controlTypes, finFlag, frameHeaderBytes, maxFrameBytes, type Frame } from './frame.ts';
import { HeaderBlockWriter } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';

/** Writes the frames of one direction of a connection (spdystream spdy/write.go). */
export class SpdyEncoder {
	readonly #headers = new HeaderBlockWriter();

	/** The bytes of a frame. Frames with headers must go out in the order in which they are encoded. */
	encode(frame: Frame): Uint8Array {
		switch (frame.type) {
			case 'data':
				return dataFrame(frame);
			case 'syn-stream':
				return this.#withHeaders(frame, 10);
			case 'syn-reply':
			case 'headers':
				return this.#withHeaders(frame, 4);
			case 'rst-stream':
				return controlFrame(controlTypes['rst-stream'], 0, words(frame.id, frame.status));
			case 'ping':
				return controlFrame(controlTypes.ping, 0, words(frame.id));
			case 'goaway':
				return controlFrame(controlTypes.goaway, 0, words(frame.lastGood, frame.status));
			case 'window-update':
				return controlFrame(controlTypes['window-update'], 0, words(frame.id, frame.delta));
			case 'settings':
				return controlFrame(controlTypes.settings, frame.flags, settingsBody(frame.settings));
			case 'unknown':
				return controlFrame(frame.control, frame.flags, frame.body);
		}
	}

	#withHeaders(frame: Extract<Frame, { headers: unknown }>, blockAt: number): Uint8Array {
		const block = this.#headers.write(frame.headers);
		const body = new Uint8Array(blockAt + block.length);
		new DataView(body.buffer).setUint32(0, frame.id);
		body.set(block, blockAt);
		return controlFrame(controlTypes[frame.type], frame.fin ? finFlag : 0, body);
	}
}

function dataFrame(frame: Extract<Frame, { type: 'data' }>): Uint8Array {
	return withFrameHeader(frame.id, frame.fin ? finFlag : 0, frame.data);
}

function controlFrame(type: number, flags: number, body: Uint8Array): Uint8Array {
	return withFrameHeader((0x8003 << 16) | type, flags, body);
}

function withFrameHeader(first: number, flags: number, body: Uint8Array): Uint8Array {
	if (body.length > maxFrameBytes) throw new SpdyError(`frame of ${body.length} bytes`);
	const bytes = new Uint8Array(frameHeaderBytes + body.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, first);
	view.setUint32(4, ((flags << 24) | body.length) >>> 0);
	bytes.set(body, frameHeaderBytes);
	return bytes;
}

function words(...values: number[]): Uint8Array {
	const bytes = new Uint8Array(4 * values.length);
	const view = new DataView(bytes.buffer);
	values.forEach((value, at) => view.setUint32(4 * at, value));
	return bytes;
}

function settingsBody(settings: { id: number; flags: number; value: number }[]): Uint8Array {
	const entries = settings.flatMap(({ id, flags, value }) => [((flags << 24) | id) >>> 0, value]);
	return words(settings.length, ...entries);
}
