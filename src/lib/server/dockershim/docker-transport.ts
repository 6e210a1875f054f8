/**
 * One request to the Docker Engine API on one connection (moby client/request.go, client/hijack.go): announced before
 * it leaves, tied to its announcement by `traceparent`. Upstream keeps connections open; a fresh one for each request
 * lets every recorded connection be read from its first byte.
 */
import http from 'node:http';
import net from 'node:net';
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { Message, Run } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { socketOptions, type Address } from '../transport/address.ts';
import { cannotConnect, DockerError, operationTimeout } from './docker-error.ts';

export interface DockerTransportOptions {
	docker: Address;
	limits: Limits;
	clock: Clock;
}

/** Who asks: the run that it belongs to, and when the answer is wanted no more. */
export interface Asking {
	run: Run;
	signal?: AbortSignal;
}

export interface DockerRequest {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	query?: Record<string, string>;
	body?: object;
	/** Defaults to `docker-request`. */
	step?: StepId;
	facts?: Facts;
	/** Milliseconds that it may take beyond what a short call may; Infinity: as long as it takes. */
	extraMs?: number;
}

export interface DockerAnswer {
	status: number;
	headers: http.IncomingHttpHeaders;
	body: Buffer;
}

/** A connection that speaks raw bytes from here on. */
export interface Hijacked {
	/** The request that asked for it: positions on the connection are told by it. */
	request: Message;
	socket: net.Socket;
	/** Bytes that arrived together with the answer's head. */
	head: Buffer;
}

const userAgent = 'kubelet';

/** Dials the engine anew for each request; ends what is open when it is closed. */
export class DockerTransport {
	/** `/v1.40` once the version is agreed, empty before. */
	prefix = '';
	readonly #options: DockerTransportOptions;
	readonly #open = new Set<net.Socket>();

	constructor(options: DockerTransportOptions) {
		this.#options = options;
	}

	/** Sends one request and reads its whole answer, whatever its status; throws DockerError without one. */
	async send(asking: Asking, request: DockerRequest): Promise<DockerAnswer> {
		const { message, options, payload } = await this.#announce(asking, request);
		return new Promise((resolve, reject) => {
			const sent = http.request(options);
			const stop = this.#limit(asking, request, sent, reject);
			sent.setHeader('traceparent', asking.run.traceparent(message));
			sent.on('error', (error) => reject(this.#failed(error)));
			sent.on('close', stop);
			sent.on('response', (response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', (error) => reject(this.#failed(error)));
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						body: Buffer.concat(chunks)
					})
				);
			});
			sent.end(payload);
		});
	}

	/** Sends a request that asks for the raw connection; throws DockerError when the answer is not 101. */
	async hijack(asking: Asking, request: DockerRequest): Promise<Hijacked> {
		const { message, options, payload } = await this.#announce(asking, request);
		return new Promise((resolve, reject) => {
			const sent = http.request(options);
			const stop = this.#limit(asking, { ...request, extraMs: Infinity }, sent, reject);
			sent.setHeader('traceparent', asking.run.traceparent(message));
			sent.setHeader('Connection', 'Upgrade');
			sent.setHeader('Upgrade', 'tcp');
			sent.on('error', (error) => {
				stop();
				reject(this.#failed(error));
			});
			sent.on('response', (response) => {
				stop();
				response.destroy();
				reject(
					new DockerError(
						`unable to upgrade to tcp, received ${response.statusCode}`,
						response.statusCode
					)
				);
			});
			sent.on('upgrade', (_response, socket, head) => {
				stop();
				socket.on('error', () => socket.destroy());
				resolve({ request: message, socket, head });
			});
			sent.end(payload);
		});
	}

	/** Ends every connection at once. */
	close(): void {
		for (const socket of this.#open) socket.destroy();
	}

	async #announce(asking: Asking, request: DockerRequest) {
		const query = new URLSearchParams(request.query).toString();
		const path = `${this.prefix}${request.path}${query ? `?${query}` : ''}`;
		const message = await asking.run.step(request.step ?? 'docker-request', {
			n: `${request.method} ${shortened(request.path)}`,
			facts: { method: request.method, url: path, ...request.facts }
		});
		const payload = request.body ? JSON.stringify(request.body) : undefined;
		const options: http.RequestOptions = {
			method: request.method,
			path,
			headers: {
				Host: 'docker',
				'User-Agent': userAgent,
				...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
				...(request.method === 'POST' ? { 'Content-Length': Buffer.byteLength(payload ?? '') } : {})
			},
			createConnection: () => this.#dial()
		};
		return { message, options, payload };
	}

	#dial(): net.Socket {
		const socket = net.connect({ ...socketOptions(this.#options.docker), allowHalfOpen: true });
		this.#open.add(socket);
		socket.on('close', () => this.#open.delete(socket));
		return socket;
	}

	/** Ends the request when it takes too long or nobody waits for it any more; the result stops that. */
	#limit(
		{ signal }: Asking,
		request: DockerRequest,
		sent: http.ClientRequest,
		reject: (error: Error) => void
	): () => void {
		const give = (error: Error) => {
			reject(error);
			sent.destroy();
		};
		const gone = () => give(new DockerError('context canceled'));
		if (signal?.aborted) queueMicrotask(gone);
		signal?.addEventListener('abort', gone);
		// One second less than the kubelet waits, so that it hears the reason from the shim.
		const ms = this.#options.limits.runtimeRequestMs - 1000 + (request.extraMs ?? 0);
		const stop =
			ms === Infinity ? () => {} : this.#options.clock.after(ms, () => give(operationTimeout()));
		return () => {
			signal?.removeEventListener('abort', gone);
			stop();
		};
	}

	#failed(error: NodeJS.ErrnoException): Error {
		const unreachable = ['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTSOCK'].includes(error.code ?? '');
		if (unreachable) return cannotConnect(this.#options.docker);
		return new DockerError(
			`error during connect: ${error.code === 'ECONNRESET' ? 'EOF' : error.message}`
		);
	}
}

/** Long ids as Docker shows them. */
function shortened(path: string): string {
	return path.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}
