/**
 * The server's end of a WebSocket handshake, as golang.org/x/net/websocket's hybi.go and wsstream's `handshake` have
 * it: choose a sub-protocol first, so that the choice can be told, then accept.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import {
	libraryOptions,
	WebSocketClosedError,
	WebSocketConnection,
	type WebSocketOptions
} from './websocket-connection.ts';

/** An answer instead of 101. Go writes a head without headers, then `body`, and ends the connection. */
export interface WebSocketRefusal {
	status: 400 | 403 | 405;
	/** What the server's log says. */
	reason: string;
	body: string;
}

/** Whether a request asks for an upgrade to WebSocket. */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
	const upgrades = /(^|.*,\s*)upgrade($|\s*,)/.test(String(headers.connection ?? '').toLowerCase());
	return upgrades && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The sub-protocols that a request offers, in its order. Only the first line of that header counts. */
export function offeredProtocols(request: IncomingMessage): string[] {
	const line = request.headersDistinct['sec-websocket-protocol']?.[0]?.trim() ?? '';
	return line === '' ? [] : line.split(',').map((name) => name.trim());
}

/** The first offered sub-protocol that is known; '' stands for none at all, which must be known as such. */
export function chooseProtocol(
	request: IncomingMessage,
	known: readonly string[]
): { protocol: string } | { refusal: WebSocketRefusal } {
	const refuse = (status: 400 | 405, reason: string) => {
		return { refusal: { status, reason, body: reason } };
	};
	if (request.method !== 'GET') return refuse(405, 'bad method');
	if (!isWebSocketUpgrade(request)) return refuse(400, 'not websocket protocol');
	const key = request.headers['sec-websocket-key'] ?? '';
	if (!/^[+/0-9A-Za-z]{22}==$/.test(key)) return refuse(400, 'mismatch challenge/response');
	if (request.headers['sec-websocket-version'] !== '13') {
		return refuse(400, 'missing or bad WebSocket Version');
	}
	const offered = offeredProtocols(request);
	const protocol = (offered.length === 0 ? [''] : offered).find((name) => known.includes(name));
	if (protocol !== undefined) return { protocol };
	const reason = `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${known.join(' ')}]`;
	return { refusal: { status: 403, reason, body: '' } };
}

/**
 * Writes the 101 for a request that `chooseProtocol` found nothing wrong with. Throws WebSocketClosedError when the
 * client has gone.
 */
export function acceptWebSocket(
	request: IncomingMessage,
	socket: Duplex,
	protocol: string,
	options: WebSocketOptions
): WebSocketConnection {
	const server = new WebSocketServer({
		noServer: true,
		clientTracking: false,
		...libraryOptions(options)
	});
	// The library refuses names with a slash, which port-forward's has: it is neither shown nor asked to answer it.
	const { 'sec-websocket-protocol': _protocol, ...headers } = request.headers;
	const asked = { method: request.method, url: request.url, headers } as IncomingMessage;
	server.on('headers', (lines) => {
		if (protocol !== '') lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
	});
	let accepted: WebSocketConnection | undefined;
	server.handleUpgrade(asked, socket, Buffer.alloc(0), (library) => {
		accepted = new WebSocketConnection(library, socket, protocol, options);
	});
	if (!accepted) throw new WebSocketClosedError('connection closed');
	return accepted;
}
