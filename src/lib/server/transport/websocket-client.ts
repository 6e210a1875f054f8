/**
 * The client's end of a WebSocket handshake over a connection that is open already: client-go's
 * transport/websocket/roundtripper.go. It never follows a redirect.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import {
	libraryOptions,
	WebSocketConnection,
	type WebSocketOptions
} from './websocket-connection.ts';

export interface DialOptions extends WebSocketOptions {
	/** What to ask for; its scheme is not looked at. */
	url: URL;
	/** Beside those of the handshake itself. */
	headers?: Readonly<Record<string, string>>;
	/** In order of preference. */
	protocols: readonly string[];
}

/** The server's answer where it was no 101. */
export interface WebSocketAnswer {
	status: number;
	statusText: string;
	headers: IncomingHttpHeaders;
	/** At most 16 KiB of it. */
	body: string;
}

/** There is no WebSocket; kubectl falls back to SPDY unless the connection itself broke. */
export class WebSocketHandshakeError extends Error {
	override name = 'WebSocketHandshakeError';
	/** Absent: there was a 101 that is not what was asked for, or no answer at all. */
	readonly answer: WebSocketAnswer | undefined;

	constructor(message: string, answer?: WebSocketAnswer) {
		super(message);
		this.answer = answer;
	}
}

const maxBodyBytes = 16 * 1024;

/** Resolves when the server has switched. Throws WebSocketHandshakeError, and the connection is closed then. */
export async function dialWebSocket(
	socket: Duplex,
	options: DialOptions
): Promise<WebSocketConnection> {
	const { protocols, headers } = options;
	const url = new URL(options.url);
	url.protocol = 'ws:';
	let chosen = '';
	// The library refuses names with a slash, so it learns neither of the question nor of the answer.
	const library = new WebSocket(url, {
		...libraryOptions(options),
		createConnection: () => socket as never,
		headers: { ...headers, 'Sec-WebSocket-Protocol': protocols.join(', ') }
	});
	library.on('upgrade', (answer) => {
		chosen = answer.headers['sec-websocket-protocol'] ?? '';
		delete answer.headers['sec-websocket-protocol'];
	});
	const connection = await new Promise<WebSocketConnection>((resolve, reject) => {
		library.on('unexpected-response', (request, answer) => {
			void readAnswer(answer).then((read) => {
				request.destroy();
				socket.destroy();
				reject(new WebSocketHandshakeError('websocket: bad handshake', read));
			});
		});
		library.on('error', (error) => reject(new WebSocketHandshakeError(error.message)));
		// At once: the library may have read messages already, and tells of them in this turn.
		library.on('open', () => resolve(new WebSocketConnection(library, socket, chosen, options)));
	});
	if (protocols.includes(chosen)) return connection;
	connection.cut();
	const expected = protocols.map((name) => JSON.stringify(name)).join(' ');
	const got = JSON.stringify(chosen);
	throw new WebSocketHandshakeError(`invalid protocol, expected one of [${expected}], got ${got}`);
}

async function readAnswer(answer: IncomingMessage): Promise<WebSocketAnswer> {
	let body = Buffer.alloc(0);
	try {
		for await (const chunk of answer) {
			body = Buffer.concat([body, chunk as Buffer]);
			if (body.length >= maxBodyBytes) break;
		}
	} catch {
		// Cut in the middle: what came is what there is.
	}
	return {
		status: answer.statusCode ?? 0,
		statusText: answer.statusMessage ?? '',
		headers: answer.headers,
		body: body.subarray(0, maxBodyBytes).toString()
	};
}
