import http from 'node:http';
import { WebSocket } from 'ws';
import type { ExecscopeProcess } from '../support/execscope-process.ts';

export interface Answer {
	status: number;
	headers: http.IncomingHttpHeaders;
	body: string;
}

/** One request to the page's port, with exactly these headers beside Host: what a hostile page's browser would send. */
export function ask(
	target: ExecscopeProcess,
	method: string,
	path: string,
	headers: http.OutgoingHttpHeaders = {},
	body?: unknown
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = http.request({
			host: '127.0.0.1',
			port: target.port,
			method,
			path,
			agent: false,
			headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers }
		});
		request.on('error', reject);
		request.on('response', (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
			response.on('end', () =>
				resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
			);
		});
		request.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** Signs in as the page does; the headers that it then sends. */
export async function signIn(
	target: ExecscopeProcess
): Promise<{ Origin: string; Cookie: string }> {
	const body = { token: target.token };
	const answer = await ask(target, 'POST', '/api/session', { Origin: target.url }, body);
	const [cookie] = answer.headers['set-cookie'] ?? [];
	if (answer.status !== 200 || !cookie) throw new Error(`not signed in: ${answer.body}`);
	return { Origin: target.url, Cookie: cookie.split(';', 1)[0]! };
}

export async function fetchTicket(
	target: ExecscopeProcess,
	headers: http.OutgoingHttpHeaders
): Promise<string> {
	const answer = await ask(target, 'POST', '/api/ticket', { ...headers, 'X-Execscope': '1' });
	return (JSON.parse(answer.body) as { ticket: string }).ticket;
}

/** Opens `/live`: 101 when it opened (and is closed again), else the status of the refusal. */
export function openLive(
	target: ExecscopeProcess,
	headers: http.OutgoingHttpHeaders,
	ticket: string | undefined
): Promise<number> {
	return new Promise((resolve, reject) => {
		const protocols = ticket === undefined ? ['execscope'] : ['execscope', ticket];
		const socket = new WebSocket(`${target.url.replace('http', 'ws')}/live`, protocols, {
			headers: headers as Record<string, string>
		});
		socket.on('open', () => {
			socket.terminate();
			resolve(101);
		});
		socket.on('unexpected-response', (request, response) => {
			request.destroy();
			resolve(response.statusCode ?? 0);
		});
		socket.on('error', reject);
	});
}

export type Told = Record<string, unknown> & { type: string };

/** One open page, as far as the server can see it. */
export interface LivePage {
	/** An object as JSON, or exactly this. */
	send(message: object | string | Buffer): void;
	/** Everything that the server has said. */
	told: Told[];
	/** Resolves when the server has taken everything that was sent before. */
	taken(): Promise<void>;
	/** The code with which the server closed it. */
	closed: Promise<number>;
	close(): void;
}

/** What a socket is told, and how it ends. */
export function livePage(socket: WebSocket): LivePage {
	const told: Told[] = [];
	socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as Told));
	socket.on('error', () => {}); // 'close' follows, and is what counts
	return {
		send: (message) =>
			socket.send(
				typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)
			),
		told,
		taken: () =>
			new Promise((resolve) => {
				socket.once('pong', () => resolve());
				socket.ping();
			}),
		closed: new Promise((resolve) => socket.on('close', resolve)),
		close: () => socket.terminate()
	};
}

/** The page of a driver, open; without a ticket it fetches one. */
export async function openPage(
	target: ExecscopeProcess,
	headers: http.OutgoingHttpHeaders,
	ticket?: string
): Promise<LivePage> {
	const protocols = ['execscope', ticket ?? (await fetchTicket(target, headers))];
	const socket = new WebSocket(`${target.url.replace('http', 'ws')}/live`, protocols, {
		headers: headers as Record<string, string>
	});
	const page = livePage(socket);
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	return page;
}
