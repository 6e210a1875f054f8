/**
 * The embedded container engine: what dockerd 20.10 is to a node of Kubernetes 1.15. It speaks the Docker Engine API
 * 1.41 on a unix socket and runs real processes in Linux namespaces (moby cmd/dockerd, api/server, daemon).
 * Served is what starting pods, exec and `docker version|ps|inspect|exec` need; see routes.ts.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { Dropped, type Message, type Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { socketOptions, type Address } from '../transport/address.ts';
import {
	apiVersion,
	errorAnswer,
	hijackHead,
	minApiVersion,
	parseGoJson,
	send,
	statusLine,
	type Answer
} from './answers.ts';
import { DockerError } from './docker-error.ts';
import { EngineState } from './engine-state.ts';
import type { ExecInstance } from './exec-instance.ts';
import { StartFailure } from './exec-instance.ts';
import { serveExecStream, startDetached, type Teller } from './exec-start.ts';
import { FifoPool } from './fifo-pool.ts';
import { routes, type Engine, type Route } from './routes.ts';

export interface EngineOptions {
	node: string;
	address: Address;
	/** A folder of 0700 for FIFOs and pid files. */
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
	const fifos = new FifoPool(options.dir);
	const engine: Engine = { ...options, state, fifos };
	await fifos.fill();
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
				serve(engine, options.trace, { request, text, respond, hijack: () => takeOver(response) })
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
			await Promise.all([...state.containers.values()].map((each) => state.remove(each)));
			await fifos.close();
			await closed;
		}
	};
}

function listening(server: http.Server, asked: Address): Address {
	const bound = server.address();
	if (asked.kind === 'unix' || bound === null || typeof bound === 'string') return asked;
	return { kind: 'tcp', host: asked.host, port: bound.port };
}

interface Exchange {
	request: http.IncomingMessage;
	text: string;
	respond(answer: Answer): void;
	/** Makes the connection a raw stream, with the head of dockerd for that. */
	hijack(): Duplex;
}

