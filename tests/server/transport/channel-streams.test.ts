import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	ChannelStreams,
	type ChannelPlace,
	type ChannelStream
} from '../../../src/lib/server/transport/channel-streams.ts';
import {
	WebSocketClosedError,
	type WebSocketMessage
} from '../../../src/lib/server/transport/websocket-connection.ts';
import { hex, text } from '../../support/hex.ts';
import { settle, webSocketPair } from '../../support/websocket-pair.ts';

const v5 = 'v5.channel.k8s.io';

async function connect(protocol = v5) {
	const pair = await webSocketPair(protocol);
	const received: WebSocketMessage[] = [];
	const server = new ChannelStreams(pair.server, {
		role: 'server',
		reads: ['stdin', 'resize'],
		received: (message) => received.push(message)
	});
	const client = new ChannelStreams(pair.client, {
		role: 'client',
		reads: ['stdout', 'stderr', 'error']
	});
	return { ...pair, client, server, received };
}

async function readAll(stream: ChannelStream): Promise<string> {
	let all = '';
	for await (const { data } of stream) all += new TextDecoder().decode(data);
	return all;
}

describe.each([
	v5,
	'v4.channel.k8s.io',
	'channel.k8s.io',
	'base64.channel.k8s.io',
	'v4.base64.channel.k8s.io'
])('%s', (protocol) => {
	test('carries data of each channel, whose places both ends agree on', async () => {
		const { client, server } = await connect(protocol);
		const announced: ChannelPlace[] = [];
		const announce = (place: ChannelPlace) => void announced.push(place);
		await client.of('stdin').write(text('question'), announce);
		await client.of('resize').write(text('{"Width":80,"Height":24}\n'), announce);
		const places: ChannelPlace[] = [];
		for (const type of ['stdin', 'resize'] as const) {
			for await (const { data, ...place } of server.of(type)) {
				expect(new TextDecoder().decode(data)).toBe(
					type === 'stdin' ? 'question' : '{"Width":80,"Height":24}\n'
				);
				places.push(place);
				break;
			}
		}
		expect(places).toEqual(announced);
		expect(places.map(({ message, at }) => [message, at])).toEqual([
			[0, 1],
			[1, 1]
		]);
		await server.of('stderr').write(text('err'));
		await server.of('stdout').write(text('out'));
		server.connection.close();
		expect(await readAll(client.of('stdout'))).toBe('out');
		expect(await readAll(client.of('stderr'))).toBe('err');
		expect(await readAll(client.of('error'))).toBe('');
	});
});

test('an empty write is a message of its channel alone', async () => {
	const { server, crossed } = await connect();
	await server.of('stdout').write(new Uint8Array(0));
	await settle();
	expect(crossed['<']()).toEqual(Buffer.from(hex('8201 01')));
});

describe('the end of one channel', () => {
	test('is said by 255 and its number in v5', async () => {
		const { client, server, received } = await connect();
		const reading = readAll(server.of('stdin'));
		await client.of('stdin').write(text('all'));
		client.of('stdin').end();
		client.of('stdin').end();
		expect(await reading).toBe('all');
		expect(received.map(({ data }) => data)).toEqual([hex('00616c6c'), hex('ff00')]);
		await expect(client.of('stdin').write(text('x'))).rejects.toThrow(WebSocketClosedError);
		await client.of('resize').write(text('{}'));
		for await (const { data } of server.of('resize')) {
			expect(data).toEqual(text('{}'));
			break;
		}
	});

	test('cannot be said before v5', async () => {
		const { client, received } = await connect('v4.channel.k8s.io');
		client.of('stdin').end();
		await client.of('resize').write(text('{}'));
		await settle();
		expect(received.map(({ data }) => data)).toEqual([hex('047b7d')]);
	});

	test.each(['ff', 'ff0000', 'ff09'])('is malformed as %s, which ends all', async (bytes) => {
		const { client, server, crossed } = await connect();
		void client.connection.send(hex(bytes));
		expect(await readAll(server.of('stdin'))).toBe('');
		expect(await client.connection.closed).toMatchObject({ code: 1000 });
		// In memory the peer answers before the library has noted that it closes, so it may say so twice.
		expect(crossed['<']().subarray(0, 4)).toEqual(Buffer.from(hex('8802 03e8')));
	});

	test('of a channel that we write changes nothing', async () => {
		const { client, server } = await connect();
		await client.connection.send(hex('ff01'));
		await settle();
		void server.of('stdout').write(text('still'));
		for await (const { data } of client.of('stdout')) {
			expect(data).toEqual(text('still'));
			break;
		}
	});
});

