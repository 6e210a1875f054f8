import type { Duplex } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import {
	SpdyConnection,
	type SpdyStream,
	StreamClosedError,
	type SpdyConnectionOptions
} from '../../../src/lib/server/transport/spdy-connection.ts';
import { SpdyEncoder, type Frame, type PlacedFrame } from '../../../src/lib/wire/spdy/frames.ts';
import { duplexPair } from '../../support/duplex-pair.ts';
import { hex, text } from '../../support/hex.ts';

interface Pair {
	client: SpdyConnection;
	server: SpdyConnection;
	/** The server's end of each stream, in order. */
	accepted: SpdyStream[];
	sockets: [Duplex, Duplex];
}

function connect(
	serverOptions: Partial<SpdyConnectionOptions> = {},
	clientOptions: Partial<SpdyConnectionOptions> = {}
): Pair {
	const sockets = duplexPair();
	const accepted: SpdyStream[] = [];
	const incoming = (stream: SpdyStream) => {
		accepted.push(stream);
		stream.reply();
	};
	const server = new SpdyConnection(sockets[1], { role: 'server', incoming, ...serverOptions });
	const client = new SpdyConnection(sockets[0], { role: 'client', ...clientOptions });
	return { client, server, accepted, sockets };
}

async function readAll(stream: SpdyStream): Promise<string> {
	let all = '';
	for await (const { data } of stream) all += new TextDecoder().decode(data);
	return all;
}

/** Writes frames to a socket as a peer that is not ours would. */
function rawPeer(socket: Duplex) {
	const encoder = new SpdyEncoder();
	socket.on('error', () => {});
	return { send: (frame: Frame) => socket.write(encoder.encode(frame)) };
}

