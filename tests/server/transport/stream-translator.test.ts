import fc from 'fast-check';
import type { Duplex } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import {
	ChannelStreams,
	type ChannelPlace,
	type ChannelStream
} from '../../../src/lib/server/transport/channel-streams.ts';
import {
	SpdyConnection,
	type SpdyStream
} from '../../../src/lib/server/transport/spdy-connection.ts';
import {
	offeredToKubelet,
	StatusAnswerError,
	translateStreams,
	type SpdyPlace,
	type TranslateOptions,
	type Translated
} from '../../../src/lib/server/transport/stream-translator.ts';
import {
	exitCodeStatus,
	internalErrorStatus,
	successStatus
} from '../../../src/lib/wire/remote-command/status.ts';
import type { StreamOptions, StreamType } from '../../../src/lib/wire/remote-command/streams.ts';
import { SpdyDecoder, type PlacedFrame } from '../../../src/lib/wire/spdy/frames.ts';
import { WebSocketDecoder } from '../../../src/lib/wire/websocket/websocket-decoder.ts';
import { duplexPair } from '../../support/duplex-pair.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { hex, text } from '../../support/hex.ts';
import { settle, webSocketPair } from '../../support/websocket-pair.ts';

const batch: StreamOptions = { stdin: true, stdout: true, stderr: true, tty: false };
const terminal: StreamOptions = { stdin: true, stdout: true, stderr: true, tty: true };
const output: StreamOptions = { stdin: false, stdout: true, stderr: true, tty: false };

interface Kubelet {
	connection: SpdyConnection;
	streams: Partial<Record<StreamType, SpdyStream>>;
	socket: Duplex;
	/** All that it was sent. */
	bytes: Buffer[];
	/** All that it sent. */
	said: PlacedFrame[];
}

/** A translator between a client and a kubelet that does what the test makes it do. */
async function translate(
	wanted: StreamOptions,
	options: Partial<TranslateOptions> & { protocol?: string; answers?: boolean } = {}
) {
	const { protocol = 'v4.channel.k8s.io', answers = true, ...more } = options;
	const pair = await webSocketPair('v5.channel.k8s.io');
	const client = new ChannelStreams(pair.client, {
		role: 'client',
		reads: ['stdout', 'stderr', 'error']
	});
	const clock = fakeClock();
	let dialled: (kubelet: Kubelet) => void = () => {};
	const kubelet = new Promise<Kubelet>((resolve) => (dialled = resolve));
	const result = translateStreams({
		client: pair.server,
		wanted,
		async dial() {
			const [near, far] = duplexPair();
			const bytes: Buffer[] = [];
			far.on('data', (chunk: Buffer) => void bytes.push(chunk)).pause();
			const streams: Kubelet['streams'] = {};
			const said: PlacedFrame[] = [];
			const connection = new SpdyConnection(far, {
				role: 'server',
				sent: (placed) => void said.push(placed),
				incoming(stream) {
					streams[stream.headers.streamtype as StreamType] = stream;
					if (answers) stream.reply();
				}
			});
			near.on('error', () => {});
			dialled({ connection, streams, socket: far, bytes, said });
			return { socket: near, protocol };
		},
		createStreamResponseMs: 30_000,
		closeMs: 1000,
		clock,
		...more
	});
	return { pair, client, kubelet, clock, result };
}

/** The kubelet once it has all the streams that `names` says. */
async function started(kubelet: Promise<Kubelet>, names: string): Promise<Kubelet> {
	const ready = await kubelet;
	await vi.waitFor(() => expect(Object.keys(ready.streams).join(' ')).toBe(names), { interval: 1 });
	return ready;
}

async function readAll(stream: ChannelStream | SpdyStream): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const { data } of stream) chunks.push(data);
	return Buffer.concat(chunks).toString();
}