test('what nobody asked for is ignored: empty, of a channel that is not read, of no channel', async () => {
	const { client, server } = await connect();
	for (const bytes of ['', '0161', '0961', 'fe61', '00', '0062'])
		await client.connection.send(hex(bytes));
	client.of('stdin').end();
	expect(await readAll(server.of('stdin'))).toBe('b');
});

test('a base64 message that is none is ignored', async () => {
	const { client, server } = await connect('base64.channel.k8s.io');
	for (const message of ['0!', 'xZm9v', '0Zm9', '0Zm9v']) await client.connection.send(message);
	for await (const { data, message, len } of server.of('stdin')) {
		expect([new TextDecoder().decode(data), message, len]).toEqual(['foo', 3, 4]);
		break;
	}
});

test('a server reads texts like bytes', async () => {
	const { client, server } = await connect();
	await client.connection.send('\0hi');
	client.of('stdin').end();
	expect(await readAll(server.of('stdin'))).toBe('hi');
});

describe('a client reads an error', () => {
	test.each([
		[1001, 'bye', 'next reader: websocket: close 1001 (going away): bye'],
		[1011, '', 'next reader: websocket: close 1011 (internal server error)'],
		[4000, '', 'next reader: websocket: close 4000']
	])('after a close with %d', async (code, reason, message) => {
		const { client, server } = await connect();
		await server.of('error').write(text('status'));
		server.connection.close(code, reason);
		await expect(readAll(client.of('error'))).rejects.toThrow(message);
	});

	test('after a cut, behind what had arrived', async () => {
		const { client, server, sockets } = await connect();
		await server.of('error').write(text('status'));
		await settle();
		sockets[0].destroy();
		const read: Uint8Array[] = [];
		const reading = (async () => {
			for await (const { data } of client.of('error')) read.push(data);
		})();
		await expect(reading).rejects.toThrow(
			'next reader: websocket: close 1006 (abnormal closure): unexpected EOF'
		);
		expect(read).toEqual([text('status')]);
	});

	test('after a text', async () => {
		const { client, server } = await connect();
		await server.connection.send('1text');
		await expect(readAll(client.of('stdout'))).rejects.toThrow('unexpected message type: 1');
		expect(await server.connection.closed).toMatchObject({ code: 1000 });
	});
});

test('a channel that is read slowly stops the peer, one that nobody wants does not', async () => {
	const { client, server } = await connect();
	let sent = 0;
	const sending = (async () => {
		for (; sent < 200; sent++) await client.of('stdin').write(new Uint8Array(32 * 1024));
	})();
	await settle();
	expect(sent).toBeLessThan(20);
	let read = 0;
	for await (const { data } of server.of('stdin')) {
		read += data.length;
		if (read >= 1024 * 1024) break;
	}
	await sending;
	await client.of('resize').write(text('{}'));
	for await (const { data } of server.of('resize')) {
		expect(data).toEqual(text('{}'));
		break;
	}
});

test('any data comes out as it went in', async () => {
	const { client, server } = await connect('v4.base64.channel.k8s.io');
	const stdin = server.of('stdin')[Symbol.asyncIterator]();
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), async (data) => {
			void client.of('stdin').write(data);
			const { value } = await stdin.next();
			expect(value && value.data).toEqual(data);
		}),
		{ numRuns: 50 }
	);
});
