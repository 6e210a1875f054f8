/** Reads the body of a write, as apiserver `pkg/endpoints/handlers/rest.go` (`limitedReadBody`): JSON, bounded. */
import type { IncomingMessage } from 'node:http';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** Upstream's `MaxRequestBodyBytes`. */
export const maxBodyBytes = 3 * 1024 * 1024;

/** The body as text; throws 415 for what is not JSON and 413 for what is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
	const type = (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim();
	if (type !== '' && type !== 'application/json') throw unsupportedMediaType();
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of request) {
		length += (part as Buffer).length;
		if (length > maxBodyBytes) throw tooLarge(maxBodyBytes);
		parts.push(part as Buffer);
	}
	return Buffer.concat(parts).toString('utf8');
}
