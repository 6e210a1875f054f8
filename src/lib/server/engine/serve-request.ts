/**
 * One request of the Docker API: finds its run, announces it where its sender did not, acts, announces the answer and
 * sends it.
 */
import type http from 'node:http';
import type { Duplex, Writable } from 'node:stream';
import type { Facts } from '../../trace/event.ts';
import { Dropped, type Trace } from '../../trace/trace.ts';
import {
	attachHead,
	attachRefusal,
	errorAnswer,
	hijackHead,
	parseGoJson,
	statusLine,
	type Answer
} from './answers.ts';
import { attachOptions, serveAttach } from './attach.ts';
import { notServed, versionProblem } from './api-version.ts';
import { DockerError } from './docker-error.ts';
import { StartFailure, type ExecInstance } from './exec-instance.ts';
import { serveExecStream, startDetached } from './exec-start.ts';
import { HijackedStream, type Teller } from './hijacked-stream.ts';
import { routes, type Call, type Engine, type Route, type Told } from './routes.ts';

/** A request with its body, and the ways to answer it. */
export interface Exchange {
	request: http.IncomingMessage;
	text: string;
	respond(answer: Answer): void;
	/** Sends the head of an answer; the body is whatever is written then. */
	open(answer: Answer): Writable;
	/** Makes the connection a raw stream, after this head. */
	hijack(head: string): Duplex;
}

/** One request, from its arrival to its answer. */
export async function serveRequest(
	engine: Engine,
	trace: Trace,
	exchange: Exchange
): Promise<void> {
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
		const { answer: answerIt, step } = found.route;
		if (step === 'docker-attach') return await attach(engine, exchange, teller, call);
		if (!answerIt) return await start(engine, exchange, teller, call);
		const answered: Told = await answerOf(() => answerIt(engine, call));
		const { facts, execId, pour, ...answer } = answered;
		if (execId) teller.run.name(execId);
		await tell(teller, answer, pour ? pouring(exchange, pour) : respond, facts);
	} catch (error) {
		// Not `request.destroy()`: that leaves the socket open when the request has been read to its end.
		request.socket.destroy();
		if (!(error instanceof Dropped)) reportBroken(request, error);
	}
}

/** Answers with a body that comes piece by piece. */
function pouring({ open, request }: Exchange, pour: NonNullable<Told['pour']>) {
	return (answer: Answer): void => {
		const body = open(answer);
		const gone = new AbortController();
		body.once('close', () => gone.abort());
		body.on('error', () => {}); // 'close' follows, and is what counts
		pour(body, gone.signal).then(
			() => body.end(),
			(error: unknown) => {
				request.socket.destroy();
				reportBroken(request, error);
			}
		);
	};
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
	const ours = trace.find({ traceparent: headerOf(request, 'traceparent') });
	const received =
		ours ??
		(await trace.receive({
			claim: { to: 'engine', node: engine.node, start: said },
			names: route?.path.source.startsWith('^\\/exec') ? [key] : [],
			client: headerOf(request, 'user-agent'),
			from: 'client'
		}));
	const asked =
		received.request ??
		(await received.run.step(route?.step ?? 'docker-request', {
			n: said,
			facts: { method: request.method, path: request.url, ...execFacts(text) },
			...(ours ? {} : { from: 'client' as const })
		}));
	return { run: received.run, asked, foreign: ours ? undefined : 'client' };
}

/** What a body says of an exec; other bodies may hold an environment, which is nobody's business. */
function execFacts(text: string): Facts {
	const parsed = parseGoJson(text);
	if ('error' in parsed || typeof parsed.value !== 'object' || parsed.value === null) return {};
	const { Cmd: cmd, Tty: tty, Detach: detach } = parsed.value as Record<string, unknown>;
	return Object.fromEntries(Object.entries({ cmd, tty, detach }).filter(([, value]) => value));
}

function headerOf(request: http.IncomingMessage, name: string): string | undefined {
	const value = request.headers[name];
	return Array.isArray(value) ? value[0] : value;
}

/** Runs a handler; refusals become answers in dockerd's form. */
async function answerOf<A extends Answer>(handler: () => A | Promise<A>): Promise<A | Answer> {
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
	facts: Facts = {}
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
	const facts = { execId: exec.id, tty: exec.config.tty };
	const { connection, upgraded } = await hijack(exchange, teller, hijackHead, facts);
	try {
		await serveExecStream(exec, engine.pipes, connection, {
			framed: body.Tty !== true,
			teller,
			input: upgraded
		});
	} catch (error) {
		connection.destroy();
		throw error;
	}
}

async function attach(
	engine: Engine,
	exchange: Exchange,
	teller: Teller,
	call: Call
): Promise<void> {
	const found = await answerOf(() => ({ status: 200, wanted: attachOptions(engine, call) }));
	if (!('wanted' in found)) {
		const refuse = (answer: Answer) =>
			void exchange.hijack(attachRefusal(answer.status, messageOf(answer))).end();
		return await tell(teller, found, refuse);
	}
	const { id, config } = found.wanted.container;
	const facts = { containerId: id, tty: config.Tty };
	const { connection } = await hijack(exchange, teller, attachHead, facts);
	const stream = new HijackedStream(id, connection, { framed: !config.Tty, teller });
	try {
		await serveAttach(engine, found.wanted, { connection, stream, teller });
	} catch (error) {
		connection.destroy();
		throw error;
	}
}

/** The last word of HTTP on this connection. */
async function hijack(
	{ request, hijack: take }: Exchange,
	{ run, asked, foreign }: Teller,
	head: (upgraded: boolean) => string,
	facts: Facts
): Promise<{ connection: Duplex; upgraded: boolean }> {
	const upgraded = request.headers.upgrade !== undefined;
	await run.step('hijack', {
		n: upgraded ? '101 UPGRADED' : '200 OK',
		re: asked,
		facts: { status: upgraded ? 101 : 200, ...facts },
		...(foreign ? { to: foreign } : {})
	});
	const connection = take(head(upgraded));
	connection.on('error', () => {}); // 'close' follows, and is what counts
	return { connection, upgraded };
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
			await startDetached(exec, engine.pipes, teller);
		} catch (error) {
			throw error instanceof StartFailure ? new DockerError(400, error.message) : error;
		}
		return { status: 200, empty: true };
	});
	await tell(teller, answer, respond, { execId: exec.id });
}

/** A fault of our own: said on stderr, since the client only sees its connection break. */
function reportBroken(request: http.IncomingMessage, error: unknown): void {
	console.error(`engine: ${request.method} ${request.url}:`, error);
}
