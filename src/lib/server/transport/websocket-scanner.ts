import { opcodes } from '../../wire/websocket/websocket-decoder.ts';
import type { Stretch } from './upgraded-scanner.ts';

export type ControlFrame = 'close' | 'ping' | 'pong';

/** What a stretch of a WebSocket connection is a part of: a data message by its number from 0, or a control frame. */
export interface WebSocketPart {
	of: number | ControlFrame;
	/** Bytes of the message itself, masked as they are; else of a header, or of a control frame. */
	data: boolean;
	/** The message or the frame ends with it. */
	last: boolean;
}

const controls: Record<number, ControlFrame> = {
	[opcodes.close]: 'close',
	[opcodes.ping]: 'ping',
	[opcodes.pong]: 'pong'
};

/** The error channel of remote command, in the binary protocols and in those that send base64. */
const errorChannel = { [opcodes.binary]: 3, [opcodes.text]: 0x33 };

/**
 * Finds messages and control frames in one direction of a WebSocket connection, by headers alone (RFC 6455, 5.2). What
 * is no WebSocket is payload to the end. The error channel counts as framing: its Status is what the lesson ends with,
 * and always kept.
 */
export class WebSocketScanner {
	/** Whether the first byte of a message is its channel. */
	readonly #channels: boolean;
	#header: number[] = [];
	#frame: Frame | undefined;
	#broken = false;
	/** Number of the message that is under way, or was last. */
	#message = -1;
	#text = false;
	/** Whether the message is payload; undefined until its first byte tells. */
	#payload: boolean | undefined;

	/** @param subprotocol what both ends agreed on: `v5.channel.k8s.io`; empty where they named none */
	constructor(subprotocol: string) {
		this.#channels = subprotocol === '' || subprotocol.endsWith('channel.k8s.io');
	}

	push(chunk: Uint8Array): Stretch[] {
		const out: Stretch[] = [];
		for (let at = 0; at < chunk.length;) {
			const stretch = this.#frame ? this.#body(this.#frame, chunk, at) : this.#head(chunk, at);
			out.push(stretch);
			at += stretch.len;
		}
		return out;
	}

	#head(chunk: Uint8Array, begin: number): Stretch {
		if (this.#header.length === 0) this.#starts(chunk[begin]!);
		if (this.#broken) return { at: begin, len: chunk.length - begin, payload: true };
		let at = begin;
		while (at < chunk.length && this.#header.length < wanted(this.#header))
			this.#header.push(chunk[at++]!);
		const of = this.#of(this.#header[0]!);
		const last = this.#header.length === wanted(this.#header) && this.#begins(this.#header);
		return { at: begin, len: at - begin, payload: false, webSocket: { of, data: false, last } };
	}

	/** The first byte of a header came. */
	#starts(first: number): void {
		const opcode = first & 0x0f;
		const known = (Object.values(opcodes) as number[]).includes(opcode);
		const lost = opcode === opcodes.continuation && this.#message < 0;
		if (!known || lost || (first & 0x70) !== 0) this.#broken = true;
		if (opcode !== opcodes.text && opcode !== opcodes.binary) return;
		this.#message++;
		this.#text = opcode === opcodes.text;
		this.#payload = this.#channels ? undefined : true;
	}

	#of(first: number): number | ControlFrame {
		return controls[first & 0x0f] ?? this.#message;
	}

	/** A whole header came; true when nothing follows it, and the message or frame is over. */
	#begins(header: number[]): boolean {
		const [first = 0, second = 0] = header;
		this.#header = [];
		const masked = second >= 0x80;
		const short = second & 0x7f;
		const length = header.slice(2, masked ? -4 : undefined);
		const left = short < 126 ? short : length.reduce((sum, byte) => sum * 256 + byte, 0);
		const of = this.#of(first);
		const last = first >= 0x80 || typeof of !== 'number';
		if (left > 0) this.#frame = { of, left, last, mask: masked ? header.at(-4)! : 0 };
		return left === 0 && last;
	}

	#body(frame: Frame, chunk: Uint8Array, at: number): Stretch {
		const len = Math.min(frame.left, chunk.length - at);
		const { of } = frame;
		const data = typeof of === 'number';
		if (data) this.#payload ??= this.#carries(chunk[at]! ^ frame.mask);
		frame.left -= len;
		const last = frame.left === 0 && frame.last;
		if (frame.left === 0) this.#frame = undefined;
		return { at, len, payload: data && this.#payload === true, webSocket: { of, data, last } };
	}

	#carries(channel: number): boolean {
		return channel !== errorChannel[this.#text ? opcodes.text : opcodes.binary];
	}
}

interface Frame {
	of: number | ControlFrame;
	left: number;
	/** The message ends with this frame. */
	last: boolean;
	/** First byte of the mask; 0 where there is none. */
	mask: number;
}

/** How long the header is of which these are the first bytes, as far as they tell. */
function wanted(header: number[]): number {
	const second = header[1];
	if (second === undefined) return 2;
	const length = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
	return 2 + length + (second >= 0x80 ? 4 : 0);
}
