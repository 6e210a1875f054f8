import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { afterEach } from 'vitest';
import {
	startDockershim,
	type Dockershim,
	type DockershimOptions
} from '../../../src/lib/server/dockershim/docker-service.ts';
import { defaultLimits, systemClock } from '../../../src/lib/server/limits.ts';
import type { Address } from '../../../src/lib/server/transport/address.ts';
import {
	criChannelOptions,
	grpcTarget,
	loadCri,
	type CriVersion
} from '../../../src/lib/server/transport/cri-proto.ts';
import {
	SpdyConnection,
	type SpdyStream
} from '../../../src/lib/server/transport/spdy-connection.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { FakeDocker } from './fake-docker.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
export const later = (cleanup: () => unknown) => cleanups.push(cleanup);

export interface TestShim extends Dockershim {
	docker: FakeDocker;
	trace: ReturnType<typeof quietTrace>;
	call<T = Record<string, unknown>>(
		method: string,
		request?: object,
		metadata?: Record<string, string>
	): Promise<T>;
	/** Ids of steps said since the shim stood. */
	steps(): string[];
}

/** A shim before a fake Docker with one running container `c1`. */
export async function testShim(options: Partial<DockershimOptions> = {}): Promise<TestShim> {
	const dir = await mkdtemp(join(tmpdir(), 'shim-'));
	later(() => rm(dir, { recursive: true, force: true }));
	const docker = new FakeDocker();
	docker.add({ Id: 'c1' });
	await docker.listen(join(dir, 'docker.sock'));
	later(() => docker.close());
	const trace = quietTrace();
	const shim = await startDockershim({
		node: 'node-1',
		cri: { kind: 'unix', path: join(dir, 'cri.sock') },
		docker: { kind: 'unix', path: join(dir, 'docker.sock') },
		streaming: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		baseUrl: '/cri/',
		door: () => undefined,
		trace,
		limits: defaultLimits,
		clock: systemClock,
		...options
	});
	later(() => shim.close());
	const said = (options.trace as typeof trace | undefined) ?? trace;
	const from = said.said?.length ?? 0;
	return {
		...shim,
		docker,
		trace: said,
		steps: () => said.said.slice(from).map(({ id }) => id),
		call: (method, request, metadata) => callCri(shim.cri, method, request, metadata)
	};
}

export function callCri<T>(
	address: Address,
	method: string,
	request: object = {},
	headers: Record<string, string> = {},
	version: CriVersion = 'v1alpha2'
): Promise<T> {
	const cri = loadCri(version);
	const definition = cri.RuntimeService.service[method] ?? cri.ImageService.service[method];
	if (!definition) throw new Error(`no method ${method}`);
	const client = new grpc.Client(grpcTarget(address), grpc.credentials.createInsecure(), {
		...criChannelOptions,
		'grpc.use_local_subchannel_pool': 1
	});
	const metadata = new grpc.Metadata();
	for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
	return new Promise<T>((resolve, reject) => {
		client.makeUnaryRequest(
			definition.path,
			definition.requestSerialize,
			definition.responseDeserialize,
			request,
			metadata,
			(error, response) => (error ? reject(error) : resolve(response as T))
		);
	}).finally(() => client.close());
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: net.Socket): Promise<string> {
	let text = '';
	for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
	return text;
}

/** Sends one request as it is, and reads until the connection ends. */
export async function raw(address: Address, request: string): Promise<string> {
	const socket = connect(address);
	socket.write(request.replaceAll('\n', '\r\n'));
	return readAll(socket);
}

export function connect(address: Address): net.Socket {
	if (address.kind !== 'tcp') throw new Error('not TCP');
	const socket = net.connect(address.port, address.host);
	later(() => socket.destroy());
	return socket;
}

/** The upgrade as kubectl sends it; resolves to the head of the answer and the connection after it. */
export async function upgrade(
	address: Address,
	path: string,
	protocols = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']
): Promise<{ head: string; socket: net.Socket }> {
	const socket = connect(address);
	const offered = protocols.map((name) => `X-Stream-Protocol-Version: ${name}\r\n`).join('');
	socket.write(
		`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${offered}\r\n`
	);
	let head = Buffer.alloc(0);
	const incoming = socket.iterator({ destroyOnReturn: false });
	while (!head.includes('\r\n\r\n')) {
		const next = (await incoming.next()) as IteratorResult<Buffer>;
		if (next.done) return { head: head.toString(), socket };
		head = Buffer.concat([head, next.value]);
	}
	await incoming.return?.();
	const end = head.indexOf('\r\n\r\n') + 4;
	if (end < head.length) socket.unshift(head.subarray(end));
	return { head: head.subarray(0, end).toString(), socket };
}

export interface Client {
	connection: SpdyConnection;
	socket: net.Socket;
	streams: Record<string, SpdyStream>;
	head: string;
}

/** The client's end of an exec: upgraded, and those streams opened in turn. */
export async function openExec(
	address: Address,
	path: string,
	types: string[],
	protocols?: string[]
): Promise<Client> {
	const { head, socket } = await upgrade(address, path, protocols);
	const connection = new SpdyConnection(socket, { role: 'client' });
	const streams: Record<string, SpdyStream> = {};
	for (const type of types) streams[type] = await connection.open({ streamtype: type });
	return { connection, socket, streams, head };
}

export async function text(stream: SpdyStream | undefined): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const { data } of stream ?? []) chunks.push(data);
	return Buffer.concat(chunks).toString();
}
