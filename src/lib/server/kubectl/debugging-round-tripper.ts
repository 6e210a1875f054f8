/**
 * What `-v=6` to `-v=9` show of each request: client-go's `debuggingRoundTripper`. Go shows headers in random order;
 * ours have one. 1.15 showed bearer tokens as they are: here they are starred, in the same length.
 */
import { places, type Klog } from './klog.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

export interface Shown {
	verb: string;
	url: string;
	/** Those that client-go sets: what the transport adds below it does not show. */
	headers: Headers;
	/** Time on the clock when the request was made, in milliseconds. */
	startedMs: number;
}

export function logRequest(klog: Klog, { verb, url, headers }: Shown): void {
	if (klog.level >= 9) return klog.info(9, places.curl, curl(verb, url, headers));
	klog.info(7, places.url, `${verb} ${url}`);
	klog.info(7, places.requestHeaders, 'Request Headers:');
	for (const [name, value] of headers) {
		klog.info(7, places.requestHeader, `    ${name}: ${starred(name, value)}`);
	}
}

/** `status` is `200 OK`, or empty when there was no answer; `rawHeaders` is Node's flat list. */
export function logResponse(
	klog: Klog,
	{ verb, url, startedMs }: Shown,
	status: string,
	rawHeaders: readonly string[],
	nowMs: number
): void {
	const took = `${status} in ${Math.floor(nowMs - startedMs)} milliseconds`;
	if (klog.level === 6 || klog.level >= 9) klog.info(6, places.timing, `${verb} ${url} ${took}`);
	else klog.info(7, places.status, `Response Status: ${took}`);
	klog.info(8, places.responseHeaders, 'Response Headers:');
	for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
		const name = canonical(rawHeaders[at]!);
		// Go's client takes this one out of the headers.
		if (name === 'Transfer-Encoding') continue;
		klog.info(8, places.responseHeader, `    ${name}: ${rawHeaders[at + 1]}`);
	}
}

const bodyLimits: Record<number, number> = { 8: 1024, 9: 10_240 };

/** `Request Body` or `Response Body`, cut as long bodies are. */
export function logBody(klog: Klog, prefix: 'Request Body' | 'Response Body', body: string): void {
	if (klog.level < 8) return;
	const most = bodyLimits[klog.level] ?? Infinity;
	const cut = (text: string) =>
		text.length > most ? `${text.slice(0, most)} [truncated ${text.length - most} chars]` : text;
	// Control characters mean a binary body, which upstream dumps.
	if (![...body].some((char) => char < '\n')) klog.info(8, places.body, `${prefix}: ${cut(body)}`);
	else klog.info(8, places.hexBody, `${prefix}:\n${cut(hexDump(Buffer.from(body)))}`);
}

/** The value as it may be shown: secrets are starred in the same length. */
function starred(name: string, value: string): string {
	if (name !== 'Authorization') return value;
	return value.replace(
		/^(Bearer )(.*)$/,
		(_, scheme: string, token: string) => scheme + '*'.repeat(token.length)
	);
}

function curl(verb: string, url: string, headers: Headers): string {
	const shown = headers.map(
		([name, value]) => ` -H ${JSON.stringify(`${name}: ${starred(name, value)}`)}`
	);
	return `curl -k -v -X${verb} ${shown.join('')} '${url}'`;
}

/** `content-type` to `Content-Type`, as Go's http.Header has its keys. */
function canonical(name: string): string {
	return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** Go's hex.Dump. */
function hexDump(bytes: Uint8Array): string {
	let dump = '';
	for (let at = 0; at < bytes.length; at += 16) {
		const row = [...bytes.subarray(at, at + 16)];
		const hex = (part: number[]) =>
			part.map((byte) => `${byte.toString(16).padStart(2, '0')} `).join('');
		const left = hex(row.slice(0, 8)).padEnd(24);
		const right = hex(row.slice(8)).padEnd(24);
		const text = row
			.map((byte) => (byte < 32 || byte > 126 ? '.' : String.fromCharCode(byte)))
			.join('');
		dump += `${at.toString(16).padStart(8, '0')}  ${left} ${right} |${text}|\n`;
	}
	return dump;
}