const string = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('the beginning', () => {
	test.each([
		[output, '01', 'error stdout stderr'],
		[batch, '01', 'error stdin stdout stderr'],
		[terminal, '01', 'error stdin stdout resize'],
		[{ stdin: false, stdout: false, stderr: true, tty: false }, '02', 'error stderr'],
		[{ stdin: true, stdout: false, stderr: false, tty: false }, '03', 'error stdin']
	])('of %j is an empty message, then streams in order', async (wanted, channel, names) => {
		const opening = vi.fn();
		const { pair, kubelet } = await translate(wanted, { told: { opening } });
		await started(kubelet, names);
		expect(opening.mock.calls.flat().join(' ')).toBe(names);
		expect(pair.crossed['<']()).toEqual(Buffer.from(hex(`8201 ${channel}`)));
	});

	test('comes before the kubelet is asked', async () => {
		const pair = await webSocketPair('v5.channel.k8s.io');
		const dial = vi.fn(() => new Promise<never>(() => {}));
		void translateStreams({
			client: pair.server,
			wanted: output,
			dial,
			createStreamResponseMs: 1,
			closeMs: 1,
			clock: fakeClock()
		});
		expect(pair.crossed['<']()).toEqual(Buffer.from(hex('8201 01')));
		await settle();
		expect(dial).toHaveBeenCalledTimes(1);
	});

	test('is the end when the client has gone: the kubelet is not asked', async () => {
		const pair = await webSocketPair('v5.channel.k8s.io');
		pair.client.cut();
		await pair.server.closed;
		const dial = vi.fn(() => new Promise<never>(() => {}));
		const result = translateStreams({
			client: pair.server,
			wanted: output,
			dial,
			createStreamResponseMs: 1,
			closeMs: 1,
			clock: fakeClock()
		});
		expect(await result).toBeUndefined();
		expect(dial).not.toHaveBeenCalled();
	});

	test('offers v5 first, which no kubelet takes over SPDY', () => {
		expect(offeredToKubelet).toHaveLength(5);
		expect(offeredToKubelet[0]).toBe('v5.channel.k8s.io');
	});
});

