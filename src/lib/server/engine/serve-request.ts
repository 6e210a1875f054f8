/**
 * One request of the Docker API: finds its run, announces it where its sender did not, acts, announces the answer and
 * sends it.
 */
import type http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Facts } from '../../trace/event.ts';
import { Dropped, type Trace } from '../../trace/trace.ts';
import { errorAnswer, parseGoJson, statusLine, type Answer } from './answers.ts';
import { notServed, versionProblem } from './api-version.ts';
import { DockerError } from './docker-error.ts';
import { StartFailure, type ExecInstance } from './exec-instance.ts';
import { serveExecStream, startDetached, type Teller } from './exec-start.ts';
import { routes, type Engine, type Route } from './routes.ts';

/** A request with its body, and the two ways to answer it. */
export interface Exchange {
	request: http.IncomingMessage;
	text: string;
	respond(answer: Answer): void;
	/** Makes the connection a raw stream, with the head of dockerd for that. */
	hijack(): Duplex;
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
		if (!found.route.answer) return await start(engine, exchange, teller, call);
		const { facts, execId, ...answer } = await answerOf(() => found.route.answer!(engine, call));
		if (execId) teller.run.name(execId);
		await tell(teller, answer, respond, facts);
	} catch (error) {
		// Not `request.destroy()`: that leaves the socket open when the request has been read to its end.
		request.socket.destroy();
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
