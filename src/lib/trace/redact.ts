/** What never reaches a recording: the values of these HTTP headers, written as `*` of the same length. */
export const redactedHeaders: readonly string[] = ['authorization', 'cookie', 'set-cookie'];

/** And the bodies of these requests and of their answers. */
export const redactedBodies: readonly string[] = ['secrets', 'tokens'];

const secretPath = /\/(secrets|serviceaccounts\/[^/]+\/token|tokenreviews)(\/|\?|$)/i;

/** Whether the body of a request (`POST /path`), or that of its answer, is not to be written. */
export function hasSecretBody(request: string): boolean {
	return secretPath.test(request.replaceAll(/%[0-9a-f]{2}/gi, decoded));
}

function decoded(escape: string): string {
	return String.fromCharCode(parseInt(escape.slice(1), 16));
}

/** As many stars as there are bytes. */
export function redactAll(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes.length).fill(star);
}

const star = '*'.charCodeAt(0);
const colon = ':'.charCodeAt(0);

/** A copy of a complete HTTP/1.1 head with secret values starred, byte for byte as long as before. */
export function redactHead(head: Uint8Array): Uint8Array {
	const out = head.slice();
	const latin1 = (from: number, to: number) =>
		String.fromCharCode(...head.subarray(from, Math.min(to, from + 64)));
	for (let at = 0; at < head.length;) {
		const found = head.indexOf(0x0a, at);
		const end = found < 0 ? head.length : found;
		const name = head.indexOf(colon, at);
		if (name > at && name < end && redactedHeaders.includes(latin1(at, name).toLowerCase()))
			starValue(out, name + 1, end);
		at = end + 1;
	}
	return out;
}

/** Stars everything but blanks at the start and the carriage return at the end. */
function starValue(bytes: Uint8Array, from: number, to: number): void {
	let start = from;
	while (start < to && (bytes[start] === 0x20 || bytes[start] === 0x09)) start++;
	const end = bytes[to - 1] === 0x0d ? to - 1 : to;
	bytes.fill(star, start, end);
}
