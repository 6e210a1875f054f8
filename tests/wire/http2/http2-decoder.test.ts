import { createServer, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { decodeMessage, messagesOfPath } from '../../../src/lib/wire/cri/decode-message.ts';
import {
	criLoaderOptions,
	type CriMessage,
	type CriSent
} from '../../../src/lib/wire/cri/messages.ts';
import {
	Http2Decoder,
	Http2Error,
	http2FrameNames,
	prefaceType,
	type Http2Frame
} from '../../../src/lib/wire/http2/http2-decoder.ts';
import { GrpcMessageReader } from '../../../src/lib/wire/protobuf/grpc-messages.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { hex, text } from '../../support/hex.ts';

/** Everything that crosses a connection to `port`, by direction. */
async function tap(port: number) {
	const bytes = { client: [] as Buffer[], server: [] as Buffer[] };
	const sockets = new Set<net.Socket>();
	const relay = net.createServer((near) => {
		const far = net.connect(port, '127.0.0.1');
		for (const socket of [near, far]) {
			sockets.add(socket);
			socket.on('error', () => {});
		}
		near.on('data', (chunk: Buffer) => bytes.client.push(chunk));
		far.on('data', (chunk: Buffer) => bytes.server.push(chunk));
		near.pipe(far);
		far.pipe(near);
	});
	await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
	return {
		port: (relay.address() as AddressInfo).port,
		bytes: (side: 'client' | 'server') => new Uint8Array(Buffer.concat(bytes[side])),
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => relay.close(resolve));
		}
	};
}

function names(frames: Http2Frame[]) {
	return frames.map(({ type }) => (type === prefaceType ? 'preface' : http2FrameNames[type]));
}

function expectNoGaps(frames: Http2Frame[], length: number) {
	expect(frames.reduce((end, { o, len }) => (o === end ? o + len : NaN), 0)).toBe(length);
}

function dataOf(frames: Http2Frame[]): Uint8Array {
	return Uint8Array.from(frames.flatMap(({ data }) => [...(data ?? [])]));
}

function cri() {
	const file = new URL('../../../src/lib/wire/cri/runtime.proto', import.meta.url);
	const { root } = protobuf.parse(readFileSync(file, 'utf8'), { keepCase: true });
	const loaded = grpc.loadPackageDefinition(fromJSON(root.toJSON(), criLoaderOptions));
	const { v1alpha2 } = loaded.runtime as unknown as {
		v1alpha2: Record<'RuntimeService', grpc.ServiceClientConstructor>;
	};
	return v1alpha2.RuntimeService;
}

test('reads a CRI Exec as grpc-js spoke it, down to the fields', async () => {
	const Service = cri();
	const server = new grpc.Server();
	server.addService(Service.service, {
		Exec(
			call: grpc.ServerUnaryCall<CriMessage<'ExecRequest'>, CriSent<'ExecResponse'>>,
			answer: grpc.sendUnaryData<CriSent<'ExecResponse'>>
		) {
			expect(call.request.cmd).toEqual(['date', '-u']);
			answer(null, { url: '/cri/exec/k3Jw9aB_' });
		}
	});
	const port = await new Promise<number>((resolve, reject) =>
		server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
			error ? reject(error) : resolve(bound)
		)
	);
	const relay = await tap(port);
	const client = new Service(`127.0.0.1:${relay.port}`, grpc.credentials.createInsecure());
	const request: CriSent<'ExecRequest'> = {
		container_id: 'c0ffee',
		cmd: ['date', '-u'],
		stdout: true
	};
	const metadata = new grpc.Metadata();
	metadata.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
	await new Promise((resolve, reject) => {
		client['Exec']?.(request, metadata, (error: Error | null, answer: unknown) =>
			error ? reject(error) : resolve(answer)
		);
	});
	client.close();
	server.forceShutdown();
	await relay.close();

	const sent = new Http2Decoder('client').push(relay.bytes('client'));
	expectNoGaps(sent, relay.bytes('client').length);
	expect(names(sent).slice(0, 2)).toEqual(['preface', 'SETTINGS']);
	const headers = Object.fromEntries(sent.find((frame) => frame.headers)?.headers ?? []);
	expect(headers).toMatchObject({
		':method': 'POST',
		':path': '/runtime.v1alpha2.RuntimeService/Exec',
		'content-type': 'application/grpc',
		traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
	});
	const types = messagesOfPath(headers[':path'] ?? '');
	const [message] = new GrpcMessageReader().push(dataOf(sent));
	expect(message?.compressed).toBe(false);
	expect(decodeMessage(types?.request ?? '', message?.data ?? hex('')).fields).toEqual([
		{ name: 'container_id', number: 1, o: 0, len: 8, value: 'c0ffee' },
		{ name: 'cmd', number: 2, o: 8, len: 6, value: 'date' },
		{ name: 'cmd', number: 2, o: 14, len: 4, value: '-u' },
		{ name: 'stdout', number: 5, o: 18, len: 2, value: true }
	]);

	const answered = new Http2Decoder('server').push(relay.bytes('server'));
	expectNoGaps(answered, relay.bytes('server').length);
	expect(answered.flatMap((frame) => frame.headers ?? [])).toEqual(
		expect.arrayContaining([
			[':status', '200'],
			['grpc-status', '0']
		])
	);
	const [answer] = new GrpcMessageReader().push(dataOf(answered));
	expect(decodeMessage(types?.response ?? '', answer?.data ?? hex('')).fields).toEqual([
		{ name: 'url', number: 1, o: 0, len: 20, value: '/cri/exec/k3Jw9aB_' }
	]);
});

