import http, { type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TappedDuplex } from '../../src/lib/server/transport/tapped-duplex.ts';
import { dialWebSocket } from '../../src/lib/server/transport/websocket-client.ts';
import type {
	WebSocketConnection,
	WebSocketOptions
} from '../../src/lib/server/transport/websocket-connection.ts';
import {
	acceptWebSocket,
	chooseProtocol
} from '../../src/lib/server/transport/websocket-server.ts';
import { duplexPair } from './duplex-pair.ts';

export interface WebSocketPair {
	client: WebSocketConnection;
	server: WebSocketConnection;
	sockets: [client: Duplex, server: TappedDuplex];
	/** What crossed after the heads, towards the server and back. */
	crossed: Record<'>' | '<', () => Buffer>;
}

/** Node's HTTP server on one end of a connection in memory; what it does with an upgrade is for the caller. */
export function upgradeServer(upgraded: (request: IncomingMessage, socket: TappedDuplex) => void): {
	socket: Duplex;
	/** All bytes so far, heads too. */
	bytes: Record<'>' | '<', Buffer[]>;
} {
	const [near, far] = duplexPair();
	const bytes: Record<'>' | '<', Buffer[]> = { '>': [], '<': [] };
	const tapped = new TappedDuplex(far, {
		bytes: (dir, chunk) => void bytes[dir].push(Buffer.from(chunk)),
		closed() {}
	});
	const server = http.createServer();
	server.on('upgrade', (request: IncomingMessage, _socket, head: Buffer) => {
		if (head.length > 0) tapped.unshift(head);
		tapped.on('error', () => {});
		upgraded(request, tapped);
	});
	server.emit('connection', tapped);
	near.on('error', () => {});
	return { socket: near, bytes };
}

/** Both ends of a WebSocket that speaks `protocol`. */
export async function webSocketPair(
	protocol: string,
	serverOptions: Partial<WebSocketOptions> = {},
	clientOptions: Partial<WebSocketOptions> = {}
): Promise<WebSocketPair> {
	let accept: (accepted: [WebSocketConnection, TappedDuplex]) => void = () => {};
	const accepting = new Promise<[WebSocketConnection, TappedDuplex]>((resolve) => {
		accept = resolve;
	});
	const { socket, bytes } = upgradeServer((request, tapped) => {
		const choice = chooseProtocol(request, [protocol]);
		if ('refusal' in choice) throw new Error(choice.refusal.reason);
		const options = { closeMs: 1000, ...serverOptions };
		accept([acceptWebSocket(request, tapped, choice.protocol, options), tapped]);
	});
	const dialing = dialWebSocket(socket, {
		url: new URL('https://127.0.0.1:6443/exec?command=date'),
		protocols: [protocol],
		closeMs: 1000,
		...clientOptions
	});
	const [client, [server, tapped]] = await Promise.all([dialing, accepting]);
	const afterHead = (dir: '>' | '<') => () => {
		const all = Buffer.concat(bytes[dir]);
		return all.subarray(all.indexOf('\r\n\r\n') + 4);
	};
	const crossed = { '>': afterHead('>'), '<': afterHead('<') };
	return { client, server, sockets: [socket, tapped], crossed };
}

/** Lets everything run that needs no time. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
