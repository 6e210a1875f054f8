/**
 * `proxyStream` of `pkg/kubelet/server/server.go`: the kubelet goes to the streaming server itself, with an
 * UpgradeAwareHandler as the API server has one, and passes the answer back. What fails on the way is told as text
 * (`responder.Error`), without a Status.
 */
import net from 'node:net';
import type { Facts } from '../../trace/event.ts';
import { eras } from '../../trace/eras.ts';
import type { Message, Run } from '../../trace/trace.ts';
import { formatHead, headerValues } from '../../wire/http1/head.ts';
import type { Clock, Limits } from '../limits.ts';
import { socketOptions, type Address } from '../transport/address.ts';
import { copyRefusal } from '../transport/copy-refusal.ts';
import { forwardedHeaders } from '../transport/forwarded-headers.ts';
import { readResponse, type BackendResponse } from '../transport/read-response.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import { tlsSocketOf } from '../transport/tapped-server.ts';
import { isSwitched, splice } from '../transport/upgrade-aware-proxy.ts';
import { httpError, statusText, type Answer, type Exchange } from './exchange.ts';
import { dialError } from './rpc-error.ts';

export interface ProxyHost {
	/** Where the node's streaming server listens. */
	streaming: Address;
	limits: Limits;
	clock: Clock;
}

export interface ProxyCall {
	run: Run;
	/** The request as announced. */
	asked: Message;
	exchange: Exchange;
	/** What the runtime answered: where the stream is served. */
	url: string;
	/** What the step tells beside its request. */
	facts: Facts;
}

/** The longest head of an answer: as long as Go's server lets that of a request be. */
const maxHeadBytes = 1024 * 1024;

/**
 * Resolves to the refusal that is still to be given, or to undefined when both connections are closed. Throws Dropped,
 * with the connection to the streaming server closed.
 */
export async function proxyStream(host: ProxyHost, call: ProxyCall): Promise<Answer | undefined> {
	const { run, exchange } = call;
	const client = exchange.socket;
	if (!client) return httpError(500, 'Upgrade request required');
	const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
	if (!url || !leadsTo(host.streaming, url)) {
		return httpError(502, `stream at ${call.url} refused: no streaming server of this node there`);
	}
	const backend = await dial(host.streaming);
	if (!(backend instanceof net.Socket)) return backend;
	const attended = whileWaiting(client, () => backend.destroy());
	try {
		const { method = 'GET' } = exchange.request;
		const out = await run.step('kubelet-proxy', {
			n: `${method} ${url.pathname}`,
			facts: { method, url: url.href, ...call.facts }
		});
		// The client may have gone while this step was held.
		if (backend.destroyed) return void client.destroy();
		backend.write(requestHead(exchange, url, run.traceparent(out)));
		const response = await readResponse(backend, maxHeadBytes).catch((error: Error) => error);
		if (client.destroyed || response instanceof Error) {
			backend.destroy();
			return response instanceof Error && !client.destroyed
				? httpError(500, response.message)
				: undefined;
		}
		attended();
		return await tryUpgrade(host, call, client, response, out);
	} catch (error) {
		backend.destroy();
		throw error;
	} finally {
		attended();
	}
}

/** Only where our own runtime serves streams: a URL from elsewhere must not send the kubelet through the network. */
function leadsTo(streaming: Address, { protocol, hostname, port }: URL): boolean {
	return (
		streaming.kind === 'tcp' &&
		protocol === 'http:' &&
		hostname === streaming.host &&
		Number(port || 80) === streaming.port
	);
}

/** A connection, or the answer that tells why there is none. */
function dial(address: Address): Promise<net.Socket | Answer> {
	return new Promise((resolve) => {
		const socket = net.connect({ ...socketOptions(address), noDelay: true });
		const failed = (error: Error) =>
			resolve(httpError(500, `error dialing backend: ${dialError(error, address)}`));
		socket.once('error', failed);
		socket.once('connect', () => {
			socket.off('error', failed);
			// From here on a broken connection is seen as its end.
			socket.on('error', () => {});
			resolve(socket);
		});
	});
}

/**
 * Tells when the client leaves before anybody reads from it; what it says meanwhile is left to be read. The returned
 * function ends that.
 */
function whileWaiting(client: TappedDuplex, left: () => void): () => void {
	// An end is told to who reads only, also when there is nothing before it.
	const look = () => void (client.readableLength === 0 && client.read());
	client.on('readable', look).on('end', left).on('close', left);
	return () => void client.off('readable', look).off('end', left).off('close', left);
}

/** As a direct dial writes it: Host stays the one that the kubelet was called by. */
function requestHead({ request }: Exchange, url: URL, traceparent: string): Uint8Array {
	return formatHead(`${request.method} ${url.pathname}${url.search} HTTP/1.1`, [
		['Host', request.headers.host ?? url.host],
		...forwardedHeaders(request, tlsSocketOf(request)?.remoteAddress),
		['traceparent', traceparent]
	]);
}

/** `UpgradeAwareHandler.tryUpgrade`, once the streaming server has answered. */
async function tryUpgrade(
	{ limits, clock }: ProxyHost,
	{ run, asked, exchange: { request } }: ProxyCall,
	client: TappedDuplex,
	response: BackendResponse,
	out: Message
): Promise<Answer | undefined> {
	const { head, socket } = response;
	const { status = 0 } = head;
	if (isSwitched(head, request.headers.upgrade ?? '')) {
		run.splice(asked, out);
		await splice(client, response);
		return undefined;
	}
	if (status < 400 && status !== 101 && eras[run.era].refuses3xx) {
		socket.destroy();
		return httpError(500, `invalid upgrade response: status code ${status}`);
	}
	run.refused();
	const [bytes] = headerValues(head, 'content-length');
	await run.reply(asked, {
		n: statusText(status),
		facts: { status, from: 'streaming', ...(bytes === undefined ? {} : { bytes: Number(bytes) }) }
	});
	const copying = { method: request.method ?? 'GET', clock, limitMs: limits.refusalCopyMs };
	await copyRefusal(client, response, copying);
	return undefined;
}
