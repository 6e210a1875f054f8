/**
 * The kubelet's client for the API server, as `system:node:NAME` by client certificate. A connection for each request
 * (upstream multiplexes them over one), so that each run has whole connections in its recording.
 */
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { eras, type EraId } from '../../trace/eras.ts';
import type { Run } from '../../trace/trace.ts';
import { socketOptions, type Address } from '../transport/address.ts';

export interface ApiClientOptions {
	address: Address;
	ca: string;
	cert: string;
	key: string;
}

export interface ApiAnswer {
	status: number;
	/** The JSON body; undefined when it was none. */
	body: unknown;
}

export class ApiClient {
	readonly #options: ApiClientOptions;
	readonly #era: () => EraId;
	readonly #ending = new AbortController();

	/** @param era whose release the kubelet calls itself */
	constructor(options: ApiClientOptions, era: () => EraId) {
		this.#options = options;
		this.#era = era;
	}

	/** Announces and sends one request. Throws when there is no answer at all. */
	async request(run: Run, method: string, path: string, body?: object): Promise<ApiAnswer> {
		const response = await this.#send(run, method, path, body);
		let text = '';
		response.setEncoding('utf8');
		for await (const chunk of response) text += chunk as string;
		return { status: response.statusCode ?? 0, body: parse(text) };
	}

	/** Opens a watch: each value is one line of its answer. Ends when the API server ends it; throws when it refuses. */
	async *watch(run: Run, path: string): AsyncGenerator<unknown> {
		const response = await this.#send(run, 'GET', path);
		if (response.statusCode !== 200) {
			response.destroy();
			throw new Error(`GET ${path}: ${response.statusCode}`);
		}
		response.setEncoding('utf8');
		let rest = '';
		for await (const chunk of response) {
			const lines = (rest + (chunk as string)).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) if (line.trim() !== '') yield parse(line);
		}
	}

	/** Ends all open requests and watches. */
	close(): void {
		this.#ending.abort();
	}

	async #send(run: Run, method: string, path: string, body?: object): Promise<IncomingMessage> {
		const out = await run.step('api-request', {
			n: `${method} ${path}`,
			from: 'kubelet',
			to: 'apiserver',
			facts: { method, path }
		});
		const { address, ca, cert, key } = this.#options;
		const content = body === undefined ? undefined : JSON.stringify(body);
		return new Promise((resolve, reject) => {
			const request = https.request({
				...httpsAddress(address),
				ca,
				cert,
				key,
				agent: false,
				signal: this.#ending.signal,
				method,
				path,
				headers: {
					'User-Agent': `kubelet/v${eras[this.#era()].version} (linux/amd64) execscope`,
					Accept: 'application/json, */*',
					...(content === undefined
						? {}
						: {
								'Content-Type': 'application/json',
								'Content-Length': String(Buffer.byteLength(content))
							}),
					traceparent: run.traceparent(out)
				}
			});
			request.on('response', resolve);
			request.on('error', reject);
			request.end(content);
		});
	}
}

function httpsAddress(address: Address): https.RequestOptions {
	return address.kind === 'unix' ? { socketPath: address.path } : socketOptions(address);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// A refusal by a door or a proxy is plain text: the status says enough.
		return undefined;
	}
}