describe('bytes', () => {
	test('go both ways, and where they stand is told of both sides', async () => {
		const inward: [string, ChannelPlace, SpdyPlace][] = [];
		const outward: [string, SpdyPlace, ChannelPlace][] = [];
		const frames: PlacedFrame[] = [];
		const { pair, client, kubelet } = await translate(batch, {
			told: {
				inward: (...all) => void inward.push(all),
				outward: (...all) => void outward.push(all),
				received: (frame) => void frames.push(frame)
			}
		});
		const { streams, bytes } = await started(kubelet, 'error stdin stdout stderr');
		const asked = Array.from({ length: 70_000 }, (_, at) => at % 251);
		const stdin = readAll(streams.stdin!);
		await client.of('stdin').write(Uint8Array.from(asked));
		await client.of('stdin').write(text('more'));
		client.of('stdin').end();
		expect((await stdin).length).toBeGreaterThan(70_000);
		await streams.stdout!.write(text('out'));
		await streams.stderr!.write(text('err'));
		await streams.stdout!.write(text('put'));
		await vi.waitFor(() => expect(outward).toHaveLength(3));

		const toKubelet = Buffer.concat(bytes);
		const messages = new WebSocketDecoder()
			.push(pair.crossed['>']())
			.filter(({ opcode }) => opcode === 2);
		expect(inward.map(([type, from, to]) => [type, from.message, from.at, to.len])).toEqual([
			['stdin', 0, 1, 32768],
			['stdin', 0, 32769, 32768],
			['stdin', 0, 65537, 4464],
			['stdin', 1, 1, 4]
		]);
		for (const [, from, to] of inward) {
			expect(toKubelet.subarray(to.o, to.o + to.len)).toEqual(
				Buffer.from(messages[from.message]!.data.subarray(from.at, from.at + from.len))
			);
		}
		expect(outward.map(([type, , to]) => [type, to])).toEqual([
			['stdout', { message: 1, at: 1, len: 3 }],
			['stderr', { message: 2, at: 1, len: 3 }],
			['stdout', { message: 3, at: 1, len: 3 }]
		]);
		expect(outward.map(([, { o }]) => o)).toEqual(
			frames.flatMap(({ frame, dataAt }) => (frame.type === 'data' ? [dataAt] : []))
		);
		const back = new WebSocketDecoder().push(pair.crossed['<']());
		expect(back.map(({ data }) => string(data))).toEqual(['\x01', '\x01out', '\x02err', '\x01put']);
	});

	test('of stdin end by 255 at the client and by FIN at the kubelet', async () => {
		const { client, kubelet } = await translate(batch);
		const { streams, bytes } = await started(kubelet, 'error stdin stdout stderr');
		client.of('stdin').end();
		expect(await readAll(streams.stdin!)).toBe('');
		const decoder = new SpdyDecoder();
		decoder.feed(Buffer.concat(bytes));
		const frames: unknown[] = [];
		for (let placed = decoder.next(); placed; placed = decoder.next()) frames.push(placed.frame);
		expect(frames.at(-1)).toMatchObject({ type: 'data', id: streams.stdin!.id, fin: true });
	});

	test('of stdin that the kubelet does not want are thrown away, and the end answered in kind', async () => {
		const { client, kubelet } = await translate(batch);
		const { streams } = await started(kubelet, 'error stdin stdout stderr');
		streams.stdin!.end();
		expect(await readAll(streams.stdin!)).toBe('');
		for (let round = 0; round < 100; round++) await client.of('stdin').write(new Uint8Array(32768));
		await streams.stdout!.write(text('still here'));
		for await (const { data } of client.of('stdout')) {
			expect(string(data)).toBe('still here');
			break;
		}
	});

	test('of sizes are read and written anew, unknown ones too', async () => {
		const { client, kubelet } = await translate(terminal);
		const { streams } = await started(kubelet, 'error stdin stdout resize');
		const sizes = client.of('resize');
		for (const json of [
			'{"Width":0,"Height":0}\n',
			'{"width":80,',
			'"Height":24}',
			'nonsense}',
			'{"Width":1,"Height":1}'
		]) {
			await sizes.write(text(json));
		}
		await settle();
		streams.resize!.finishRemote();
		expect(await readAll(streams.resize!)).toBe(
			'{"Width":0,"Height":0}\n{"Width":80,"Height":24}\n'
		);
		await client.of('stdin').write(text('x'));
		for await (const { data } of streams.stdin!) {
			expect(string(data)).toBe('x');
			break;
		}
	});

	test('that a client or a command does not read wait at their origin', async () => {
		const { client, kubelet } = await translate(batch);
		const { streams } = await started(kubelet, 'error stdin stdout stderr');
		let inward = 0;
		let outward = 0;
		const asking = (async () => {
			for (; inward < 200; inward++) await client.of('stdin').write(new Uint8Array(32768));
		})();
		const answering = (async () => {
			for (; outward < 200; outward++) await streams.stdout!.write(new Uint8Array(32768));
		})();
		await settle();
		expect(inward).toBeLessThan(50);
		expect(outward).toBeLessThan(50);
		let read = 0;
		const reading = (async () => {
			for await (const { data } of client.of('stdout')) read += data.length;
		})();
		let asked = 0;
		const listening = (async () => {
			for await (const { data } of streams.stdin!) asked += data.length;
		})();
		await Promise.all([asking, answering]);
		client.of('stdin').end();
		streams.stdout!.end();
		await listening;
		await streams.error!.write(successStatus());
		(await kubelet).connection.close();
		await reading;
		expect([read, asked]).toEqual([200 * 32768, 200 * 32768]);
	}, 20_000);

	test('come out as they went in, whatever their sizes', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.nat({ max: 100_000 }), { maxLength: 5 }),
				fc.array(fc.nat({ max: 100_000 }), { maxLength: 5 }),
				async (inward, outward) => {
					const { client, kubelet, result } = await translate(batch);
					const { streams, connection } = await started(kubelet, 'error stdin stdout stderr');
					const filled = (size: number, at: number) => new Uint8Array(size).fill(65 + at);
					const stdin = readAll(streams.stdin!);
					const stdout = readAll(client.of('stdout'));
					for (const [at, size] of inward.entries())
						await client.of('stdin').write(filled(size, at));
					client.of('stdin').end();
					for (const [at, size] of outward.entries()) await streams.stdout!.write(filled(size, at));
					expect(await stdin).toBe(inward.map((size, at) => string(filled(size, at))).join(''));
					await streams.error!.write(successStatus());
					connection.close();
					expect(await stdout).toBe(outward.map((size, at) => string(filled(size, at))).join(''));
					expect(await result).toMatchObject({ code: 200 });
				}
			),
			{ numRuns: 15 }
		);
	}, 30_000);
});

