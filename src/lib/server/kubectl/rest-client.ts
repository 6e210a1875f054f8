/**
 * client-go's REST client as kubectl 1.15 uses it: HTTP/1.1 over one TLS connection that is kept open for all plain
 * requests of a command, and a second one, without ALPN, for each upgrade. Header names and order are Go's.
 */
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import type { Duplex } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../limits.ts';
import {
	logBody,
	logRequest,
	logResponse,
	type Headers,
	type Shown
} from './debugging-round-tripper.ts';
import { goNetworkError } from './go-network-error.ts';
import type { Klog } from './klog.ts';
import type { RestConfig } from './rest-config.ts';
import { responseError, UrlError } from './status-error.ts';
import { upgradeError } from './upgrade-error.ts';
import { encodeQuery } from './url-query.ts';

export const userAgent = 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5';

export interface RestClientOptions {
	config: RestConfig;
	/** `Kubectl-Session`: ties the requests of one command together. */
	session: string;
	/** `kubectl exec`. */
	command: string;
	klog: Klog;
	clock: Clock;
}

export interface RestRequest {
	verb: 'GET' | 'POST' | 'DELETE';
	path: string;
	query?: readonly (readonly [string, string])[];
	accept?: string;
	/** Sent as JSON. */
	body?: string;
	/** Named in the error that is made up when the server does not explain itself. */
	resource?: string;
	name?: string;
}

const anyJson = 'application/json, */*';

export class RestClient {
	readonly config: RestConfig;
	readonly #options: RestClientOptions;
	readonly #agent: https.Agent;
	readonly #upgraded = new Set<Duplex>();
	#closed = false;

	constructor(options: RestClientOptions) {
		this.#options = options;
		this.config = options.config;
		this.#agent = new https.Agent({ keepAlive: true, maxSockets: 1, ...this.#tls() });
	}

	/** Host and port of the API server, as the discovery cache names its folders. */
	get host(): string {
		return new URL(this.config.server).host;
	}

	/** The parsed body of an answer between 200 and 206; throws StatusError or UrlError. */
	async json(request: RestRequest): Promise<unknown> {
		const text = await this.text(request);
		try {
			return JSON.parse(text) as unknown;
		} catch (cause) {
			throw new Error(`couldn't get version/kind; json parse error: ${(cause as Error).message}`);
		}
	}

