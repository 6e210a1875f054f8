/**
 * The HTTP server that redeems tokens: `pkg/kubelet/server/streaming/server.go`. A token is the only secret, there is no
 * other authentication. What the streams carry is the business of whoever prepared them.
 */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { posix } from 'node:path';
import { eras } from '../../trace/eras.ts';
import type { Message, Run, Tap, Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { formatAddress, type Address } from '../transport/address.ts';
import type { Door } from '../transport/door.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import {
	arrivalOf,
	peerOf,
	startTappedServer,
	type Listening
} from '../transport/tapped-server.ts';
import type { PreparedStream, StreamKind } from './prepared-stream.ts';
import { RequestCache, type Random } from './request-cache.ts';
import { isWebSocketRequest, refuseWebSocket } from './websocket-refusal.ts';

export interface StreamingServerOptions {
	node: string;
	address: Address;
	/**
	 * Where clients find us: absolute, or only a path, which is for those whom a kubelet redirects; empty: our own
	 * address.
	 */
	baseUrl: string;
	door: Door;
	trace: Trace;
	limits: Limits;
	clock: Clock;
	random?: Random | undefined;
}

const kinds: readonly StreamKind[] = ['exec', 'attach', 'portforward'];

/** An answer that is no upgrade. */
interface Refusal {
	status: number;
	headers?: [name: string, value: string][];
	body: string;
}

export class StreamingServer {
	readonly #options: StreamingServerOptions;
	readonly #cache: RequestCache<PreparedStream>;
	/** `/cri` for the base `/cri/`. */
	readonly #prefix: string;
	#listening: Listening | undefined;

	constructor(options: StreamingServerOptions) {
		this.#options = options;
		this.#cache = new RequestCache(options.limits, options.clock, options.random);
		const base = new URL(options.baseUrl === '' ? '/' : options.baseUrl, 'http://base');
		this.#prefix = base.pathname.slice(0, base.pathname.lastIndexOf('/'));
	}

	/** What is served, as go-restful would write it. */
	get routes(): string[] {
		return kinds.map((kind) => `${this.#prefix}/${kind}/{token}`);
	}

	get address(): Address {
		return this.#listening?.address ?? this.#options.address;
	}