async function readBody(request: http.IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

/** Without an upgrade the answer is a 200 that ends with the connection; nothing more is read from the client. */
function takeOver(response: http.ServerResponse): Duplex {
	const socket = response.socket!;
	response.detachSocket(socket);
	socket.write(hijackHead(false));
	return socket;
}

/** The body of an upgrade request comes as the first bytes of its raw connection, and may come in parts. */
async function serveUpgrade(
	engine: Engine,
	trace: Trace,
	request: http.IncomingMessage,
	socket: Duplex,
	head: Buffer
): Promise<void> {
	socket.on('error', () => {}); // 'close' follows, and is what counts
	const length = Number(request.headers['content-length'] ?? 0);
	let got = head;
	while (got.length < length) {
		const chunk = (socket.read() as Buffer | null) ?? (await readable(socket));
		if (chunk) got = Buffer.concat([got, chunk]);
	}
	if (got.length > length) socket.unshift(got.subarray(length));
	await serve(engine, trace, {
		request,
		text: got.subarray(0, length).toString(),
		respond(answer) {
			const response = new http.ServerResponse(request);
			response.shouldKeepAlive = false;
			response.assignSocket(socket as never); // a socket of this server, as every other answer's
			response.on('finish', () => socket.end());
			send(response, answer);
		},
		hijack() {
			socket.write(hijackHead(true));
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

/** One request, from its arrival to its answer. */
async function serve(engine: Engine, trace: Trace, exchange: Exchange): Promise<void> {
	const { request, respond } = exchange;
	const url = new URL(request.url ?? '/', 'http://docker');
	const [, asked, path = '/'] = /^(?:\/v(\d+\.\d+))?(\/.*)$/.exec(url.pathname) ?? [];
	const found = routes
		.map((route) => ({ route, match: route.path.exec(path) }))
		.find(({ route, match }) => match && route.method === request.method);
	try {
		const key = decodeURIComponent(found?.match?.[1] ?? '');
		const teller = await tellerOf(engine, trace, exchange, found?.route, key);
		const early = versionProblem(asked) ?? (found ? undefined : notServed(path));
		if (early || !found) return await tell(teller, early ?? notServed(path), respond);
		const parsed = parseGoJson(exchange.text);
		if ('error' in parsed) return await tell(teller, errorAnswer(500, parsed.error), respond);
		const call = { key, query: url.searchParams, body: parsed.value };
		if (!found.route.answer) return await start(engine, exchange, teller, call);
		const { facts, execId, ...answer } = await answerOf(() => found.route.answer!(engine, call));
		if (execId) teller.run.name(execId);
		await tell(teller, answer, respond, facts);
	} catch (error) {
		request.destroy();
		if (!(error instanceof Dropped)) reportBroken(request, error);
	}
}

/** Finds the run of a request, and announces the request for a client that did not do it itself. */
async function tellerOf(
	engine: Engine,
	trace: Trace,
	{ request, text }: Exchange,
	route: Route | undefined,
	key: string
): Promise<Teller> {
	const said = `${request.method} ${request.url}`;
	const traceparent = headerOf(request, 'traceparent');
	const ours = trace.find({ traceparent });
	const received =
		ours ??
		(await trace.receive({
			claim: { to: 'engine', node: engine.node, start: said },
			names: /^\/exec\//.test(route?.path.source.replaceAll('\\', '').slice(1) ?? '') ? [key] : [],
			client: headerOf(request, 'user-agent'),
			from: 'client'
		}));
	const foreign = ours?.request ? undefined : 'client';
	const facts = { method: request.method, path: request.url, ...bodyFacts(text) };
	const asked =
		received.request ??
		(await received.run.step(route?.step ?? 'docker-request', {
			n: said,
			facts,
			...(ours ? {} : { from: 'client' as const })
		}));
	return { run: received.run, asked, foreign: ours ? undefined : foreign };
}

function bodyFacts(text: string): { body?: unknown } {
	const parsed = parseGoJson(text);
	return 'error' in parsed || parsed.value === undefined ? {} : { body: parsed.value };
}

function headerOf(request: http.IncomingMessage, name: string): string | undefined {
	const value = request.headers[name];
	return Array.isArray(value) ? value[0] : value;
}

/** Runs a handler; refusals become answers in dockerd's form. */
async function answerOf<A extends Answer>(
	handler: () => A | Promise<A>
): Promise<A | (Answer & { facts?: undefined; execId?: undefined })> {
	try {
		return await handler();
	} catch (error) {
		if (error instanceof Dropped) throw error;
		if (error instanceof DockerError) return errorAnswer(error.status, error.message);
		return errorAnswer(500, error instanceof Error ? error.message : String(error));
	}
}

async function tell(
	{ run, asked }: Teller,
	answer: Answer,
	respond: (answer: Answer) => void,
	facts: Message['facts'] = {}
): Promise<void> {
	const status = answer.status;
	const message = status >= 400 ? { message: messageOf(answer) } : {};
	await run.reply(asked, { n: statusLine(status), facts: { status, ...message, ...facts } });
	respond(answer);
}

function messageOf({ json, text }: Answer): string {
	if (text !== undefined) return text;
	return typeof json === 'object' && json !== null && 'message' in json ? String(json.message) : '';
}

async function start(
	engine: Engine,
	exchange: Exchange,
	teller: Teller,
	call: { key: string; body: unknown }
): Promise<void> {
	const body = (call.body ?? {}) as { Detach?: unknown; Tty?: unknown };
	const found = await answerOf(() => ({ status: 200, exec: engine.state.exec(call.key) }));
	if (!('exec' in found)) return await tell(teller, found, exchange.respond);
	const exec = found.exec;
	if (body.Detach === true) return await detach(engine, exchange, teller, exec);
	const upgraded = exchange.request.headers.upgrade !== undefined;
	await teller.run.step('hijack', {
		n: upgraded ? '101 UPGRADED' : '200 OK',
		re: teller.asked,
		facts: { status: upgraded ? 101 : 200, execId: exec.id, tty: exec.config.tty },
		...(teller.foreign ? { to: teller.foreign } : {})
	});
	const connection = exchange.hijack();
	connection.on('error', () => {}); // 'close' follows, and is what counts
	try {
		await serveExecStream(exec, engine.fifos, connection, { framed: body.Tty !== true, teller });
	} catch (error) {
		connection.destroy();
		throw error;
	}
}

async function detach(
	engine: Engine,
	{ respond }: Exchange,
	teller: Teller,
	exec: ExecInstance
): Promise<void> {
	const answer = await answerOf(async () => {
		if (exec.state !== 'created')
			throw new DockerError(409, `Error: Exec command ${exec.id} has already run`);
		try {
			await startDetached(exec, engine.fifos, teller);
		} catch (error) {
			throw error instanceof StartFailure ? new DockerError(400, error.message) : error;
		}
		return { status: 200, empty: true };
	});
	await tell(teller, answer, respond, { execId: exec.id });
}

function versionProblem(asked: string | undefined): Answer | undefined {
	if (!asked) return undefined;
	const number = (text: string) => text.split('.').map(Number) as [number, number];
	const compare = (a: string, b: string) =>
		number(a)[0] - number(b)[0] || number(a)[1] - number(b)[1];
	if (compare(asked, apiVersion) > 0)
		return {
			...errorAnswer(
				400,
				`client version ${asked} is too new. Maximum supported API version is ${apiVersion}`
			),
			without: ['Docker-Experimental']
		};
	if (compare(asked, minApiVersion) >= 0) return undefined;
	return {
		status: 400,
		text: `client version ${asked} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version\n`,
		type: 'text/plain; charset=utf-8',
		headers: [['X-Content-Type-Options', 'nosniff']],
		without: ['Docker-Experimental']
	};
}

/** Paths of a real dockerd that are not served here; any other path has no meaning to either. */
const beyond =
	/^\/(auth|build|commit|configs|distribution|events|exec|grpc|images|networks|nodes|plugins|secrets|services|session|swarm|system|tasks|volumes|containers)(\/|$)/;

function notServed(path: string): Answer {
	if (beyond.test(path)) return errorAnswer(501, `the embedded engine does not serve ${path}`);
	return {
		...errorAnswer(404, 'page not found'),
		without: ['Api-Version', 'Docker-Experimental', 'Ostype', 'Server']
	};
}

/** A fault of our own: said on stderr, since the client only sees its connection break. */
function reportBroken(request: http.IncomingMessage, error: unknown): void {
	console.error(`engine: ${request.method} ${request.url}:`, error);
}