	async text(request: RestRequest): Promise<string> {
		const response = await this.#send(request);
		const chunks: Buffer[] = [];
		try {
			for await (const chunk of response) chunks.push(chunk as Buffer);
		} catch (cause) {
			throw new Error(
				`Unexpected error when reading response body. Please retry. Original error: ${goNetworkError(cause)}`
			);
		}
		const raw = Buffer.concat(chunks);
		const body = (
			response.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
		).toString();
		logBody(this.#options.klog, 'Response Body', body);
		const code = response.statusCode ?? 0;
		if (code >= 200 && code <= 206) return body;
		throw responseError(request, code, response.headers['content-type'] ?? '', body);
	}

	/** The objects of a watch, until the server or the reader ends it. */
	async *watch(request: RestRequest): AsyncGenerator<unknown> {
		const response = await this.#send(request);
		const code = response.statusCode ?? 0;
		if (code !== 200) {
			let body = '';
			for await (const chunk of response) body += String(chunk);
			throw responseError(request, code, response.headers['content-type'] ?? '', body);
		}
		let rest = '';
		response.setEncoding('utf8');
		try {
			for await (const chunk of response) {
				const lines = (rest + String(chunk)).split('\n');
				rest = lines.pop()!;
				for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as unknown;
			}
		} finally {
			response.destroy();
		}
	}

	/** Asks for SPDY/3.1; resolves with the connection after a 101 and the protocol that the server chose. */
	async upgrade(
		path: string,
		query: readonly (readonly [string, string])[],
		protocols: readonly string[]
	): Promise<{ connection: Duplex; protocol: string }> {
		const { klog, clock } = this.#options;
		if (this.#closed) throw new Error('client closed');
		const url = this.#url(path, query);
		const offered: Headers = protocols.map((name) => ['X-Stream-Protocol-Version', name]);
		const shown: Shown = {
			verb: 'POST',
			url,
			headers: [...offered, ...this.#authorization(), ['User-Agent', userAgent]],
			startedMs: clock.now()
		};
		logRequest(klog, shown);
		const request = this.#requestUpgrade(url, offered);
		const { response, connection } = await answered(request).catch((error: unknown) => {
			logResponse(klog, shown, '', [], clock.now());
			const text = goNetworkError(error, url);
			throw new Error(
				`error sending request: Post ${url}: ${text === 'EOF' ? 'unexpected EOF' : text}`
			);
		});
		logResponse(klog, shown, statusLine(response), response.rawHeaders, clock.now());
		const accepted = /spdy\/3\.1/i.test(response.headers.upgrade ?? '');
		if (connection && accepted) {
			return { connection, protocol: String(response.headers['x-stream-protocol-version'] ?? '') };
		}
		connection?.destroy();
		// kubectl 1.15 follows redirects here, credentials and all, wherever they lead; we do not.
		const where = response.headers.location;
		if (where !== undefined) {
			throw new Error(`unable to upgrade connection: redirected to ${where}, not followed`);
		}
		throw upgradeError(connection ? '' : await readAll(response));
	}

	/** Ends all connections at once; what is asked for later fails. */
	close(): void {
		this.#closed = true;
		this.#agent.destroy();
		for (const socket of this.#upgraded) socket.destroy();
	}

	async #send(request: RestRequest): Promise<http.IncomingMessage> {
		const { klog, clock } = this.#options;
		if (this.#closed) throw new Error('client closed');
		const url = this.#url(request.path, request.query ?? []);
		const headers: Headers = [
			['Accept', request.accept ?? anyJson],
			...this.#authorization(),
			...(request.body === undefined ? [] : [['Content-Type', 'application/json'] as const])
		];
		if (request.body !== undefined) logBody(klog, 'Request Body', request.body);
		const shown: Shown = {
			verb: request.verb,
			url,
			headers: [...headers, ['User-Agent', userAgent]],
			startedMs: clock.now()
		};
		logRequest(klog, shown);
		const options = {
			method: request.verb,
			agent: this.#agent,
			headers: this.#plainHeaders(url, headers, request.body)
		};
		const outgoing = https.request(url, options);
		// Node would add `keep-alive`, which HTTP/1.1 means anyway and Go does not say.
		outgoing.removeHeader('Connection');
		outgoing.end(request.body);
		const { response } = await answered(outgoing).catch((error: unknown) => {
			logResponse(klog, shown, '', [], clock.now());
			const { verb } = request;
			throw new UrlError(verb[0] + verb.slice(1).toLowerCase(), url, goNetworkError(error, url));
		});
		logResponse(klog, shown, statusLine(response), response.rawHeaders, clock.now());
		return response;
	}

	/** Go writes Host and User-Agent first, the length next, the rest by name, Accept-Encoding last. */
	#plainHeaders(url: string, headers: Headers, body?: string): Record<string, string> {
		const length: Headers =
			body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]];
		return Object.fromEntries([
			['Host', new URL(url).host],
			['User-Agent', userAgent],
			...length,
			...headers,
			...this.#marks(),
			['Accept-Encoding', 'gzip']
		]);
	}

	#requestUpgrade(url: string, offered: Headers): http.ClientRequest {
		const { hostname, host, port, pathname, search } = new URL(url);
		const socket = tls.connect({
			host: hostname.replace(/^\[|\]$/g, ''),
			port: Number(port || 443),
			...this.#tls()
		});
		this.#upgraded.add(socket);
		socket.on('close', () => this.#upgraded.delete(socket));
		const options = {
			method: 'POST',
			path: pathname + search,
			createConnection: () => socket,
			headers: [
				['Host', host],
				['User-Agent', userAgent],
				['Content-Length', '0'],
				...this.#authorization(),
				['Connection', 'Upgrade'],
				...this.#marks(),
				['Upgrade', 'SPDY/3.1'],
				...offered
			].flat()
		};
		const request = http.request(options);
		request.end();
		return request;
	}

	#url(path: string, query: readonly (readonly [string, string])[]): string {
		return `${this.config.server}${path}${query.length > 0 ? `?${encodeQuery(query)}` : ''}`;
	}

	#authorization(): Headers {
		const { token } = this.config;
		return token ? [['Authorization', `Bearer ${token}`]] : [];
	}

	/** kubectl 1.15 sent neither of these: 1.21 brought them. They tell the API server what belongs together. */
	#marks(): Headers {
		return [
			['Kubectl-Command', this.#options.command],
			['Kubectl-Session', this.#options.session]
		];
	}

	#tls(): { ca?: string; cert?: string; key?: string } {
		const { ca, cert, key } = this.config;
		return { ca, cert, key };
	}
}

/** The response head, with the connection when the answer was 101; rejects when there was no answer. */
function answered(
	request: http.ClientRequest
): Promise<{ response: http.IncomingMessage; connection?: Duplex }> {
	return new Promise((resolve, reject) => {
		request.on('response', (response) => resolve({ response }));
		request.on('upgrade', (response, connection, head) => {
			connection.on('error', () => {});
			if (head.length > 0) connection.unshift(head);
			resolve({ response, connection });
		});
		request.on('error', reject);
	});
}

function statusLine(response: http.IncomingMessage): string {
	return `${response.statusCode} ${response.statusMessage}`;
}

async function readAll(response: http.IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	try {
		for await (const chunk of response) chunks.push(chunk as Buffer);
	} catch {
		return 'unable to read error from server response';
	}
	return Buffer.concat(chunks).toString();
}
