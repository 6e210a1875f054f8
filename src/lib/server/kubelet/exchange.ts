/**
 * One HTTP request at the kubelet and the way back for its answer. An upgrade request and a plain one differ only in
 * how the answer is written: Node hands out the bare connection for the first.
 */
import http from 'node:http';
import { formatHead } from '../../wire/http1/head.ts';
import { arrivalOf } from '../transport/tapped-server.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { Arrival, Tap } from '../../trace/trace.ts';

export interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: string;
}

export interface Exchange {
	request: http.IncomingMessage;
	/** The request asks for an upgrade: the bare connection. */
	socket?: TappedDuplex;
	/** The request is a plain one. */
	response?: http.ServerResponse;
}

export function arrival(exchange: Exchange): Arrival {
	const { sink, k } = arrivalOf(exchange.request);
	// The tapped server was given this tap by the kubelet itself (see `server.ts`).
	return { tap: sink as Tap, k };
}

/** Writes the whole answer. After an upgrade request the connection ends with it. */
export function answer(exchange: Exchange, { status, headers = {}, body = '' }: Answer): void {
	const bytes = Buffer.from(body);
	const lengthened = { ...headers, 'Content-Length': String(bytes.length) };
	if (exchange.response) {
		exchange.response.writeHead(status, lengthened);
		exchange.response.end(bytes);
		return;
	}
	const head = formatHead(
		`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}`,
		Object.entries({ ...lengthened, Date: new Date().toUTCString(), Connection: 'close' })
	);
	exchange.socket?.end(Buffer.concat([head, bytes]));
	// What the peer still sends is of no interest, but its end of stream is.
	exchange.socket?.resume();
}

/** Ends the connection without a word, as a peer that is gone. */
export function hangUp(exchange: Exchange): void {
	exchange.socket?.destroy();
	exchange.response?.destroy();
	exchange.request.destroy();
}

/** An answer in go-restful's way (`WriteErrorString`): the bare text. */
export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
	return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** An answer in net/http's way (`http.Error`): the text and a newline, and browsers told not to guess. */
export function httpError(status: number, message: string): Answer {
	return text(status, `${message}\n`, { 'X-Content-Type-Options': 'nosniff' });
}

/** `http.Redirect` of Go: the small page is there for GET only. */
export function redirect(method: string, location: string): Answer {
	if (method !== 'GET') return { status: 302, headers: { Location: location } };
	const escaped = location
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&#34;')
		.replaceAll("'", '&#39;');
	return {
		status: 302,
		headers: { 'Content-Type': 'text/html; charset=utf-8', Location: location },
		body: `<a href="${escaped}">Found</a>.\n\n`
	};
}

/** `200 OK`, `302 Found`: how an answer's first line reads. */
export function statusText(status: number): string {
	return `${status} ${http.STATUS_CODES[status] ?? ''}`.trimEnd();
}
