import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import {
	SpdyConnection,
	type SpdyStream
} from '../../../src/lib/server/transport/spdy-connection.ts';
import {
	dialWebSocket,
	WebSocketHandshakeError
} from '../../../src/lib/server/transport/websocket-client.ts';
import {
	WebSocketClosedError,
	type WebSocketConnection,
	type WebSocketMessage
} from '../../../src/lib/server/transport/websocket-connection.ts';
import { WebSocketDuplex } from '../../../src/lib/server/transport/websocket-duplex.ts';
import {
	acceptWebSocket,
	chooseProtocol
} from '../../../src/lib/server/transport/websocket-server.ts';
import { chunked } from '../../support/chunked.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { hex, text } from '../../support/hex.ts';
import { settle, upgradeServer, webSocketPair } from '../../support/websocket-pair.ts';

const portForward = 'SPDY/3.1+portforward.k8s.io';
const v5 = 'v5.channel.k8s.io';
const closeMs = 1000;

/** The head of a request whose answer is known from RFC 6455, section 1.3. */
const head = (...more: string[]) =>
	[
		'GET /exec HTTP/1.1',
		'Host: a',
		'Upgrade: websocket',
		'Connection: Upgrade',
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		...more,
		'',
		''
	].join('\r\n');

/** A client that writes what it likes to a server that knows `known`. */
function rawClient(known: readonly string[], headText: string) {
	const requests: IncomingMessage[] = [];
	const choices: ReturnType<typeof chooseProtocol>[] = [];
	const servers: WebSocketConnection[] = [];
	const { socket, bytes } = upgradeServer((request, tapped) => {
		requests.push(request);
		const choice = chooseProtocol(request, known);
		choices.push(choice);
		if ('refusal' in choice) return;
		servers.push(acceptWebSocket(request, tapped, choice.protocol, { closeMs }));
	});
	socket.write(headText);
	const answer = () => Buffer.concat(bytes['<']).toString('latin1');
	return { socket, requests, choices, servers, answer };
}

async function take(connection: WebSocketConnection, count: number): Promise<WebSocketMessage[]> {
	const messages: WebSocketMessage[] = [];
	if (count === 0) return messages;
	for await (const message of connection) {
		messages.push(message);
		if (messages.length === count) break;
	}
	return messages;
}

async function takeAll(connection: WebSocketConnection): Promise<WebSocketMessage[]> {
	const messages: WebSocketMessage[] = [];
	for await (const message of connection) messages.push(message);
	return messages;
}

