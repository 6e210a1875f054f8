import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	encodeBase64Message,
	encodeChannelMessage,
	encodeCloseSignal,
	readBase64Message,
	readChannelMessage
} from '../../../src/lib/wire/websocket/channel-messages.ts';
import { hex, text, toHex } from '../../support/hex.ts';

test('the first byte is the channel', () => {
	expect(readChannelMessage(hex('01 6f75740a'), true)).toEqual({
		type: 'data',
		channel: 1,
		stream: 'stdout',
		data: text('out\n')
	});
	expect(toHex(encodeChannelMessage('resize', text('{}')))).toBe('047b7d');
	expect(readChannelMessage(hex('09 00'), true)).toMatchObject({ channel: 9, stream: undefined });
	expect(readChannelMessage(hex(''), true)).toEqual({ type: 'empty' });
});

test('255 and a channel closes that channel in v5, and is data of nobody before', () => {
	expect(toHex(encodeCloseSignal('stdin'))).toBe('ff00');
	expect(readChannelMessage(hex('ff00'), true)).toEqual({
		type: 'close',
		channel: 0,
		stream: 'stdin'
	});
	expect(readChannelMessage(hex('ff00'), false)).toMatchObject({ type: 'data', stream: undefined });
	expect(readChannelMessage(hex('ff'), true).type).toBe('malformed');
	expect(readChannelMessage(hex('ff0000'), true).type).toBe('malformed');
});

test('base64 protocols name the channel by a digit', () => {
	expect(readBase64Message(text('1b3V0Cg=='))).toEqual({
		type: 'data',
		channel: 1,
		stream: 'stdout',
		data: text('out\n')
	});
	expect(encodeBase64Message('stdout', text('out\n'))).toBe('1b3V0Cg==');
	expect(readBase64Message(text('1b3V0C')).type).toBe('malformed');
	expect(readBase64Message(text('xb3V0Cg==')).type).toBe('malformed');
});

test('any message is read as something', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.uint8Array(),
				fc.base64String().map((data) => text(`0${data}`))
			),
			(message) => {
				expect(readChannelMessage(message, true).type).toMatch(/./);
				expect(readBase64Message(message).type).toMatch(/./);
			}
		)
	);
});