	async start(): Promise<void> {
		const { address, door, trace, node } = this.#options;
		this.#listening = await startTappedServer({
			address,
			door,
			open: () =>
				trace.connection({
					from: 'kubelet',
					to: 'streaming',
					over: 'tcp',
					node,
					// Any program of this machine can dial here, and shows no certificate.
					believed: 'once'
				}),
			request: (request, response) => void this.#request(request, response),
			upgrade: (request, socket) => void this.#upgrade(request, socket)
		});
	}

	async close(): Promise<void> {
		await this.#listening?.close();
	}

	/** `GetExec`, `GetAttach`, `GetPortForward`: keeps a stream for a minute; throws CriError when too many wait. */
	async getUrl(stream: PreparedStream, run: Run): Promise<{ url: string; token: string }> {
		const inserted = await run.call('cache-insert', {
			n: 'requestCache.Insert',
			fn: 'requestCache.Insert',
			facts: { ...stream.facts, waiting: this.#cache.size }
		});
		const token = this.#cache.insert(stream);
		inserted();
		run.name(token);
		return { url: this.#url(stream.kind, token, run), token };
	}

	/** As Go resolves a reference against the base URL. */
	#url(kind: StreamKind, token: string, { era }: Run): string {
		const { baseUrl } = this.#options;
		const redirects = eras[era].stream === 'redirect';
		const base =
			URL.canParse(baseUrl) || (redirects && baseUrl !== '')
				? baseUrl
				: `http://${formatAddress(this.address)}/`;
		if (URL.canParse(base)) return new URL(`${kind}/${token}`, base).href;
		return posix.join(posix.dirname(`${base}.`), kind, token);
	}

	/** A dropped hold, as anything that nobody answered for, ends as if the network had. */
	async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const refuse = ({ status, headers = [], body }: Refusal) => {
			const all: [string, string | string[]][] = [...plainText(body), ...grouped(headers)];
			response.writeHead(status, Object.fromEntries(all));
			response.end(body);
		};
		await this.#serve(request, refuse).catch((error: Error) => request.socket.destroy(error));
	}

	async #upgrade(request: IncomingMessage, socket: TappedDuplex): Promise<void> {
		const refuse = ({ status, headers = [], body }: Refusal) => {
			const all = [...plainText(body), ...headers, ['Connection', 'close'] as const];
			socket.end(`${formatHead(status, all)}${body}`);
			socket.resume();
		};
		await this.#serve(request, refuse, socket).catch((error: Error) => socket.destroy(error));
	}

	/** `serveExec` and its siblings: redeems the token before anything else, so that a failed try spends it. */
	async #serve(
		request: IncomingMessage,
		refuse: (refusal: Refusal) => void,
		socket?: TappedDuplex
	): Promise<void> {
		const path = new URL(request.url ?? '', 'http://streaming').pathname;
		const route = this.#route(path);
		const { run, asked } = await this.#arrived(request, path, route?.token);
		const answer = async (refusal: Refusal) => {
			const n = `${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`;
			await run.reply(asked, { n, facts: { status: refusal.status, body: refusal.body.trim() } });
			refuse(refusal);
		};
		if (!route) return answer({ status: 404, body: '404: Page Not Found' });
		if (request.method !== 'GET' && request.method !== 'POST') {
			return answer({ status: 405, body: '405: Method Not Allowed' });
		}
		const stream = await this.#consume(run, route);
		if (!stream) return answer({ status: 404, body: '404 page not found\n' });
		const { id, fn, facts } = stream.served;
		const returned = await run.call(id, { n: fn, fn, facts });
		try {
			await this.#serveStream(stream, request, run, asked, answer, socket);
		} finally {
			returned();
		}
	}

	/** A token of another kind is spent too. */
	async #consume(
		run: Run,
		{ kind, token }: { kind: string; token: string }
	): Promise<PreparedStream | undefined> {
		const consumed = await run.call('token-consume', {
			n: `requestCache.Consume ${token}`,
			fn: 'requestCache.Consume',
			facts: { token }
		});
		const stream = this.#cache.consume(token);
		consumed();
		return stream?.kind === kind ? stream : undefined;
	}

	async #serveStream(
		stream: PreparedStream,
		request: IncomingMessage,
		run: Run,
		asked: Message,
		answer: (refusal: Refusal) => Promise<void>,
		socket: TappedDuplex | undefined
	): Promise<void> {
		if (socket && isWebSocketRequest(request)) {
			const refused = refuseWebSocket(request);
			await run.reply(asked, { n: '403 Forbidden', facts: refused.facts });
			socket.end(refused.bytes);
			socket.resume();
			return;
		}
		const { status, headers, body, upgraded } = stream.accept(request, run.era);
		if (!upgraded || !socket) return answer({ status, headers, body });
		await run.step('switching-protocols', {
			n: '101 Switching Protocols',
			re: asked,
			facts: { status, protocol: upgraded.protocol, upgrade: 'SPDY/3.1' }
		});
		socket.write(formatHead(status, headers));
		await upgraded.serve({ socket, run, asked });
	}

	/** Whose request it is. One of the kubelet is announced already, any other is announced here. */
	async #arrived(
		request: IncomingMessage,
		path: string,
		token: string | undefined
	): Promise<{ run: Run; asked: Message }> {
		const { sink, k } = arrivalOf(request);
		// The sink is the tap that `open` gave the server.
		const arrival = { tap: sink as Tap, k };
		const traceparent = request.headersDistinct['traceparent']?.[0];
		const client = request.headers['user-agent'];
		const { run, request: announced } = await this.#options.trace.receive({
			arrival,
			traceparent,
			names: token === undefined ? [] : [token],
			peer: peerOf(request),
			client,
			from: 'client'
		});
		if (announced) return { run, asked: announced };
		const redirects = eras[run.era].stream === 'redirect';
		const asked = await run.step(redirects ? 'cri-handler' : 'kubelet-proxy', {
			n: `${request.method} ${path}`,
			from: 'client',
			facts: { method: request.method, url: path, token, client },
			arrival
		});
		return { run, asked };
	}

	/** `{prefix}/exec/{token}`; also without the prefix, since the kubelet's handler may have taken it off. */
	#route(path: string): { kind: string; token: string } | undefined {
		const inner = path.startsWith(`${this.#prefix}/`) ? path.slice(this.#prefix.length) : path;
		const [, kind = '', token = ''] = /^\/(exec|attach|portforward)\/([^/]+)\/?$/.exec(inner) ?? [];
		return kind === '' ? undefined : { kind, token };
	}
}

function plainText(body: string): [string, string][] {
	return [
		['Content-Type', 'text/plain; charset=utf-8'],
		['X-Content-Type-Options', 'nosniff'],
		['Content-Length', String(Buffer.byteLength(body))]
	];
}

/** Node wants the values of a repeated header in a list. */
function grouped(headers: [string, string][]): [string, string[]][] {
	const groups = new Map<string, string[]>();
	for (const [name, value] of headers) groups.set(name, [...(groups.get(name) ?? []), value]);
	return [...groups];
}

function formatHead(status: number, headers: (readonly [string, string])[]): string {
	const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
	return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}