describe('the handshake', () => {
	test.each([v5, 'v4.channel.k8s.io', 'base64.channel.k8s.io', portForward])(
		'agrees on %s, without compression, to the byte as Go does',
		async (protocol) => {
			const { requests, answer } = rawClient(
				[protocol],
				head(
					'Sec-WebSocket-Version: 13',
					`Sec-WebSocket-Protocol: other, ${protocol}`,
					'Sec-WebSocket-Extensions: permessage-deflate'
				)
			);
			await settle();
			expect(answer()).toBe(
				[
					'HTTP/1.1 101 Switching Protocols',
					'Upgrade: websocket',
					'Connection: Upgrade',
					'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
					`Sec-WebSocket-Protocol: ${protocol}`,
					'',
					''
				].join('\r\n')
			);
			expect(requests[0]?.headers['sec-websocket-protocol']).toBe(`other, ${protocol}`);
		}
	);

	test('agrees on no protocol only where that is known', async () => {
		const withoutProtocol = head('Sec-WebSocket-Version: 13');
		const accepting = rawClient(['', 'channel.k8s.io'], withoutProtocol);
		const refusing = rawClient([v5], withoutProtocol);
		await settle();
		expect(accepting.answer()).toMatch(/^HTTP\/1.1 101 .*xOo=\r\n\r\n$/s);
		expect(refusing.choices).toMatchObject([{ refusal: { status: 403, body: '' } }]);
	});

	test.each([
		[
			'a protocol that is not known',
			head('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: v5.channel.k8s.io, x'),
			403,
			'requested protocol(s) are not supported: [v5.channel.k8s.io x]; supports [v4.channel.k8s.io]'
		],
		['another version', head('Sec-WebSocket-Version: 8'), 400, 'missing or bad WebSocket Version'],
		[
			'no key',
			head('Sec-WebSocket-Version: 13').replace(/Sec-WebSocket-Key.*\r\n/, ''),
			400,
			'mismatch challenge/response'
		],
		[
			'another upgrade',
			head('Sec-WebSocket-Version: 13').replace('websocket', 'SPDY/3.1'),
			400,
			'not websocket protocol'
		],
		['another method', head('Sec-WebSocket-Version: 13').replace('GET', 'POST'), 405, 'bad method']
	])('refuses %s', async (_, request, status, reason) => {
		const { choices } = rawClient(['v4.channel.k8s.io'], request);
		await settle();
		expect(choices).toMatchObject([{ refusal: { status, reason } }]);
	});

	const url = new URL(
		'https://127.0.0.1:6443/api/v1/namespaces/default/pods/nginx/exec?command=date'
	);

	test('is asked for as gorilla asks, without compression', async () => {
		const { socket, bytes } = upgradeServer((_request, tapped) => tapped.destroy());
		const dialing = dialWebSocket(socket, {
			url,
			protocols: [v5],
			closeMs,
			headers: { 'User-Agent': 'kubectl' }
		});
		await expect(dialing).rejects.toThrow(WebSocketHandshakeError);
		const sent = Buffer.concat(bytes['>']).toString();
		expect(sent).toMatch(/^GET \/api\/v1\/.*\?command=date HTTP\/1.1\r\n/);
		expect(sent).toContain('\r\nHost: 127.0.0.1:6443\r\n');
		expect(sent).toContain('\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n');
		expect(sent).not.toContain('Extensions');
	});

	test('that is answered otherwise tells the answer', async () => {
		const { socket } = upgradeServer((_request, tapped) => {
			tapped.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nnever');
		});
		const dialing = dialWebSocket(socket, { url, protocols: [v5], closeMs });
		await expect(dialing).rejects.toMatchObject({
			message: 'websocket: bad handshake',
			answer: { status: 403, statusText: 'Forbidden', body: 'never' }
		});
		expect(socket.destroyed).toBe(true);
	});

	test.each([
		['', '""'],
		['v4.channel.k8s.io', '"v4.channel.k8s.io"']
	])('that switches to "%s" is no success', async (protocol, got) => {
		const { socket } = upgradeServer((request, tapped) => {
			acceptWebSocket(request, tapped, protocol, { closeMs });
		});
		const dialing = dialWebSocket(socket, { url, protocols: [v5], closeMs });
		await expect(dialing).rejects.toThrow(
			`invalid protocol, expected one of ["v5.channel.k8s.io"], got ${got}`
		);
	});

	test('with a client that has gone throws', async () => {
		let thrown: unknown;
		const { socket } = upgradeServer((request, tapped) => {
			tapped.destroy();
			try {
				acceptWebSocket(request, tapped, v5, { closeMs });
			} catch (error) {
				thrown = error;
			}
		});
		socket.write(head('Sec-WebSocket-Version: 13'));
		await settle();
		expect(thrown).toBeInstanceOf(WebSocketClosedError);
	});
});