test('reads what Node’s HTTP/2 compresses, every byte of Latin-1 and repeated requests', async () => {
	const printable = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at)).join(
		''
	);
	const high = Array.from({ length: 0x80 }, (_, at) => String.fromCharCode(0x80 + at)).join('');
	const seen: IncomingHttpHeaders[] = [];
	const server = createServer((request, response) => {
		seen.push(request.headers);
		response.end('ok');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const relay = await tap((server.address() as AddressInfo).port);
	const session = connectHttp2(`http://127.0.0.1:${relay.port}`);
	for (let round = 0; round < 3; round++) {
		const stream = session.request({
			':path': `/${round}`,
			'x-all': `"${printable}"`,
			'x-high': `${high.slice(0, 64)}`,
			'x-more': `${high.slice(64)}${'z'.repeat(round)}`
		});
		await new Promise((resolve) => stream.resume().on('close', resolve));
	}
	session.close();
	await new Promise((resolve) => server.close(resolve));
	await relay.close();
	const frames = new Http2Decoder('client').push(relay.bytes('client'));
	const requests = frames.flatMap(({ headers }) => (headers ? [Object.fromEntries(headers)] : []));
	expect(frames.filter(({ error }) => error !== undefined)).toEqual([]);
	expect(requests).toHaveLength(3);
	requests.forEach((headers, round) => {
		expect(headers).toMatchObject({ ':path': `/${round}`, 'x-all': `"${printable}"` });
		expect(headers['x-high']).toBe(seen[round]?.['x-high']);
		expect(headers['x-more']).toBe(seen[round]?.['x-more']);
	});
});

test('leaves out padding and priority, and puts header blocks together', () => {
	const frames = new Http2Decoder('server').push(
		hex(`
			000005 00 08 00000001 02 6162 0000
			000009 01 28 00000001 02 00000000 ff 88 0000
			000001 09 04 00000001 82
			000004 03 00 00000001 00000008
			000008 07 00 00000000 00000005 00000002
			000006 04 00 00000000 0003 00000064
			000004 08 00 00000000 00010000`)
	);
	expect(frames).toMatchObject([
		{ type: 0, data: text('ab'), dataAt: 10 },
		{ type: 1 },
		{
			type: 9,
			headers: [
				[':status', '200'],
				[':method', 'GET']
			]
		},
		{ type: 3, code: 8 },
		{ type: 7, code: 2 },
		{ type: 4, settings: [{ id: 3, value: 100 }] },
		{ type: 8, increment: 65536 }
	]);
	expect(frames[1]?.headers).toBeUndefined();
});

test('tells what it cannot read, and reads on', () => {
	const decoder = new Http2Decoder('server');
	expect(decoder.push(hex('000001 01 04 00000001 be'))).toMatchObject([
		{ error: 'no header number 62' }
	]);
	expect(decoder.push(hex('000001 01 04 00000003 82 000001 00 08 00000001 05'))).toMatchObject([
		{ error: 'no header number 62' },
		{ error: 'padding longer than the frame' }
	]);
});

test('refuses a client that does not begin as one', () => {
	expect(() => new Http2Decoder('client').push(text('PRI * HTTP/2.1'))).toThrow(Http2Error);
});

test('does not keep header blocks without end', () => {
	const decoder = new Http2Decoder('server');
	const endless = hex('000000 09 00 00000001'.repeat(5000));
	expect(decoder.push(endless)).toHaveLength(5000);
	expect(decoder.push(hex('000001 09 04 00000001 82'))).toMatchObject([
		{ error: 'header block too long' }
	]);
});

test('any bytes, however cut, give the same frames', () => {
	const frame = fc
		.tuple(fc.nat(11), fc.nat(255), fc.nat(3), fc.uint8Array({ maxLength: 30 }))
		.map(([type, flags, stream, body]) => [
			0,
			0,
			body.length,
			type,
			flags,
			0,
			0,
			0,
			stream,
			...body
		]);
	const stream = fc.array(frame).map((frames) => Uint8Array.from(frames.flat()));
	fc.assert(
		fc.property(
			fc.oneof(stream, fc.uint8Array()),
			fc.array(fc.nat()),
			fc.constantFrom<'client' | 'server'>('client', 'server'),
			(bytes, cuts, side) => {
				const decode = (chunks: Uint8Array[]) => {
					const decoder = new Http2Decoder(side);
					return outcome(chunks, (chunk) => decoder.push(chunk), Http2Error);
				};
				expect(decode(chunked(bytes, cuts))).toEqual(decode([bytes]));
			}
		)
	);
});
