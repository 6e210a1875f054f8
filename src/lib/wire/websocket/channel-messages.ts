/**
 * Remote command over WebSocket (wsstream conn.go): the first byte of a binary message is the channel, the rest is
 * data. In v5 a message of 255 and a channel closes that channel, which is how input ends.
 */
import { channels, type StreamType } from '../remote-command/streams.ts';
import { fromLatin1, latin1 } from '../bytes.ts';

export const closeChannel = 255;

export type ChannelMessage =
	/** `stream` is undefined for a channel that remote command does not have; its data is ignored. */
	| { type: 'data'; channel: number; stream: StreamType | undefined; data: Uint8Array }
	| { type: 'close'; channel: number; stream: StreamType | undefined }
	/** Nothing in it: ignored. */
	| { type: 'empty' }
	/** A server drops the connection. */
	| { type: 'malformed'; reason: string };

const streamOfChannel = new Map<number, StreamType>(
	Object.entries(channels).map(([stream, channel]) => [channel, stream as StreamType])
);

/** Reads a binary message. `closeSignal` tells whether the protocol has one (v5). */
export function readChannelMessage(message: Uint8Array, closeSignal: boolean): ChannelMessage {
	const [channel] = message;
	if (channel === undefined) return { type: 'empty' };
	if (channel !== closeChannel || !closeSignal) {
		return {
			type: 'data',
			channel,
			stream: streamOfChannel.get(channel),
			data: message.subarray(1)
		};
	}
	const [, closed] = message;
	if (closed === undefined || message.length !== 2) {
		return { type: 'malformed', reason: `close signal of ${message.length} bytes` };
	}
	return { type: 'close', channel: closed, stream: streamOfChannel.get(closed) };
}

/** Reads a text message of the base64 protocols: a digit for the channel, then the data in base64. */
export function readBase64Message(message: Uint8Array): ChannelMessage {
	const [digit] = message;
	if (digit === undefined) return { type: 'empty' };
	const channel = digit - 0x30;
	const data = fromBase64(latin1(message.subarray(1)));
	if (channel < 0 || channel > 9 || !data)
		return { type: 'malformed', reason: 'no base64 message' };
	return { type: 'data', channel, stream: streamOfChannel.get(channel), data };
}

function fromBase64(text: string): Uint8Array | undefined {
	if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
	return fromLatin1(atob(text));
}

/** The message that carries data on a channel. */
export function encodeChannelMessage(stream: StreamType, data: Uint8Array): Uint8Array {
	const message = new Uint8Array(1 + data.length);
	message[0] = channels[stream];
	message.set(data, 1);
	return message;
}

/** The text message that carries data on a channel in the base64 protocols. */
export function encodeBase64Message(stream: StreamType, data: Uint8Array): string {
	return `${channels[stream]}${btoa(latin1(data))}`;
}

/** The message that closes a channel in v5. */
export function encodeCloseSignal(stream: StreamType): Uint8Array {
	return Uint8Array.of(closeChannel, channels[stream]);
}