describe('messages', () => {
	test('of 0 bytes, 32 KiB and 1 MiB go both ways, numbered', async () => {
		const { client, server } = await webSocketPair(v5);
		const sizes = [0, 1, 32 * 1024 + 1, 1024 * 1024];
		for (const [from, to] of [
			[client, server],
			[server, client]
		] as const) {
			const taking = take(to, sizes.length);
			for (const [n, size] of sizes.entries()) {
				expect(from.nextMessage).toBe(n);
				await from.send(new Uint8Array(size).fill(n));
			}
			const taken = await taking;
			expect(taken.map(({ n, data }) => [n, data.length])).toEqual([...sizes.entries()]);
			expect(
				taken.every(({ n, kind, data }) => kind === 'binary' && data.every((byte) => byte === n))
			).toBe(true);
		}
	});

	test('may be texts', async () => {
		const { client, server } = await webSocketPair('base64.channel.k8s.io');
		void client.send('0Zm9v');
		expect(await take(server, 1)).toEqual([{ n: 0, kind: 'text', data: text('0Zm9v') }]);
	});

	test('come out the same however the bytes are cut', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
				fc.array(fc.nat(), { maxLength: 12 }),
				async (messages, cuts) => {
					const { socket, servers } = rawClient(
						[v5],
						head('Sec-WebSocket-Version: 13', `Sec-WebSocket-Protocol: ${v5}`)
					);
					const frames = Buffer.concat(messages.map(masked));
					for (const chunk of chunked(frames, cuts)) socket.write(chunk);
					await vi.waitFor(() => expect(servers).toHaveLength(1), { interval: 1 });
					const taken = await take(servers[0]!, messages.length);
					expect(taken.map(({ data }) => Buffer.from(data))).toEqual(
						messages.map((data) => Buffer.from(data))
					);
					socket.destroy();
				}
			),
			{ numRuns: 30 }
		);
	});

	test('wait at the sender while the receiver sleeps', async () => {
		const { client, server } = await webSocketPair(v5);
		for (const from of [client, server]) {
			let sent = 0;
			const sending = (async () => {
				for (; sent < 300; sent++) await from.send(new Uint8Array(32 * 1024));
			})();
			await settle();
			expect(sent).toBeLessThan(20);
			await take(from === client ? server : client, 300);
			await sending;
		}
	});

	test('of an endless number that nobody reads do not pile up', async () => {
		const { socket, servers } = rawClient(
			[v5],
			head('Sec-WebSocket-Version: 13', `Sec-WebSocket-Protocol: ${v5}`)
		);
		const empty = Buffer.concat(Array.from({ length: 10_000 }, () => masked(new Uint8Array(0))));
		for (let round = 0; round < 20; round++) socket.write(empty);
		await settle();
		expect(servers).toHaveLength(1);
		expect(socket.writableLength).toBeGreaterThan(0);
		expect((await take(servers[0]!, 30_000)).length).toBe(30_000);
	}, 20_000);

	test('cannot be sent after the end', async () => {
		const { client, server } = await webSocketPair(v5);
		client.close();
		await expect(client.send(text('x'))).rejects.toThrow(WebSocketClosedError);
		await server.closed;
		await expect(server.send(text('x'))).rejects.toThrow(WebSocketClosedError);
	});
});

/** A binary frame with a mask of zeros. */
function masked(data: Uint8Array): Buffer {
	const length =
		data.length < 126 ? [0x80 | data.length] : [0xfe, data.length >> 8, data.length & 0xff];
	return Buffer.concat([Uint8Array.of(0x82, ...length, 0, 0, 0, 0), data]);
}