describe('the end', () => {
	/** What a client is told when the kubelet says `said` and closes. */
	async function endOf(
		said: Uint8Array,
		protocol?: string
	): Promise<{ status: string; translated: Translated | undefined }> {
		const { pair, client, kubelet, result } = await translate(
			output,
			protocol === undefined ? {} : { protocol }
		);
		const { streams, connection } = await started(kubelet, 'error stdout stderr');
		await streams.stdout!.write(text('last words'));
		if (said.length > 0) await streams.error!.write(said);
		connection.close();
		expect(await readAll(client.of('stdout'))).toBe('last words');
		const status = await readAll(client.of('error'));
		const translated = await result;
		expect(await pair.client.closed).toMatchObject({ code: 1000 });
		expect(translated && string(translated.status)).toBe(status);
		return { status, translated };
	}

	const exited = (code: number) =>
		`{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: command terminated with exit code ${code}","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"${code}"}]}}`;

	test('with 0 is Success', async () => {
		const { status, translated } = await endOf(successStatus());
		expect(status).toBe('{"metadata":{},"status":"Success"}');
		expect(translated).toMatchObject({
			code: 200,
			outcome: { kind: 'success' },
			from: [{ len: 34 }]
		});
	});

	test.each([7, 255])('with %d is written anew', async (code) => {
		const { status, translated } = await endOf(
			exitCodeStatus(code, 'Error executing in Docker Container')
		);
		expect(status).toBe(exited(code));
		expect(translated).toMatchObject({ code: 200, outcome: { kind: 'exit', code } });
	});

	test.each([
		[
			'any other Status keeps its message, wrapped once more',
			internalErrorStatus('no'),
			'Internal error occurred: Internal error occurred: error executing command in container: no'
		],
		[
			'what is no Status',
			text('{}'),
			'Internal error occurred: error stream protocol error: unknown error'
		],
		[
			'an exit code that is none',
			exitCodeStatus(256, 'x'),
			'Internal error occurred: error stream protocol error: invalid exit code value "256"'
		]
	])('%s', async (_, said, message) => {
		const { status, translated } = await endOf(said);
		expect(JSON.parse(status)).toMatchObject({
			status: 'Failure',
			reason: 'InternalError',
			message,
			code: 500
		});
		expect(translated).toMatchObject({ code: 500, outcome: { kind: 'error', message } });
	});

	test('in the text of an old protocol', async () => {
		const { status } = await endOf(text('oops'), 'v2.channel.k8s.io');
		expect(JSON.parse(status)).toMatchObject({
			message: 'Internal error occurred: error executing remote command: oops'
		});
	});

	test('without a Status is taken for success', async () => {
		const { translated } = await endOf(new Uint8Array(0));
		expect(translated).toMatchObject({ code: 200, outcome: { kind: 'success' }, from: [] });
	});

	test('by a cut of the connection to the kubelet is taken for success', async () => {
		const { client, kubelet, result } = await translate(output);
		const { socket } = await started(kubelet, 'error stdout stderr');
		socket.destroy();
		expect(await readAll(client.of('error'))).toBe('{"metadata":{},"status":"Success"}');
		expect(await result).toMatchObject({ code: 200, from: [] });
	});

	test('closes the kubelet first, then says the Status, then closes with 1000', async () => {
		const order: string[] = [];
		const { pair, kubelet, result } = await translate(output, {
			told: {
				sent: ({ frame }) => void order.push(frame.type),
				finishing: (_, to) => void order.push(`status ${to.message}`)
			}
		});
		const { streams, connection } = await started(kubelet, 'error stdout stderr');
		order.length = 0;
		await streams.error!.write(successStatus());
		connection.close();
		await result;
		expect(order).toEqual(['goaway', 'status 1']);
		const back = new WebSocketDecoder().push(pair.crossed['<']());
		expect(back.slice(1, 3).map(({ opcode }) => opcode)).toEqual([2, 8]);
	});

	test('is not said when somebody does not want it said', async () => {
		const finishing = () => {
			throw new Error('dropped');
		};
		const { pair, client, kubelet, result } = await translate(output, { told: { finishing } });
		(await started(kubelet, 'error stdout stderr')).connection.close();
		expect(await readAll(client.of('error'))).toBe('');
		expect(await pair.client.closed).toMatchObject({ code: 1000 });
		await result;
	});
});

