/**
 * `/cri/`: where the 302 leads. Upstream this is a call inside one process (`criHandler` is the dockershim itself,
 * installed by `InstallDebuggingHandlers`); here the shim is a program of its own, so the request goes on to the
 * socket of its streaming server. Because there is no proxy upstream, no `X-Forwarded-For` is added either: the head
 * passes as it came but for `traceparent`, which ties the bytes of this hop to the run.
 */
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { formatHead } from '../../wire/http1/head.ts';
import type { Message, Run } from '../../trace/trace.ts';
import { socketOptions, type Address } from '../transport/address.ts';
import { answer, statusText, text, type Answer, type Exchange } from './exchange.ts';
import { dialError } from './rpc-error.ts';

export interface CriCall {
	run: Run;
	/** The request as announced. */
	asked: Message;
	exchange: Exchange;
	token: string;
}

/** Forwards the request; when it is upgraded, copies bytes both ways until the first direction ends. */
export async function forwardToCri(criHandler: Address, call: CriCall): Promise<void> {
	const socket = await dial(criHandler);
	if (!(socket instanceof net.Socket)) return refuse(call, socket);
	try {
		const out = await announce(call);
		// The client may have gone while this step was held.
		if ((call.exchange.socket ?? call.exchange.response)?.destroyed) return void socket.destroy();
		const headers = forwardedHeaders(call.exchange.request, call.run.traceparent(out));
		if (call.exchange.socket) return await forwardUpgrade(socket, call, out, headers);
		await forwardPlain(socket, call, headers);
	} catch (error) {
		socket.destroy();
		throw error;
	}
}

function announce({ run, exchange, token }: CriCall): Promise<Message> {
	const { method, url } = exchange.request;
	return run.step('cri-handler', {
		n: `${method} ${url}`,
		facts: { method, url, token, upgrade: exchange.request.headers.upgrade ?? null }
	});
}

/** A connection, or the answer that tells why there is none. */
function dial(address: Address): Promise<net.Socket | Answer> {
	return new Promise((resolve) => {
		const socket = net.connect({ ...socketOptions(address), allowHalfOpen: true, noDelay: true });
		const failed = (error: Error) =>
			resolve(text(500, `error dialing backend: ${dialError(error, address)}`));
		socket.once('error', failed);
		socket.once('connect', () => {
			socket.off('error', failed);
			// Its end is seen by 'close'; what went wrong has nobody to be told to.
			socket.on('error', () => {});
			resolve(socket);
		});
	});
}

async function refuse({ run, asked, exchange }: CriCall, refusal: Answer): Promise<void> {
	await run.reply(asked, {
		n: statusText(refusal.status),
		facts: { status: refusal.status, body: refusal.body ?? '' }
	});
	answer(exchange, refusal);
}

/** The header lines as they came, with our own traceparent in the place of any other. */
function forwardedHeaders(request: http.IncomingMessage, traceparent: string): [string, string][] {
	const headers: [string, string][] = [];
	for (let at = 0; at < request.rawHeaders.length; at += 2) {
		const name = request.rawHeaders[at]!;
		if (name.toLowerCase() !== 'traceparent') headers.push([name, request.rawHeaders[at + 1]!]);
	}
	return [...headers, ['traceparent', traceparent]];
}

async function forwardUpgrade(
	backend: net.Socket,
	call: CriCall,
	out: Message,
	headers: [string, string][]
): Promise<void> {
	const { run, asked, exchange } = call;
	const client = exchange.socket!;
	backend.write(formatHead(`${exchange.request.method} ${exchange.request.url} HTTP/1.1`, headers));
	const spliced = splice(client, backend);
	const begun = await firstLine(backend);
	if (!begun) return void client.destroy();
	if (begun.status === 101) run.splice(asked, out);
	else {
		run.refused();
		await run.reply(asked, { n: statusText(begun.status), facts: { status: begun.status } });
	}
	spliced.answer(begun.bytes);
	await spliced.done;
}

/** Reads until the status line is there; undefined when the connection ends before. */
function firstLine(socket: net.Socket): Promise<{ status: number; bytes: Buffer } | undefined> {
	return new Promise((resolve) => {
		let bytes = Buffer.alloc(0);
		const settle = (result: { status: number; bytes: Buffer } | undefined) => {
			socket.pause();
			socket.off('data', read);
			socket.off('end', gone);
			socket.off('close', gone);
			resolve(result);
		};
		const gone = () => settle(undefined);
		const read = (chunk: Buffer) => {
			bytes = Buffer.concat([bytes, chunk]);
			const line = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n/.exec(bytes.toString('latin1'));
			if (line) settle({ status: Number(line[1]), bytes });
			else if (bytes.includes('\n') || bytes.length > 64 * 1024) gone();
		};
		socket.on('data', read);
		socket.on('end', gone);
		socket.on('close', gone);
	});
}

interface Splice {
	/** Passes on what the backend said first, and from then on all that it says. */
	answer(bytes: Uint8Array): void;
	/** Both connections are closed. */
	done: Promise<void>;
}

/**
 * Copies bytes both ways, from the client at once, so that its leaving is seen while the backend still thinks. The
 * first direction to end ends both, as upstream's proxies do; the other side's leftovers are read and thrown away, so
 * that no reset overtakes what was sent last.
 */
function splice(client: Duplex, backend: Duplex): Splice {
	const ends = [
		[client, backend],
		[backend, client]
	] as const;
	let ending = false;
	const endBoth = () => {
		if (ending) return;
		ending = true;
		for (const [from, to] of ends) {
			from.unpipe(to);
			if (!to.writableEnded) to.end();
			from.resume();
		}
	};
	const closed = ends.map(
		([from, to]) =>
			new Promise<void>((resolve) => {
				from.on('end', endBoth);
				from.on('error', () => to.destroy());
				from.on('close', () => {
					// After a clean end the other side may still be writing out what it has.
					if (!from.readableEnded || (from === client && to.writableFinished)) to.destroy();
					else if (from === client) to.once('finish', () => to.destroy());
					resolve();
				});
			})
	);
	client.pipe(backend, { end: false });
	return {
		answer(bytes) {
			if (backend.destroyed && !backend.readableEnded) return void client.destroy();
			if (ending) return;
			client.write(bytes);
			backend.pipe(client, { end: false });
		},
		done: Promise.all(closed).then(() => {})
	};
}

/** A request without an upgrade, through Node's client on the connection that is open already. */
function forwardPlain(
	backend: net.Socket,
	{ run, asked, exchange }: CriCall,
	headers: [string, string][]
): Promise<void> {
	const { request, response } = exchange;
	return new Promise((resolve, reject) => {
		const outgoing = http.request({
			createConnection: () => backend,
			method: request.method,
			path: request.url,
			setHost: false,
			headers: headers.flat()
		});
		outgoing.on('error', reject);
		outgoing.on('close', () => backend.destroy());
		outgoing.on('response', (incoming) => {
			const status = incoming.statusCode ?? 502;
			run
				.reply(asked, { n: statusText(status), facts: { status } })
				.then(() => {
					response?.writeHead(status, incoming.rawHeaders);
					incoming.pipe(response!);
					incoming.on('close', resolve);
				})
				.catch(reject);
		});
		response?.on('close', () => outgoing.destroy());
		request.pipe(outgoing);
	});
}
