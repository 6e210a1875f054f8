/**
 * WebSocket frames (RFC 6455) of one direction, after the upgrade: our own reading of captured bytes, beside the
 * library that speaks them. Extensions are not read; kubectl asks for none.
 */
import { ByteQueue, uint16, uint32, utf8 } from '../bytes.ts';

export const opcodes = {
	continuation: 0,
	text: 1,
	binary: 2,
	close: 8,
	ping: 9,
	pong: 10
} as const;

/** A frame and its place, counted from the first byte pushed. `data` is unmasked. */
export interface WebSocketFrame {
	fin: boolean;
	opcode: number;
	/** As sent: clients mask, servers do not. */
	mask: Uint8Array | undefined;
	o: number;
	len: number;
	dataAt: number;
	data: Uint8Array;
}

/** What arrived is no WebSocket. */
export class WebSocketError extends Error {
	override name = 'WebSocketError';
}

/** A longer frame is refused when its header arrives; those of kubectl have 33 KiB at most. */
export const maxWebSocketFrameBytes = 16 * 1024 * 1024;

const maxControlBytes = 125;

/** Reads frames; keeps one that has not arrived whole. Throws WebSocketError, and is of no use then. */
export class WebSocketDecoder {
	readonly #queue = new ByteQueue();

	push(chunk: Uint8Array): WebSocketFrame[] {
		this.#queue.push(chunk);
		const frames: WebSocketFrame[] = [];
		for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
		return frames;
	}

	#next(): WebSocketFrame | undefined {
		const header = readFrameHeader(this.#queue.peek(Math.min(maxHeaderBytes, this.#queue.length)));
		if (!header) return undefined;
		const { headerBytes, length, masked } = header;
		const o = this.#queue.at;
		const whole = this.#queue.take(headerBytes + length);
		if (!whole) return undefined;
		const mask = masked ? whole.slice(headerBytes - 4, headerBytes) : undefined;
		const raw = whole.subarray(headerBytes);
		const [first = 0] = whole;
		return {
			fin: first >= 0x80,
			opcode: first & 0x0f,
			mask,
			o,
			len: whole.length,
			dataAt: o + headerBytes,
			data: mask ? unmask(raw, mask) : raw
		};
	}
}

/** The longest header: length and mask behind the first two bytes. */
const maxHeaderBytes = 14;

/** Reads the header that a frame begins with; undefined while it has not arrived whole. Throws WebSocketError. */
export function readFrameHeader(
	bytes: Uint8Array | undefined
): { headerBytes: number; length: number; masked: boolean } | undefined {
	if (!bytes || bytes.length < 2) return undefined;
	const [first = 0, second = 0] = bytes;
	checkFirst(first, second);
	const masked = second >= 0x80;
	const lengthBytes = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
	const headerBytes = 2 + lengthBytes + (masked ? 4 : 0);
	if (bytes.length < headerBytes) return undefined;
	return { headerBytes, length: lengthOf(bytes, lengthBytes), masked };
}

function checkFirst(first: number, second: number) {
	const opcode = first & 0x0f;
	if (first & 0x70) throw new WebSocketError('reserved bits are set');
	if (!(Object.values(opcodes) as number[]).includes(opcode))
		throw new WebSocketError(`opcode ${opcode}`);
	if (opcode < opcodes.close) return;
	if (first < 0x80) throw new WebSocketError('control frame in fragments');
	if ((second & 0x7f) > maxControlBytes) throw new WebSocketError('control frame too long');
}

function lengthOf(header: Uint8Array, lengthBytes: number): number {
	if (lengthBytes === 0) return (header[1] ?? 0) & 0x7f;
	if (lengthBytes === 2) return uint16(header, 2);
	const length = uint32(header, 2) * 2 ** 32 + uint32(header, 6);
	if (length > maxWebSocketFrameBytes) throw new WebSocketError(`frame of ${length} bytes`);
	return length;
}

function unmask(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
	return bytes.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
}

/** What a close frame says: no code when it is empty. */
export function readClose(data: Uint8Array): { code: number | undefined; reason: string } {
	return { code: data.length < 2 ? undefined : uint16(data, 0), reason: utf8(data.subarray(2)) };
}
