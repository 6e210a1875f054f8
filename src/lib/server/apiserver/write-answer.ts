/**
 * Writes answers as apiserver `pkg/endpoints/handlers/responsewriters` does: JSON with a line feed at its end, `nosniff`
 * on what a browser must not take for a page.
 */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { Answer } from './api-request.ts';
import { statusOf } from './status.ts';

export function bodyOf({ body }: Answer): string {
	return typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
}

/** The answer that an error becomes. */
export function errorAnswer(error: unknown): Answer {
	const status = statusOf(error);
	const headers: Record<string, string> =
		status.code === 403 ? { 'X-Content-Type-Options': 'nosniff' } : {};
	const { reason, message } = status;
	const facts = { ...(reason ? { reason } : {}), message };
	return { status: status.code, body: status, headers, facts };
}

export function writeAnswer(response: ServerResponse, answer: Answer): void {
	if (response.destroyed || response.headersSent) return;
	const body = bodyOf(answer);
	const type = typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
	response.writeHead(answer.status, {
		'Content-Type': type,
		...answer.headers,
		'Content-Length': Buffer.byteLength(body)
	});
	response.end(body);
}

/** A response for a connection that asked for an upgrade and may not get one; it ends with the answer. */
export function responseOn(request: IncomingMessage, socket: TappedDuplex): ServerResponse {
	const response = new ServerResponse(request);
	response.shouldKeepAlive = false;
	// Node takes any duplex here, and says so only in its documentation.
	response.assignSocket(socket as never);
	response.on('finish', () => socket.end(() => socket.resume()));
	socket.on('close', () => response.destroy());
	return response;
}
