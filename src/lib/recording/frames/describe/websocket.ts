import { uint16, utf8 } from '../../../wire/bytes.ts';
import {
	closeChannel,
	readBase64Message,
	readChannelMessage,
	type ChannelMessage
} from '../../../wire/websocket/channel-messages.ts';
import {
	opcodes,
	readClose,
	WebSocketDecoder,
	type WebSocketFrame
} from '../../../wire/websocket/websocket-decoder.ts';
import type { Box } from '../frame.ts';
import type { Side } from '../read/connection-decoder.ts';
import type { Entry } from '../read/frame-index.ts';
import { WebSocketWalker } from '../read/websocket-walker.ts';
import type { Described } from './described.ts';
import { box, Layout, payload } from './layout.ts';
import { saidIn } from './spdy.ts';
import { hexOf, textOf } from './text-of.ts';

const names = new Map<number, string>(
	Object.entries(opcodes).map(([name, opcode]) => [opcode, name])
);

export function describeWebSocket({ o, len, x }: Entry, side: Side): Described {
	const [frame] = new WebSocketDecoder().push(side.window.bytes(o, len));
	if (!frame) return { name: 'frame', box: () => box('WebSocket frame', o, len, []) };
	const walker = side.walkerAt(o);
	const protocol = walker instanceof WebSocketWalker ? walker.protocol : '';
	const message = messageIn(frame, protocol, x);
	const kind = names.get(frame.opcode) ?? '';
	return {
		name: wordsOf(kind, message),
		...payloadOf(frame, message),
		facts: factsOf(frame, message),
		box: () => boxOf(o, len, frame, message, side)
	};
}

/** The message or the part of one that a data frame carries; a part that goes on has its channel from the first. */
function messageIn(frame: WebSocketFrame, protocol: string, x: number): ChannelMessage | undefined {
	const { opcode, data } = frame;
	if (opcode >= opcodes.close) return undefined;
	if (opcode === opcodes.continuation) {
		if (x === 0) return undefined;
		const first = readChannelMessage(Uint8Array.of(x - 1), false);
		return first.type === 'data' ? { ...first, data } : undefined;
	}
	if (opcode === opcodes.text && protocol.startsWith('base64.')) return readBase64Message(data);
	return readChannelMessage(data, protocol.startsWith('v5.'));
}

function wordsOf(kind: string, message: ChannelMessage | undefined): string {
	if (message?.type === 'data') return `${kind} ${message.channel} ${message.stream ?? ''}`.trim();
	if (message?.type === 'close')
		return `${kind} ${closeChannel} ${message.stream ?? message.channel}`;
	return kind;
}

function payloadOf(
	frame: WebSocketFrame,
	message: ChannelMessage | undefined
): { payload?: number } {
	if (message?.type === 'data') return { payload: message.data.length };
	const carries = frame.opcode < opcodes.close && message?.type !== 'close';
	return carries ? { payload: frame.data.length } : {};
}

function factsOf(
	frame: WebSocketFrame,
	message: ChannelMessage | undefined
): Record<string, string> {
	if (message?.type === 'data') return saidIn(message.stream, message.data);
	if (message?.type === 'close') return { closes: message.stream ?? String(message.channel) };
	if (frame.opcode !== opcodes.close) return {};
	const { code, reason } = readClose(frame.data);
	return { ...(code === undefined ? {} : { code: String(code) }), ...(reason ? { reason } : {}) };
}

function boxOf(
	o: number,
	len: number,
	frame: WebSocketFrame,
	message: ChannelMessage | undefined,
	side: Side
): Box {
	const headerBytes = frame.dataAt;
	const layout = new Layout(side.window.bytes(o, headerBytes), o);
	const kind = names.get(frame.opcode) ?? '';
	layout.take('FIN, opcode', 1, `${frame.fin ? 1 : 0}, ${kind}`);
	const masked = frame.mask !== undefined;
	const extra = headerBytes - 2 - (masked ? 4 : 0);
	layout.take('mask, length', 1, ([byte = 0]) => `${masked ? 1 : 0}, ${byte & 0x7f}`);
	layout.take('extended length', extra, String(frame.data.length));
	layout.take('masking key', masked ? 4 : 0, hexOf);
	const holes = side.window.holes(o, len);
	const at = o + headerBytes;
	if (len === headerBytes) return box('WebSocket frame', o, len, layout.fields);
	// What is not here cannot be unmasked.
	const inside = holes.length
		? [box(kind, at, len - headerBytes, payload('data', at, len - headerBytes, side.window))]
		: [riderOf(at, frame, message)];
	return box('WebSocket frame', o, len, layout.fields, inside);
}

/** The unmasked payload: channel and data, or what a control frame says. */
function riderOf(o: number, frame: WebSocketFrame, message: ChannelMessage | undefined): Box {
	const { data, opcode } = frame;
	const layout = new Layout(data, o);
	const goesOn = opcode === opcodes.continuation;
	if (opcode === opcodes.close && data.length >= 2) {
		layout.take('code', 2, (bytes) => String(uint16(bytes, 0)));
		layout.take('reason', layout.left, utf8);
	} else if (message?.type === 'close') {
		layout.take('channel', 1, `${closeChannel}, close`);
		layout.take('closed channel', 1, `${message.channel}, ${message.stream ?? ''}`);
	} else if (message?.type === 'data' && !goesOn) {
		layout.take('channel', 1, `${message.channel}, ${message.stream ?? ''}`);
	}
	layout.take('data', layout.left, () => textOf(message?.type === 'data' ? message.data : data));
	const name = message?.type === 'data' ? (message.stream ?? 'message') : (names.get(opcode) ?? '');
	return box(name, o, data.length, layout.fields);
}
