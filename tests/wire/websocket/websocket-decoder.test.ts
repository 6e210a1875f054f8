import fc from 'fast-check';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MessageReader } from '../../../src/lib/wire/websocket/messages.ts';
import {
	opcodes,
	readClose,
	WebSocketDecoder,
	WebSocketError,
	type WebSocketFrame
} from '../../../src/lib/wire/websocket/websocket-decoder.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { hex, text, toHex } from '../../support/hex.ts';

const read = (bytes: string) => new WebSocketDecoder().push(hex(bytes));

describe('the examples of RFC 6455, section 5.7', () => {
	test('a text, unmasked and masked', () => {
		expect(read('8105 48656c6c6f')).toEqual([
			{ fin: true, opcode: 1, mask: undefined, o: 0, len: 7, dataAt: 2, data: text('Hello') }
		]);
		expect(read('8185 37fa213d 7f9f4d5158')).toEqual([
			{
				fin: true,
				opcode: 1,
				mask: hex('37fa213d'),
				o: 0,
				len: 11,
				dataAt: 6,
				data: text('Hello')
			}
		]);
	});

	test('a text in two fragments, with a ping between them', () => {
		const reader = new MessageReader();
		const messages = read('0103 48656c 8905 48656c6c6f 8002 6c6f').map((frame) =>
			reader.push(frame)
		);
		expect(messages).toMatchObject([undefined, undefined, { kind: 'text', data: text('Hello') }]);
		expect(messages[2]?.frames.map(({ o }) => o)).toEqual([0, 12]);
	});

	test('lengths of 16 and of 64 bits', () => {
		const long = new WebSocketDecoder();
		expect(long.push(hex('827e0100'))).toEqual([]);
		expect(long.push(new Uint8Array(256))).toMatchObject([{ opcode: 2, len: 260, dataAt: 4 }]);
		expect(long.push(hex('827f0000000000010000'))).toEqual([]);
		expect(long.push(new Uint8Array(65536))).toMatchObject([{ o: 260, dataAt: 270 }]);
	});
});

test.each([
	['a frame of 2^63 bytes', '827f8000000000000000'],
	['reserved bits', 'c100'],
	['an opcode that does not exist', '8300'],
	['a control frame in fragments', '0900'],
	['a control frame of 126 bytes', '897e007e']
])('refuses %s', (_, bytes) => {
	expect(() => read(bytes)).toThrow(WebSocketError);
});

test('refuses fragments out of order', () => {
	expect(() => new MessageReader().push(read('8000')[0] as WebSocketFrame)).toThrow(WebSocketError);
	const reader = new MessageReader();
	const [start] = read('0100') as [WebSocketFrame];
	reader.push(start);
	expect(() => reader.push(start)).toThrow(WebSocketError);
	const [more] = read('0000') as [WebSocketFrame];
	expect(() => {
		for (let count = 0; count < 10_000; count++) reader.push(more);
	}).toThrow('message too long');
});

test('reads why a connection closes', () => {
	expect(readClose(hex('03e8'))).toEqual({ code: 1000, reason: '' });
	expect(readClose(hex('03e96f6b'))).toEqual({ code: 1001, reason: 'ok' });
	expect(readClose(hex(''))).toEqual({ code: undefined, reason: '' });
});

test('reads what ws writes, both ways', async () => {
	const http = createServer();
	const server = new WebSocketServer({ server: http });
	const bytes: Record<'client' | 'server', Buffer[]> = { client: [], server: [] };
	// The second listener: the head of the answer is out already.
	http.on('upgrade', (_request, socket) => {
		socket.prependListener('data', (chunk: Buffer) => bytes.client.push(Buffer.from(chunk)));
		const write = socket.write.bind(socket);
		socket.write = ((chunk: Buffer, ...more: []) => {
			bytes.server.push(Buffer.from(chunk));
			return write(chunk, ...more);
		}) as typeof socket.write;
	});
	server.on('connection', (peer) =>
		peer.on('message', (data) => peer.send(data, () => peer.close(1000)))
	);
	await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
	const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
	client.on('open', () => client.send(Buffer.from([0, 1, 2, 3])));
	await new Promise((resolve) => client.on('close', resolve));
	await new Promise((resolve) => http.close(resolve));
	const sent = new WebSocketDecoder().push(Buffer.concat(bytes.client));
	expect(sent.map(({ opcode }) => opcode)).toEqual([opcodes.binary, opcodes.close]);
	expect(sent[0]).toMatchObject({ data: hex('00010203') });
	expect(sent[0]?.mask).toHaveLength(4);
	const answer = new WebSocketDecoder().push(Buffer.concat(bytes.server));
	expect(answer.map(({ opcode, data }) => [opcode, toHex(data)])).toEqual([
		[opcodes.binary, '00010203'],
		[opcodes.close, '03e8']
	]);
});

test('any bytes, however cut, give the same frames or are refused', () => {
	const frame = fc
		.tuple(
			fc.constantFrom(0x82, 0x81, 0x02, 0x80, 0x88, 0x89, 0x83),
			fc.boolean(),
			fc.uint8Array({ maxLength: 20 })
		)
		.map(([first, masked, data]) => [
			first,
			data.length | (masked ? 0x80 : 0),
			...(masked ? [1, 2, 3, 4] : []),
			...data
		]);
	const stream = fc.array(frame).map((frames) => Uint8Array.from(frames.flat()));
	fc.assert(
		fc.property(fc.oneof(stream, fc.uint8Array()), fc.array(fc.nat()), (bytes, cuts) => {
			const whole = decode([bytes]);
			const cut = decode(chunked(bytes, cuts));
			expect(cut.refused).toBe(whole.refused);
			if (!whole.refused) expect(cut.pieces).toEqual(whole.pieces);
		})
	);
});

function decode(chunks: Uint8Array[]) {
	const decoder = new WebSocketDecoder();
	return outcome(chunks, (chunk) => decoder.push(chunk), WebSocketError);
}