describe('a kubelet', () => {
	test.each([
		[
			new Error('unable to upgrade connection: container not found ("nginx")'),
			500,
			'Internal error occurred: unable to upgrade connection: container not found (\\"nginx\\")'
		],
		[new StatusAnswerError({ message: 'Forbidden', code: 403 }), 403, 'Forbidden']
	])('that refuses is told by a Status: %s', async (error, code, message) => {
		const { pair, client, result } = await translate(output, { dial: () => Promise.reject(error) });
		expect(await readAll(client.of('error'))).toContain(`"message":"${message}"`);
		expect(await pair.client.closed).toMatchObject({ code: 1000 });
		expect(await result).toMatchObject({ code, from: [] });
	});

	test('that does not answer a SYN_STREAM is waited for', async () => {
		const { client, kubelet, clock, result } = await translate(output, { answers: false });
		await started(kubelet, 'error');
		clock.advance(30_000);
		expect(await readAll(client.of('error'))).toContain(
			'Internal error occurred: Timeout occurred'
		);
		expect(await result).toMatchObject({ code: 500 });
	});

	test('that speaks a protocol which was not offered is left', async () => {
		const { client, result } = await translate(output, { protocol: 'v9.channel.k8s.io' });
		expect(await readAll(client.of('error'))).toContain('not offered: v9.channel.k8s.io');
		await result;
	});

	test('is pinged from 1.33 on, until the end', async () => {
		const sent: string[] = [];
		const { kubelet, clock, result } = await translate(output, {
			pingMs: 5_000,
			told: { sent: ({ frame }) => void sent.push(frame.type) }
		});
		const { connection } = await started(kubelet, 'error stdout stderr');
		clock.advance(14_999);
		expect(sent.filter((type) => type === 'ping')).toHaveLength(2);
		connection.close();
		await result;
		clock.advance(20_000);
		expect(sent.filter((type) => type === 'ping')).toHaveLength(2);
	});

	test('that does not close is left after a time', async () => {
		const { client, kubelet, clock, result } = await translate(output);
		const { streams, socket } = await started(kubelet, 'error stdout stderr');
		for (const name of ['error', 'stdout', 'stderr'] as const) streams[name]!.end();
		await readAll(client.of('error'));
		await result;
		await settle();
		expect(socket.destroyed).toBe(false);
		clock.advance(1000);
		await vi.waitFor(() => expect(socket.destroyed).toBe(true));
	});
});

test('a client that goes ends stdin, and the command is waited for all the same', async () => {
	const { pair, client, kubelet, result } = await translate(batch);
	const { streams, connection } = await started(kubelet, 'error stdin stdout stderr');
	await client.of('stdin').write(text('half'));
	await settle();
	pair.sockets[0].destroy();
	expect(await readAll(streams.stdin!)).toBe('half');
	for (let round = 0; round < 50; round++) await streams.stdout!.write(new Uint8Array(32768));
	await streams.error!.write(exitCodeStatus(3, ''));
	connection.close();
	expect(await result).toMatchObject({ code: 200, outcome: { kind: 'exit', code: 3 } });
});
