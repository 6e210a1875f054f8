import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import type { Duplex } from 'node:stream';
import { socketOptions, type Address } from './address.ts';
import type { Door } from './door.ts';
import { TappedDuplex, type Sink } from './tapped-duplex.ts';

export interface TappedServerOptions {
	address: Address;
	/** Absent: plain HTTP. */
	tls?: tls.TlsOptions;
	door: Door;
	/** A connection opened (for TLS: its handshake is done). */
	open(client: net.Socket): Sink;
	request(request: http.IncomingMessage, response: http.ServerResponse): void;
	/** `socket` is tapped and carries the bytes of `head` no more: they are put back to be read. */
	upgrade(request: http.IncomingMessage, socket: TappedDuplex): void;
}

/** A server that listens; `connections` are open ones, ended at once by `close`. */
export interface Listening {
	address: Address;
	close(): Promise<void>;
}

const arrivals = new WeakMap<http.IncomingMessage, { sink: Sink; k: number }>();

/** Where a request arrived: the sink of its connection and its number there, from 0. */
export function arrivalOf(request: http.IncomingMessage): { sink: Sink; k: number } {
	const found = arrivals.get(request);
	if (!found) throw new Error('not a request of a tapped server');
	return found;
}

/** The TLS socket under a request of a tapped server; undefined when it came without TLS. */
export function tlsSocketOf(request: http.IncomingMessage): tls.TLSSocket | undefined {
	const { socket } = request.socket as unknown as TappedDuplex;
	return socket instanceof tls.TLSSocket ? socket : undefined;
}

/** Both ends of the TCP connection under a request of a tapped server; undefined once it is closed. */
export function peerOf(request: http.IncomingMessage): { from: End; to: End } | undefined {
	const { socket } = request.socket as unknown as TappedDuplex;
	if (!(socket instanceof net.Socket)) return undefined;
	const from = endOf(socket.remoteAddress, socket.remotePort);
	const to = endOf(socket.localAddress, socket.localPort);
	return from && to && { from, to };
}

interface End {
	address: string;
	port: number;
}

function endOf(address: string | undefined, port: number | undefined): End | undefined {
	return address === undefined || port === undefined ? undefined : { address, port };
}

/**
 * Starts an HTTP/1.1 server every byte of which is seen by a sink. Node's own time-outs are off: the only
 * time-outs are those of `limits.ts`.
 */
export async function startTappedServer(options: TappedServerOptions): Promise<Listening> {
	const server = http.createServer({
		requestTimeout: 0,
		headersTimeout: 0,
		keepAliveTimeout: 0,
		maxHeaderSize: 1024 * 1024,
		insecureHTTPParser: false
	});
	server.timeout = 0;
	const open = new Set<Duplex>();

	const arrived = (request: http.IncomingMessage) => {
		const socket = request.socket as unknown as TappedDuplex;
		arrivals.set(request, { sink: socket.sink, k: socket.requests++ });
		return socket;
	};
	server.on('request', (request, response) => {
		arrived(request);
		const refusal = options.door(request);
		if (!refusal) return options.request(request, response);
		response.writeHead(refusal.status, {
			'Content-Type': 'text/plain; charset=utf-8',
			Connection: 'close'
		});
		response.end(`${refusal.message}\n`);
	});
	server.on('upgrade', (request: http.IncomingMessage, _socket: Duplex, head: Buffer) => {
		const socket = arrived(request);
		socket.on('error', () => socket.destroy());
		const refusal = options.door(request);
		if (refusal) {
			socket.end(
				`HTTP/1.1 ${refusal.status} ${http.STATUS_CODES[refusal.status] ?? ''}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(refusal.message) + 1}\r\n\r\n${refusal.message}\n`
			);
			return;
		}
		if (head.length > 0) socket.unshift(head);
		options.upgrade(request, socket);
	});
	server.on('clientError', (_error, socket) => {
		if (!socket.writable) return void socket.destroy();
		socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
		// Unread bytes would hide that the client has left, and keep connection and run open for ever.
		socket.resume();
	});

	const accept = (socket: net.Socket) => {
		socket.setNoDelay(true);
		const tapped = new TappedDuplex(socket, options.open(socket));
		open.add(tapped);
		tapped.on('close', () => open.delete(tapped));
		tapped.on('error', () => {});
		server.emit('connection', tapped);
	};
	const listener = options.tls
		? tls.createServer({ ...options.tls, ALPNProtocols: ['http/1.1'] }, (socket) => {
				// Only now: a client that leaves before its handshake is done would keep its socket for two minutes.
				socket.allowHalfOpen = true;
				accept(socket);
			})
		: net.createServer({ allowHalfOpen: true }, accept);
	const raw = new Set<net.Socket>();
	listener.on('connection', (socket: net.Socket) => {
		raw.add(socket);
		socket.on('close', () => raw.delete(socket));
		socket.on('error', () => {});
	});
	listener.on('tlsClientError', (_error: Error, socket: net.Socket) => socket.destroy());
	await listen(listener, options.address);
	return {
		address: boundAddress(listener, options.address),
		async close() {
			const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
			for (const socket of open) socket.destroy();
			for (const socket of raw) socket.destroy();
			server.close();
			await closed;
		}
	};
}

/** Listens, or throws what the system said. */
export function listen(server: net.Server, address: Address): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(socketOptions(address), () => {
			server.off('error', reject);
			resolve();
		});
	});
}

/** The address with the port that the system chose when it was 0. */
export function boundAddress(server: net.Server, asked: Address): Address {
	const bound = server.address();
	return asked.kind === 'tcp' && bound !== null && typeof bound === 'object'
		? { ...asked, port: bound.port }
		: asked;
}
