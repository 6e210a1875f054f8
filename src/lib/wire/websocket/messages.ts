import { concat } from '../bytes.ts';
import {
	maxWebSocketFrameBytes,
	opcodes,
	WebSocketError,
	type WebSocketFrame
} from './websocket-decoder.ts';

/** A whole message and the frames that it came in. */
export interface WebSocketMessage {
	kind: 'text' | 'binary';
	data: Uint8Array;
	frames: WebSocketFrame[];
}

const maxFrames = 4096;

/** Puts the fragments of messages together; control frames may come between them and are passed over. */
export class MessageReader {
	#frames: WebSocketFrame[] = [];
	#bytes = 0;

	/** The message that this frame ends. Throws WebSocketError for fragments out of order, and for too many. */
	push(frame: WebSocketFrame): WebSocketMessage | undefined {
		if (frame.opcode >= opcodes.close) return undefined;
		const goesOn = frame.opcode === opcodes.continuation;
		if (goesOn !== this.#frames.length > 0) throw new WebSocketError('fragment out of order');
		this.#frames.push(frame);
		this.#bytes += frame.data.length;
		if (this.#bytes > maxWebSocketFrameBytes || this.#frames.length > maxFrames) {
			throw new WebSocketError('message too long');
		}
		return frame.fin ? this.#take() : undefined;
	}

	#take(): WebSocketMessage {
		const frames = this.#frames;
		this.#frames = [];
		this.#bytes = 0;
		const kind = frames[0]?.opcode === opcodes.text ? 'text' : 'binary';
		return { kind, data: concat(frames.map(({ data }) => data)), frames };
	}
}
