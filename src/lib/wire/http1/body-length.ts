import { hasToken, headerValues, type Head } from './head.ts';
import { Http1Error } from './http1-error.ts';

/** How the end of a message is found (RFC 9112, section 6.3): a number of bytes, chunks, or the end of the connection. */
export type BodyLength = number | 'chunked' | 'close';

/** `method` is that of the request that a response answers. Throws Http1Error for a length that is none. */
export function bodyLength(head: Head, method: string | undefined): BodyLength {
	const response = head.status !== undefined;
	if (response && hasNoBody(head.status ?? 0, method)) return 0;
	if (headerValues(head, 'transfer-encoding').length > 0) {
		if (hasToken(head, 'transfer-encoding', 'chunked')) return 'chunked';
		if (response) return 'close';
		throw new Http1Error('request with a transfer encoding that is not chunked');
	}
	const lengths = new Set(headerValues(head, 'content-length'));
	if (lengths.size > 1) throw new Http1Error('several Content-Length that differ');
	for (const length of lengths) return parseLength(length);
	return response ? 'close' : 0;
}

function hasNoBody(status: number, method: string | undefined): boolean {
	return method === 'HEAD' || status < 200 || status === 204 || status === 304;
}

function parseLength(text: string): number {
	const length = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
	if (Number.isNaN(length))
		throw new Http1Error(`malformed Content-Length ${JSON.stringify(text.slice(0, 80))}`);
	return length;
}
