import { closeChannel } from '../../../wire/websocket/channel-messages.ts';
import {
	opcodes,
	readFrameHeader,
	WebSocketDecoder
} from '../../../wire/websocket/websocket-decoder.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import type { Step, Walker } from './walker.ts';

const longestHeader = 14;

/** Reads WebSocket frames. The `x` of a continuation is the channel of its message and 1, else 0. */
export class WebSocketWalker implements Walker {
	readonly wire: Wire = 'W';
	/** The subprotocol that the server chose. */
	readonly protocol: string;
	#channel = 0;

	constructor(protocol: string) {
		this.protocol = protocol;
	}

	next(at: number, window: ByteWindow): Step {
		const { data, hole } = window.look(at, longestHeader);
		const header = readFrameHeader(data);
		if (!header) return hole ? 'lost' : 'wait';
		const len = header.headerBytes + header.length;
		if (!window.covers(at, len)) return 'wait';
		const opcode = data[0]! & 0x0f;
		const goesOn = opcode === opcodes.continuation;
		if (opcode < opcodes.close && !goesOn) this.#channel = this.#channelOf(at, len, window);
		return { kind: 'websocket', len, x: goesOn ? this.#channel : 0 };
	}

	passHole(_len: number, lost: boolean): boolean {
		return !lost;
	}

	#channelOf(at: number, len: number, window: ByteWindow): number {
		if (window.bytes(at, 1)[0]! >= 0x80) return 0;
		const [frame] = new WebSocketDecoder().push(window.bytes(at, len));
		const channel = frame?.data[0];
		return channel === undefined || channel === closeChannel ? 0 : channel + 1;
	}
}