/** Lets everything run that needs no time. */
async function settle() {
	for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('streams', () => {
	test('are opened by the client with odd numbers, each after the reply to the one before', async () => {
		const { client, accepted } = connect();
		for (const streamtype of ['error', 'stdin', 'stdout']) await client.open({ streamtype });
		expect(accepted.map(({ id, headers }) => [id, headers.streamtype])).toEqual([
			[1, 'error'],
			[3, 'stdin'],
			[5, 'stdout']
		]);
	});

	test('carry data both ways, and end each way by itself', async () => {
		const { client, accepted } = connect();
		const stream = await client.open({ streamtype: 'stdin' });
		const [served] = accepted as [SpdyStream];
		await stream.write(text('question'));
		stream.end();
		expect(await readAll(served)).toBe('question');
		expect(served.remoteFinished).toBe(true);
		expect(served.localFinished).toBe(false);
		await served.write(text('answer'));
		served.end();
		expect(await readAll(stream)).toBe('answer');
		await expect(stream.write(text('more'))).rejects.toThrow(StreamClosedError);
	});

	test('are cut into frames of 32 KiB, whose places both ends agree on', async () => {
		const sent: PlacedFrame[] = [];
		const received: PlacedFrame[] = [];
		const { client, accepted } = connect(
			{ received: (placed) => void received.push(placed) },
			{ sent: (placed) => void sent.push(placed) }
		);
		const stream = await client.open({ streamtype: 'stdin' });
		const served = accepted[0] as SpdyStream;
		const payloads: { o: number; len: number }[] = [];
		const reading = (async () => {
			for await (const { o, len } of served) payloads.push({ o, len });
		})();
		await stream.write(new Uint8Array(70_000));
		stream.end();
		await reading;
		expect(sent).toEqual(received);
		expect(payloads.map(({ len }) => len)).toEqual([32768, 32768, 4464]);
		expect(payloads.map(({ o }) => o)).toEqual(
			received.flatMap(({ frame, dataAt }) => (frame.type === 'data' && !frame.fin ? [dataAt] : []))
		);
	});

	test('that the server refuses make open() fail', async () => {
		const { client } = connect({ incoming: (stream) => stream.reset(3) });
		await expect(client.open({})).rejects.toThrow('stream 1 was reset with status 3');
	});

	test('that were reset end for the reader after what had arrived, and cannot be written', async () => {
		const { client, accepted } = connect();
		const stream = await client.open({});
		const served = accepted[0] as SpdyStream;
		await served.write(text('last words'));
		served.reset();
		expect(await readAll(stream)).toBe('last words');
		expect(stream.resetStatus).toBe(5);
		await expect(stream.write(text('x'))).rejects.toThrow(StreamClosedError);
	});

	test('that nobody reads further do not stop the others', async () => {
		const { client, accepted } = connect();
		const ignored = await client.open({});
		const other = await client.open({});
		for await (const piece of firstOf(accepted[0] as SpdyStream, ignored))
			expect(piece.len).toBe(1);
		for (let round = 0; round < 20; round++) await ignored.write(new Uint8Array(32768));
		await other.write(text('heard'));
		other.end();
		expect(await readAll(accepted[1] as SpdyStream)).toBe('heard');
	});

	async function* firstOf(served: SpdyStream, stream: SpdyStream) {
		await stream.write(text('1'));
		for await (const piece of served) {
			yield piece;
			return;
		}
	}
});

describe('bytes', () => {
	test('10 MB come out as they went in, past a slow reader, without piling up', async () => {
		const { client, accepted, sockets } = connect();
		const stream = await client.open({});
		const served = accepted[0] as SpdyStream;
		const megabytes = 10;
		let writtenBytes = 0;
		let readBytes = 0;
		let most = 0;
		const reading = (async () => {
			for await (const { data } of served) {
				for (const byte of data) {
					if (byte !== readBytes % 251) throw new Error(`wrong byte at ${readBytes}`);
					readBytes++;
				}
				most = Math.max(most, writtenBytes - readBytes);
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		for (let at = 0; at < megabytes * 1_000_000; at += 50_000) {
			await stream.write(Uint8Array.from({ length: 50_000 }, (_, i) => (at + i) % 251));
			writtenBytes += 50_000;
		}
		stream.end();
		await reading;
		expect(readBytes).toBe(megabytes * 1_000_000);
		expect(most).toBeLessThan(1_000_000);
		expect(sockets[1].readableLength).toBe(0);
	});

	test('that arrived before anybody listened are not lost', async () => {
		const [near, far] = duplexPair();
		const peer = rawPeer(far);
		peer.send({ type: 'syn-stream', id: 1, fin: false, headers: { streamtype: 'error' } });
		await settle();
		const headers: unknown[] = [];
		const incoming = (stream: SpdyStream) => void headers.push(stream.headers);
		new SpdyConnection(near, { role: 'server', incoming });
		await settle();
		expect(headers).toEqual([{ streamtype: 'error' }]);
	});

	test('for a stream that has no reply yet, or that does not exist, are dropped', async () => {
		const [near, far] = duplexPair();
		const streams: SpdyStream[] = [];
		const server = new SpdyConnection(near, {
			role: 'server',
			incoming: (stream) => void streams.push(stream)
		});
		const peer = rawPeer(far);
		peer.send({ type: 'syn-stream', id: 1, fin: false, headers: {} });
		peer.send({ type: 'data', id: 1, fin: false, data: text('early') });
		peer.send({ type: 'data', id: 9, fin: false, data: text('astray') });
		await settle();
		streams[0]?.reply();
		peer.send({ type: 'data', id: 1, fin: true, data: text('in time') });
		expect(await readAll(streams[0] as SpdyStream)).toBe('in time');
		expect(server.error).toBeUndefined();
	});
});

describe('a held `received`', () => {
	test('stops all that comes after it until it is let go', async () => {
		let letGo = () => {};
		const seen: string[] = [];
		const held = new Promise<void>((resolve) => (letGo = resolve));
		const { client, accepted } = connect({
			received({ frame }) {
				seen.push(frame.type);
				return frame.type === 'data' ? held : undefined;
			}
		});
		const stream = await client.open({});
		await stream.write(text('held'));
		const pinged = client.ping();
		await settle();
		expect(seen).toEqual(['syn-stream', 'data']);
		stream.end();
		letGo();
		await pinged;
		expect(await readAll(accepted[0] as SpdyStream)).toBe('held');
	});

	test('that throws ends the connection as if the peer had gone', async () => {
		const { client, server } = connect({
			received() {
				throw new Error('dropped');
			}
		});
		await expect(client.open({})).rejects.toThrow(StreamClosedError);
		await server.closed;
		await client.closed;
		expect(server.error).toEqual(new Error('dropped'));
	});
});

describe('PING', () => {
	test('is echoed by whoever did not number it, in both directions', async () => {
		const sent: Frame[] = [];
		const { client, server } = connect({ sent: ({ frame }) => void sent.push(frame) });
		await client.ping();
		await server.ping();
		await client.ping();
		expect(sent).toEqual([
			{ type: 'ping', id: 1 },
			{ type: 'ping', id: 2 },
			{ type: 'ping', id: 3 }
		]);
	});
});

describe('closing', () => {
	test('resets what is not finished, says GOAWAY with the last stream, and ends', async () => {
		const sent: Frame[] = [];
		const { client, server, accepted } = connect({ sent: ({ frame }) => void sent.push(frame) });
		const streams = [await client.open({}), await client.open({}), await client.open({})];
		accepted[1]?.end();
		sent.length = 0;
		server.close();
		server.close();
		expect(sent).toEqual([
			{ type: 'rst-stream', id: 1, status: 5 },
			{ type: 'rst-stream', id: 5, status: 5 },
			{ type: 'goaway', lastGood: 5, status: 0 }
		]);
		await client.closed;
		expect(await Promise.all(streams.map(readAll))).toEqual(['', '', '']);
		client.close();
		await server.closed;
		expect([client.error, server.error]).toEqual([undefined, undefined]);
	});

	test('loses nothing that was written before', async () => {
		const { client, server, accepted } = connect();
		const stream = await client.open({});
		const reading = readAll(stream);
		await accepted[0]?.write(text('x'.repeat(100_000)));
		server.close();
		expect((await reading).length).toBe(100_000);
	});

	test('goes on reading, so that a peer in the middle of sending is not stuck', async () => {
		const { client, server } = connect();
		const stream = await client.open({});
		let full: unknown;
		const sending = (async () => {
			for (;;) await stream.write(new Uint8Array(32768));
		})().catch((error: unknown) => (full = error));
		await settle();
		server.close();
		await sending;
		expect(full).toBeInstanceOf(StreamClosedError);
		client.close();
		await server.closed;
	});

	test('by the peer leaves what we have to say, and ends all streams', async () => {
		const { client, server, accepted } = connect();
		const stream = await client.open({});
		client.goAway();
		await server.closed;
		expect(await readAll(accepted[0] as SpdyStream)).toBe('');
		await accepted[0]?.write(text('still here'));
		server.close();
		expect(await readAll(stream)).toBe('still here');
		await expect(server.open({})).rejects.toThrow(StreamClosedError);
	});

	test('by a reset of the network is no crash', async () => {
		const { client, server, accepted, sockets } = connect();
		const stream = await client.open({});
		sockets[0].destroy();
		await Promise.all([client.closed, server.closed]);
		expect(server.error).toMatchObject({ code: 'ECONNRESET' });
		expect(await readAll(stream)).toBe('');
		expect(await readAll(accepted[0] as SpdyStream)).toBe('');
		await expect(accepted[0]?.write(text('x'))).rejects.toThrow(StreamClosedError);
		server.close();
		accepted[0]?.end();
		accepted[0]?.reset();
	});
});

describe('a peer that breaks the rules', () => {
	function served(options: Partial<SpdyConnectionOptions> = {}) {
		const [near, far] = duplexPair();
		const sent: Frame[] = [];
		const server = new SpdyConnection(near, {
			role: 'server',
			sent: ({ frame }) => void sent.push(frame),
			incoming: (stream) => stream.reply(),
			...options
		});
		return { server, sent, far, peer: rawPeer(far) };
	}

	test('and goes back in its numbers is answered PROTOCOL_ERROR', async () => {
		const { peer, sent } = served();
		peer.send({ type: 'syn-stream', id: 5, fin: false, headers: {} });
		peer.send({ type: 'syn-stream', id: 3, fin: false, headers: {} });
		peer.send({ type: 'syn-stream', id: 5, fin: false, headers: {} });
		await settle();
		expect(sent.slice(1)).toEqual([
			{ type: 'rst-stream', id: 3, status: 1 },
			{ type: 'rst-stream', id: 5, status: 1 }
		]);
	});

	test('and sends garbage is told GOAWAY', async () => {
		const { far, sent, server } = served();
		far.write(hex('0000000000000000'));
		await server.closed;
		expect(server.error).toMatchObject({ message: 'stream id zero is disallowed' });
		expect(sent).toEqual([{ type: 'goaway', lastGood: 0, status: 1 }]);
	});

	test('and opens streams without end is refused at some point', async () => {
		const { far, peer, sent } = served();
		far.resume();
		for (let id = 1; id < 2100; id += 2)
			peer.send({ type: 'syn-stream', id, fin: false, headers: {} });
		await vi.waitFor(() => expect(sent).toHaveLength(1050));
		expect(sent.filter(({ type }) => type === 'rst-stream')).toHaveLength(50);
	});

	test('and pings without reading the answers is read no further', async () => {
		const { peer, sent } = served();
		for (let id = 1; id < 100_000; id += 2) peer.send({ type: 'ping', id });
		await settle();
		expect(sent.length).toBeLessThan(20_000);
	});

	test('and speaks of windows, settings and the unknown is not minded', async () => {
		const { peer, sent, server } = served();
		peer.send({ type: 'settings', flags: 0, settings: [{ flags: 0, id: 4, value: 1 }] });
		peer.send({ type: 'window-update', id: 1, delta: 1 });
		peer.send({ type: 'unknown', control: 11, flags: 0, body: hex('') });
		peer.send({ type: 'syn-reply', id: 2, fin: false, headers: {} });
		peer.send({ type: 'rst-stream', id: 2, status: 5 });
		peer.send({ type: 'ping', id: 1 });
		await settle();
		expect(sent).toEqual([{ type: 'ping', id: 1 }]);
		expect(server.error).toBeUndefined();
	});
});

describe('an idle connection', () => {
	function handClock() {
		let now = 0;
		let alarm: { at: number; run: () => void } | undefined;
		return {
			now: () => now,
			after(ms: number, run: () => void) {
				alarm = { at: now + ms, run };
				return () => (alarm = undefined);
			},
			advance(ms: number) {
				now += ms;
				const due = alarm;
				if (due && due.at <= now) {
					alarm = undefined;
					due.run();
				}
			},
			armed: () => alarm !== undefined
		};
	}

	test('is closed when the time since the last frame is over, not before', async () => {
		const clock = handClock();
		const { client, server } = connect({ idleMs: 1000, clock });
		const stream = await client.open({});
		clock.advance(900);
		await client.ping();
		clock.advance(900);
		expect(stream.remoteFinished).toBe(false);
		clock.advance(100);
		await client.closed;
		expect(stream.resetStatus).toBe(5);
		clock.advance(1000);
		await server.closed;
		expect(clock.armed()).toBe(false);
	});

	test('leaves no alarm behind when it closes early', async () => {
		const clock = handClock();
		const { client, server } = connect({ idleMs: 1000, clock });
		server.close();
		await client.closed;
		client.close();
		await server.closed;
		await settle();
		expect(clock.armed()).toBe(false);
	});
});
