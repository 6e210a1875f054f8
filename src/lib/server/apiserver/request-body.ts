/**
 * Reads the body of a write, as apiserver `pkg/endpoints/handlers/rest.go` (`limitedReadBody`): bounded, and JSON, which
 * kubectl sends for all but a review of access.
 */
import type { IncomingMessage } from 'node:http';
import { tooLarge, unsupportedMediaType } from './status.ts';

/** Upstream's `MaxRequestBodyBytes`. */
export const maxBodyBytes = 3 * 1024 * 1024;

export const json = 'application/json';
export const protobuf = 'application/vnd.kubernetes.protobuf';

/** The body as text; throws 415 for what is not JSON and 413 for what is too long. */
export async function readBody(request: IncomingMessage): Promise<string> {
	return (await readBodyOf([json], request)).bytes.toString('utf8');
}

/** The body and which of these it is; JSON where nothing is said. Throws 415 for another and 413 for what is too long. */
export async function readBodyOf(
	types: readonly string[],
	request: IncomingMessage
): Promise<{ type: string; bytes: Buffer }> {
	const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim() || json;
	if (!types.includes(type)) throw unsupportedMediaType(types);
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of request) {
		length += (part as Buffer).length;
		if (length > maxBodyBytes) throw tooLarge(maxBodyBytes);
		parts.push(part as Buffer);
	}
	return { type, bytes: Buffer.concat(parts) };
}