describe('a ping', () => {
	test('is answered while messages wait to be read', async () => {
		const pinged = vi.fn();
		const { server, client, sockets, crossed } = await webSocketPair(v5, { pinged });
		await client.send(text('held'));
		sockets[0].write(hex('8982 00000000 6869'));
		await settle();
		expect(pinged).toHaveBeenCalledTimes(1);
		expect(crossed['<']()).toEqual(Buffer.from(hex('8a02 6869')));
		expect(await take(server, 1)).toMatchObject([{ n: 0 }]);
	});

	test('is not answered without end to a peer that does not read', async () => {
		const pinged = vi.fn();
		const { sockets } = await webSocketPair(v5, { pinged });
		sockets[0].pause();
		const pings = Buffer.concat(Array.from({ length: 20_000 }, () => hex('8980 00000000')));
		for (let round = 0; round < 10; round++) sockets[0].write(pings);
		await settle();
		expect(sockets[1].writableLength).toBeLessThan(128 * 1024);
		expect(pinged.mock.calls.length).toBeLessThan(60_000);
	});

	test('is sent by the beat, and its pong keeps the connection', async () => {
		const clock = fakeClock();
		const pinged = vi.fn();
		const heartbeat = { everyMs: 5_000, deadlineMs: 61_000 };
		const { client } = await webSocketPair(v5, { pinged }, { heartbeat, clock });
		for (let beat = 0; beat < 30; beat++) {
			clock.advance(5_000);
			await settle();
		}
		expect(pinged).toHaveBeenCalledTimes(30);
		client.close();
		expect(await client.closed).toMatchObject({ code: 1000 });
	});

	test('without a pong cuts the connection at its deadline, whatever else comes', async () => {
		const clock = fakeClock();
		const heartbeat = { everyMs: 5_000, deadlineMs: 61_000 };
		const { socket } = upgradeServer((request, tapped) => {
			const server = acceptWebSocket(request, tapped, v5, { closeMs });
			tapped.removeAllListeners('data').resume();
			void server.send(text('not a pong'));
		});
		const client = await dialWebSocket(socket, {
			url: new URL('http://a/'),
			protocols: [v5],
			closeMs,
			heartbeat,
			clock
		});
		await take(client, 1);
		clock.advance(60_999);
		await settle();
		expect(socket.destroyed).toBe(false);
		clock.advance(1);
		expect(await client.closed).toMatchObject({ code: 1006 });
		expect(client.error).toEqual(new Error('i/o timeout'));
	});
});

test('an idle connection is cut, and pings do not keep it', async () => {
	const clock = fakeClock();
	const { client, server } = await webSocketPair(
		v5,
		{ idleMs: 1000, clock },
		{ heartbeat: { everyMs: 100, deadlineMs: 10_000 }, clock }
	);
	clock.advance(900);
	await client.send(text('x'));
	await settle();
	clock.advance(900);
	await server.send(text('y'));
	for (let beat = 0; beat < 9; beat++) {
		clock.advance(100);
		await settle();
	}
	expect(server.error).toBeUndefined();
	clock.advance(100);
	expect(await server.closed).toMatchObject({ code: 1006 });
	expect(await client.closed).toMatchObject({ code: 1006 });
	clock.advance(100_000);
});

