/**
 * The embedded container engine: what dockerd 20.10 is to a node of Kubernetes 1.15. It speaks the Docker Engine API
 * 1.41 on a unix socket and runs real processes in Linux namespaces (moby cmd/dockerd, api/server, daemon).
 * Served is what pods need from their start to their end, and what docker's own command line asks for; see routes.ts.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { socketOptions, type Address } from '../transport/address.ts';
import { open, send, type Answer } from './answers.ts';
import { EngineState } from './engine-state.ts';
import { PipePool } from './pipe-pool.ts';
import type { Engine } from './routes.ts';
import { serveRequest } from './serve-request.ts';

interface EngineOptions {
	node: string;
	address: Address;
	/** A folder of 0700 for pid files. */
	dir: string;
	trace: Trace;
	limits: Limits;
	clock: Clock;
}

/** Starts it; `close` ends every container with it. */
export async function startEngine(
	options: EngineOptions
): Promise<{ address: Address; close(): Promise<void> }> {
	mkdirSync(options.dir, { recursive: true, mode: 0o700 });
	const state = new EngineState();
	const pipes = new PipePool();
	const engine: Engine = { ...options, state, pipes };
	await pipes.fill();
	const server = http.createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
	server.timeout = 0;
	const sockets = new Set<Duplex>();
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	server.on('request', (request, response) => {
		const respond = (answer: Answer) => send(response, answer);
		void readBody(request)
			.then((text) =>
				serveRequest(engine, options.trace, {
					request,
					text,
					respond,
					open: (answer) => open(response, answer),
					hijack: (head) => takeOver(response, head)
				})
			)
			.catch(() => request.destroy()); // it broke off in its own body
	});
	server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
		void serveUpgrade(engine, options.trace, request, socket, head).catch(() => socket.destroy());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(socketOptions(options.address), resolve);
	});
	if (options.address.kind === 'unix') chmodSync(options.address.path, 0o600);
	return {
		address: listening(server, options.address),
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await state.close();
			await pipes.close();
			await closed;
		}
	};
}

function listening(server: http.Server, asked: Address): Address {
	const bound = server.address();
	if (asked.kind === 'unix' || bound === null || typeof bound === 'string') return asked;
	return { kind: 'tcp', host: asked.host, port: bound.port };
}

async function readBody(request: http.IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

/** Without an upgrade the answer is a 200 that ends with the connection; nothing more is read from the client. */
function takeOver(response: http.ServerResponse, head: string): Duplex {
	const socket = response.socket!;
	response.detachSocket(socket);
	socket.write(head);
	return socket;
}

/**
 * The body of an upgrade request, which may come in parts: up to Node 25 it is the first bytes of the raw connection and
 * the request has none, from 26 on it is the request's.
 */
async function serveUpgrade(
	engine: Engine,
	trace: Trace,
	request: http.IncomingMessage,
	socket: Duplex,
	head: Buffer
): Promise<void> {
	socket.on('error', () => {}); // 'close' follows, and is what counts
	const length = Number(request.headers['content-length'] ?? 0);
	let got = Buffer.concat([Buffer.from(await readBody(request)), head]);
	while (got.length < length) {
		const chunk = (socket.read() as Buffer | null) ?? (await readable(socket));
		if (chunk) got = Buffer.concat([got, chunk]);
	}
	if (got.length > length) socket.unshift(got.subarray(length));
	const response = () => {
		const made = new http.ServerResponse(request);
		made.shouldKeepAlive = false;
		made.assignSocket(socket as never); // a socket of this server, as every other answer's
		made.on('finish', () => socket.end());
		return made;
	};
	await serveRequest(engine, trace, {
		request,
		text: got.subarray(0, length).toString(),
		respond: (answer) => send(response(), answer),
		open: (answer) => open(response(), answer),
		hijack(head) {
			socket.write(head);
			return socket;
		}
	});
}

function readable(socket: Duplex): Promise<undefined> {
	return new Promise((resolve, reject) => {
		socket.once('readable', () => resolve(undefined));
		socket.once('close', () => reject(new Error('the request broke off in its body')));
	});
}
