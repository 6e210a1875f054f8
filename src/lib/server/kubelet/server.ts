/**
 * The kubelet: `cmd/kubelet/app/server.go` (`RunKubelet`) and the HTTP server of `pkg/kubelet/server/server.go`. It
 * judges each request by its client certificate, finds the route in the visible table and answers; in the background
 * it registers its node and looks after its pods.
 */
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { eras, type EraId } from '../../trace/eras.ts';
import { Dropped, type Message, type Run, type Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import type { Address } from '../transport/address.ts';
import type { Door } from '../transport/door.ts';
import {
	peerOf,
	startTappedServer,
	tlsSocketOf,
	type Listening
} from '../transport/tapped-server.ts';
import { isFromClient, judge, type Judgement } from './auth.ts';
import { getContainerLogs, type LogHost } from './container-logs.ts';
import { forwardToCri } from './cri-handler.ts';
import {
	answer,
	arrival,
	hangUp,
	httpError,
	statusText,
	text,
	type Answer,
	type Exchange
} from './exchange.ts';
import { getStream, type StreamHost } from './get-stream.ts';
import { Housekeeping } from './housekeeping.ts';
import { InstrumentedRuntimeService } from './instrumented-runtime-service.ts';
import { RuntimeMetrics } from './metrics.ts';
import { RemoteRuntimeService, type RuntimeService } from './remote-runtime-service.ts';
import { pages, type PageHost } from './pages.ts';
import { proxyStream } from './proxy-stream.ts';
import { matchRoute, type Match } from './routes.ts';
import { KubeGenericRuntimeManager } from './runtime-manager.ts';
import { asksForStream, streamVerbOf, type StreamHandler } from './stream-verbs.ts';

export interface KubeletOptions {
	/** Name of its node. */
	node: string;
	address: Address;
	/** The folder of its node: what containers log is read there and nowhere else. */
	dir: string;
	/** What its node says where it is to be reached: its own address, unless something stands before it. */
	advertise?: Address;
	/** PEM; `ca` is whom client certificates must come from. */
	tls: { cert: string; key: string; ca: string };
	/** The container runtime. */
	cri: Address;
	/** Where the runtime's streaming server listens: `/cri/` leads there, and in proxy mode the kubelet itself goes. */
	criHandler: Address;
	apiserver: { address: Address; ca: string; cert: string; key: string };
	/** Common names that may use the kubelet. */
	clients: string[];
	debuggingHandlers: boolean;
	/** The era of the next run. */
	era(): EraId;
	door: Door;
	trace: Trace;
	limits: Limits;
	clock: Clock;
}

export interface Kubelet extends Listening {
	/** The era has changed: tells the API server the version of the node. Throws when that refuses or is gone. */
	refresh(): Promise<void>;
}

/** Starts a kubelet; it is registered and has looked at its pods when this resolves. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
	const { boot } = options.trace;
	const metrics = new RuntimeMetrics();
	const connectRuntime = (run: Run): RuntimeService =>
		new InstrumentedRuntimeService(
			new RemoteRuntimeService({ ...options, run }),
			metrics,
			options.clock
		);
	const version = await preInitRuntimeService(boot, options, connectRuntime);
	const running = await boot.call('run-kubelet', {
		n: `RunKubelet ${options.node}`,
		fn: 'RunKubelet',
		facts: { node: options.node }
	});
	const housekeeping = new Housekeeping({
		...options,
		connectRuntime,
		podLogs: join(options.dir, 'pods')
	});
	const server = new KubeletServer(options, {
		podByName: (namespace, name) => housekeeping.podByName(namespace, name),
		pods: () => housekeeping.pods(),
		connectRuntime,
		housekeeping: boot,
		dir: options.dir,
		clock: options.clock,
		metrics,
		tokenTtlMs: options.limits.tokenTtlMs
	});
	const listening = await server.listen();
	try {
		await housekeeping.start(options.advertise ?? listening.address, version);
	} catch (error) {
		housekeeping.close();
		await listening.close();
		throw error;
	}
	running();
	return {
		address: listening.address,
		refresh: () => housekeeping.refresh(),
		async close() {
			housekeeping.close();
			await listening.close();
		}
	};
}

/** Reaches the runtime for the first time: what it calls itself, or why it cannot be used. */
async function preInitRuntimeService(
	boot: Run,
	{ node }: KubeletOptions,
	connectRuntime: (run: Run) => RuntimeService
): Promise<string> {
	const done = await boot.call('pre-init-runtime', {
		n: `PreInitRuntimeService ${node}`,
		fn: 'PreInitRuntimeService',
		facts: { node }
	});
	const service = connectRuntime(boot);
	try {
		return await new KubeGenericRuntimeManager(service).version();
	} finally {
		service.close();
		done();
	}
}

interface Asked {
	run: Run;
	asked: Message;
	exchange: Exchange;
	method: string;
	path: string;
	query: URLSearchParams;
	params: Record<string, string>;
}

/** `server.Server`: routes, authorization, handlers. */
class KubeletServer {
	readonly #options: KubeletOptions;
	readonly #host: StreamHost & PageHost & LogHost;

	constructor(options: KubeletOptions, host: StreamHost & PageHost & LogHost) {
		this.#options = options;
		this.#host = host;
	}

	async listen(): Promise<Listening> {
		const { address, tls, door, trace, node, debuggingHandlers } = this.#options;
		const made = await trace.boot.call('new-server', {
			n: `NewServer ${node}`,
			fn: 'server.ListenAndServeKubeletServer',
			facts: { node }
		});
		const installed = await trace.boot.call(
			debuggingHandlers ? 'debugging-handlers' : 'debugging-disabled',
			{
				n: debuggingHandlers ? 'InstallDebuggingHandlers' : 'InstallDebuggingDisabledHandlers',
				fn: debuggingHandlers ? 'InstallDebuggingHandlers' : 'InstallDebuggingDisabledHandlers',
				facts: { node, criHandler: debuggingHandlers }
			}
		);
		const listening = await startTappedServer({
			address,
			// Without a certificate the connection stands; it is the HTTP request that is refused.
			tls: { ...tls, requestCert: true, rejectUnauthorized: false },
			door,
			open: (client) =>
				trace.connection({
					from: 'apiserver',
					to: 'kubelet',
					over: 'tls',
					node,
					believed: isFromClient(client, this.#options.clients)
				}),
			request: (request, response) => void this.#serve({ request, response }),
			upgrade: (request, socket) => void this.#serve({ request, socket })
		});
		installed();
		made();
		return listening;
	}

	async #serve(exchange: Exchange): Promise<void> {
		try {
			await this.#handle(exchange);
		} catch (error) {
			// Dropped by the driver: as if the kubelet had gone. Anything else is a fault of ours: gone as well, but not
			// the whole program with it.
			hangUp(exchange);
			if (!(error instanceof Dropped)) process.emitWarning(error as Error);
		}
	}

	async #handle(exchange: Exchange): Promise<void> {
		const { request } = exchange;
		const { method = '', url = '' } = request;
		const [path = '', search = ''] = splitOnce(url, '?');
		const known = matchRoute(method, path, this.#options.debuggingHandlers);
		const judgement = judge(tlsSocketOf(request), this.#options.clients, method, path);
		const { run, asked, match } = await this.#receive(exchange, known, judgement.allowed);
		await authorize(run, match, judgement, `${method} ${path}`);
		if (!judgement.allowed) {
			return reply(run, asked, exchange, text(judgement.status, judgement.message));
		}
		const params = match.kind === 'route' ? match.params : {};
		const query = new URLSearchParams(search);
		await this.#dispatch(match, { run, asked, exchange, method, path, query, params });
	}

	/** The run of the request and its announcement, which is ours to make when the client is a foreign one. */
	async #receive(
		exchange: Exchange,
		known: Match,
		believed: boolean
	): Promise<{ run: Run; asked: Message; match: Match }> {
		const { request } = exchange;
		const token = known.kind === 'route' ? known.params['token'] : undefined;
		const { run, request: announced } = await this.#options.trace.receive({
			arrival: arrival(exchange),
			traceparent: believed ? oneHeader(request, 'traceparent') : undefined,
			session: oneHeader(request, 'kubectl-session'),
			peer: peerOf(exchange.request),
			client: request.headers['user-agent'],
			names: token ? [token] : [],
			from: 'client'
		});
		const match = installed(known, run);
		if (announced) return { run, asked: announced, match };
		const step = stepOf(match);
		const facts = { method: request.method, url: request.url, node: this.#options.node };
		if (asksForStream(step)) {
			run.command({ query: facts, client: request.headers['user-agent'] ?? 'unknown' });
			run.attempt(request.url ?? '');
		}
		const asked = await run.step(step, {
			n: `${request.method} ${request.url}`,
			from: 'client',
			facts,
			arrival: arrival(exchange)
		});
		return { run, asked, match };
	}

	async #dispatch(match: Match, asked: Asked): Promise<void> {
		const { run, exchange } = asked;
		if (match.kind !== 'route') return reply(run, asked.asked, exchange, refusal(match));
		const { handler } = match.route;
		if (handler === 'criHandler') {
			const token = asked.params['token'] ?? '';
			return forwardToCri(this.#options.criHandler, { run, asked: asked.asked, exchange, token });
		}
		if (handler === 'getContainerLogs') return getContainerLogs(this.#host, asked);
		const verb = streamVerbOf(handler);
		if (verb) {
			const webSocket = exchange.request.headers.upgrade?.toLowerCase() === 'websocket';
			const found = await getStream(this.#host, { ...asked, webSocket }, verb);
			if (!('url' in found)) return answer(exchange, found);
			const { criHandler: streaming, limits, clock } = this.#options;
			const refusal = await proxyStream({ streaming, limits, clock }, { ...asked, ...found });
			return refusal && reply(run, asked.asked, exchange, refusal);
		}
		const page = pages[handler as Exclude<typeof handler, StreamHandler>];
		await reply(run, asked.asked, exchange, await page(this.#host, run, asked.path));
	}
}

/** `/cri/` is there in redirect mode only: else the kubelet was built without a handler for it. */
function installed(match: Match, run: Run): Match {
	const forCri = match.kind === 'route' && match.route.handler === 'criHandler';
	return forCri && eras[run.era].stream === 'proxy' ? { kind: 'none' } : match;
}

/** The auth filter, said: it comes before everything else, also before the path is found not to be there. */
async function authorize(
	run: Run,
	match: Match,
	judgement: Judgement,
	what: string
): Promise<void> {
	const step =
		stepOf(match) === 'follow-redirect' ? 'kubelet-authorize-redirect' : 'kubelet-authorize';
	const { attributes } = judgement;
	const done = await run.call(step, {
		n: attributes
			? `${attributes.user} may ${judgement.allowed ? '' : 'not '}${attributes.verb} ${attributes.resource}/${attributes.subresource}`
			: `who asks for ${what}?`,
		fn: 'Server.InstallAuthFilter',
		facts: {
			...attributes,
			decision: judgement.allowed ? 'allow' : 'deny',
			...(judgement.allowed ? {} : { status: judgement.status, reason: judgement.reason })
		}
	});
	done();
}

async function reply(run: Run, asked: Message, exchange: Exchange, said: Answer): Promise<void> {
	if (said.status >= 400 && exchange.socket) run.refused();
	await run.reply(asked, {
		n: statusText(said.status),
		facts: { status: said.status, ...(said.status >= 400 ? { body: said.body ?? '' } : {}) }
	});
	answer(exchange, said);
}

function stepOf(match: Match) {
	if (match.kind === 'route') return match.route.step;
	return match.kind === 'disabled' ? match.step : 'kubelet-request';
}

function refusal(match: Exclude<Match, { kind: 'route' }>): Answer {
	if (match.kind === 'disabled') return httpError(405, 'Debug endpoints are disabled.');
	if (match.kind === 'none') return text(404, '404: Page Not Found');
	return text(405, '405: Method Not Allowed', { Allow: match.allowed.join(', ') });
}

function oneHeader(request: IncomingMessage, name: string): string | undefined {
	const value = request.headers[name];
	return Array.isArray(value) ? value[0] : value;
}

function splitOnce(line: string, at: string): string[] {
	const found = line.indexOf(at);
	return found < 0 ? [line] : [line.slice(0, found), line.slice(found + at.length)];
}
