/**
 * Sends an upgrade request and follows the kubelet's redirects: `ConnectWithRedirects` in apimachinery
 * `pkg/util/net/http.go` of 1.15. The request's head is written and the response's head read on the raw connection,
 * so that whatever follows a 101 is left untouched.
 */
import type { Duplex } from 'node:stream';
import { formatHead, headerValues, type Head } from '../../wire/http1/head.ts';
import { readResponse, type BackendResponse } from '../transport/read-response.ts';

export interface RedirectOptions<S extends Duplex> {
	method: string;
	location: URL;
	/** All headers but Host. */
	headers: readonly [name: string, value: string][];
	dial(location: URL): Promise<S>;
	/** Announces a request before it is written; its result is one more header. */
	announce(
		method: string,
		location: URL,
		redirects: number
	): Promise<[name: string, value: string] | undefined>;
	/**
	 * What to do with a redirect: follow it, or let the client have the 302. May throw to refuse both. Without it no
	 * redirect is looked at: it is an answer like others.
	 */
	judge?(from: URL, to: URL): 'follow' | 'hand back';
	maxRedirects: number;
	maxResponseBytes: number;
}

/** Resolves to the first answer that is not followed. Throws what the user is to read. */
export async function connectWithRedirects<S extends Duplex>(
	options: RedirectOptions<S>
): Promise<BackendResponse<S>> {
	let { method, location } = options;
	for (let redirects = 0; ; redirects++) {
		if (redirects >= options.maxRedirects) throw new Error(`too many redirects (${redirects})`);
		const socket = await options.dial(location);
		let kept = false;
		try {
			const traced = await options.announce(method, location, redirects);
			socket.write(
				requestHead(method, location, [...options.headers, ...(traced ? [traced] : [])])
			);
			const response = await readResponse(socket, options.maxResponseBytes);
			// A redirected request is a GET without a body, whatever it was before.
			const next = options.judge && redirectOf(response.head, location);
			if (!next || options.judge?.(options.location, next) === 'hand back') {
				kept = true;
				return response;
			}
			method = 'GET';
			location = next;
		} finally {
			if (!kept) socket.destroy();
		}
	}
}

function requestHead(method: string, location: URL, headers: [string, string][]): Uint8Array {
	const target = `${location.pathname}${location.search}`;
	return formatHead(`${method} ${target} HTTP/1.1`, [['Host', location.host], ...headers]);
}

/** Only 302 is a redirect here. Relative ones count from the current URL. */
function redirectOf(head: Head, current: URL): URL | undefined {
	if (head.status !== 302) return undefined;
	const location = headerValues(head, 'location')[0];
	if (!location) throw new Error(`${head.status} response missing Location header`);
	try {
		return new URL(location, current);
	} catch {
		throw new Error(`malformed Location header: parse ${location}: invalid URI for request`);
	}
}