describe('closing', () => {
	test('comes behind all that was sent, and is answered in kind', async () => {
		const { client, server, crossed } = await webSocketPair(v5);
		const taking = takeAll(client);
		void server.send(new Uint8Array(300_000));
		void server.send(text('status'));
		server.close(1000);
		expect((await taking).map(({ data }) => data.length)).toEqual([300_000, 6]);
		expect(await server.closed).toEqual({ code: 1000, reason: '' });
		expect(await client.closed).toEqual({ code: 1000, reason: '' });
		expect(crossed['<']().subarray(-4)).toEqual(Buffer.from(hex('8802 03e8')));
	});

	test('reads on, so that a peer in the middle of sending is not stuck', async () => {
		const { client, server } = await webSocketPair(v5);
		const sending = (async () => {
			for (;;) await client.send(new Uint8Array(32 * 1024));
		})();
		await settle();
		server.close();
		await expect(sending).rejects.toThrow(WebSocketClosedError);
		expect(await server.closed).toMatchObject({ code: 1000 });
	});

	test('tells code and reason of the peer', async () => {
		const { client, server } = await webSocketPair(v5);
		client.close(1001, 'gone');
		expect(await server.closed).toEqual({ code: 1001, reason: 'gone' });
	});

	test('by a cut of the network is 1006', async () => {
		const { client, server, sockets } = await webSocketPair(v5);
		const taking = takeAll(server);
		await client.send(text('last words'));
		await settle();
		sockets[0].destroy();
		expect(await server.closed).toMatchObject({ code: 1006 });
		expect(await taking).toHaveLength(1);
		expect(server.error).toMatchObject({ code: 'ECONNRESET' });
	});

	test('that the peer does not answer ends after a time', async () => {
		const { server, sockets } = await webSocketPair(v5, { closeMs: 20 });
		sockets[0].removeAllListeners('data').resume();
		server.close();
		expect(await server.closed).toMatchObject({ code: 1006 });
	});

	test.each([
		['without a mask', '8201 00', 'WS_ERR_EXPECTED_MASK'],
		['of 17 MiB', '82ff 0000000001100000 00000000', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'],
		['that says it is compressed', 'c280 00000000', 'WS_ERR_UNEXPECTED_RSV_1']
	])('follows a frame %s', async (_, frame, code) => {
		const { server, sockets } = await webSocketPair(v5);
		sockets[0].write(hex(frame));
		await vi.waitFor(() => expect(server.error).toMatchObject({ code }));
		sockets[0].destroy();
		await server.closed;
	});
});

describe('a tunnel of bytes', () => {
	async function tunnel(): Promise<[client: Duplex, server: Duplex, ends: Promise<unknown>[]]> {
		const { client, server } = await webSocketPair(portForward);
		const ends = [new WebSocketDuplex(client), new WebSocketDuplex(server)] as const;
		for (const end of ends) end.on('error', () => {});
		return [...ends, [client.closed, server.closed]];
	}

	test('carries SPDY, past a slow reader', async () => {
		const [near, far] = await tunnel();
		const accepted: SpdyStream[] = [];
		const server = new SpdyConnection(far, {
			role: 'server',
			incoming(stream) {
				accepted.push(stream);
				stream.reply();
			}
		});
		const client = new SpdyConnection(near, { role: 'client' });
		const stream = await client.open({ streamtype: 'data', port: '80', requestid: '0' });
		let read = 0;
		let written = 0;
		let most = 0;
		const reading = (async () => {
			for await (const { len } of accepted[0]!) {
				read += len;
				most = Math.max(most, written - read);
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		for (; written < 5_000_000; written += 50_000) await stream.write(new Uint8Array(50_000));
		stream.end();
		await reading;
		expect(read).toBe(5_000_000);
		expect(most).toBeLessThan(1_000_000);
		client.close();
		await server.closed;
		server.close();
		await client.closed;
	});

	test('ends with 1000 at both sides', async () => {
		const [near, far, closed] = await tunnel();
		near.end('last');
		const chunks: Buffer[] = [];
		for await (const chunk of far) chunks.push(chunk as Buffer);
		expect(Buffer.concat(chunks).toString()).toBe('last');
		expect(await Promise.all(closed)).toMatchObject([{ code: 1000 }, { code: 1000 }]);
		far.end();
		near.resume();
		await vi.waitFor(() => expect(near.readableEnded).toBe(true));
	});

	test.each([
		[
			'a text',
			(client: WebSocketConnection) => void client.send('text'),
			'invalid message type received'
		],
		['another code', (client: WebSocketConnection) => client.close(1011), 'websocket: close 1011']
	])('breaks at %s', async (_, act, message) => {
		const { client, server } = await webSocketPair(portForward);
		const far = new WebSocketDuplex(server);
		const failed = new Promise<Error>((resolve) => far.on('error', resolve));
		far.resume();
		act(client);
		expect((await failed).message).toContain(message);
		await client.closed;
	});

	test('that is destroyed is cut', async () => {
		const { client, server } = await webSocketPair(portForward);
		const near = new WebSocketDuplex(client);
		near.destroy();
		expect(await server.closed).toMatchObject({ code: 1006 });
	});
});
