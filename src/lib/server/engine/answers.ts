/** How dockerd 20.10 answers: its headers, in its order, and bodies as Go's JSON encoder writes them. */
import { STATUS_CODES, type ServerResponse } from 'node:http';

export const engineVersion = '20.10.24+dfsg1';
export const apiVersion = '1.41';
export const minApiVersion = '1.12';

type Header = [name: string, value: string];

const server: Header = ['Server', `Docker/${engineVersion} (linux)`];
const experimental: Header = ['Docker-Experimental', 'false'];
const api: Header = ['Api-Version', apiVersion];
const osType: Header = ['Ostype', 'linux'];

export interface Answer {
	status: number;
	/** Sent as JSON; undefined: no body. */
	json?: unknown;
	/** Sent as it is, instead of `json`. */
	text?: string;
	type?: string;
	/** A type that Go found out by looking at the body: it comes last. */
	sniffed?: string;
	headers?: Header[];
	/** Of the headers that every answer has, those that this one has not. */
	without?: string[];
	/** `Content-Length: 0` instead of no word about a body. */
	empty?: boolean;
}

/** Go leaves the length out, and sends chunks, once a body outgrows its buffer. */
const goBufferBytes = 2048;

export const errorAnswer = (status: number, message: string): Answer => ({
	status,
	json: { message }
});

export const statusLine = (status: number) => `${status} ${STATUS_CODES[status] ?? ''}`.trim();

export function send(response: ServerResponse, answer: Answer): void {
	const body = bodyOf(answer);
	const length = Buffer.byteLength(body ?? '');
	const counted: Header[] =
		body !== undefined || answer.empty ? [['Content-Length', String(length)]] : [];
	writeHead(response, answer, body !== undefined, length > goBufferBytes ? [chunked] : counted);
	response.end(body);
}

const chunked: Header = ['Transfer-Encoding', 'chunked'];

/** Sends the head of an answer whose body comes in pieces, each a chunk of its own. */
export function open(response: ServerResponse, answer: Answer): ServerResponse {
	writeHead(response, answer, false, [chunked]);
	response.flushHeaders();
	return response;
}

function writeHead(
	response: ServerResponse,
	answer: Answer,
	hasBody: boolean,
	framing: Header[]
): void {
	const headers = sorted(answer, hasBody);
	headers.push(['Date', new Date().toUTCString()], ...framing);
	if (answer.sniffed) headers.push(['Content-Type', answer.sniffed]);
	response.sendDate = false; // it has its place among the others
	response.removeHeader('connection');
	response.writeHead(answer.status, headers.flat());
}

function bodyOf(answer: Answer): string | undefined {
	if (answer.text !== undefined) return answer.text;
	return answer.json === undefined ? undefined : goJson(answer.json);
}

function sorted(answer: Answer, hasBody: boolean): Header[] {
	const type = answer.type ?? (hasBody && !answer.sniffed ? 'application/json' : undefined);
	const all: Header[] = [api, experimental, osType, server, ...(answer.headers ?? [])];
	if (type) all.push(['Content-Type', type]);
	return all
		.filter(([name]) => !answer.without?.includes(name))
		.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** JSON as encoding/json writes it: HTML characters escaped, a newline at the end. */
export function goJson(value: unknown): string {
	const escaped = JSON.stringify(value).replace(
		/[<>&\u2028\u2029]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
	return `${escaped}\n`;
}

/** The head that turns the connection of an exec's start into its raw stream. */
export function hijackHead(upgraded: boolean): string {
	const identity = [api, experimental, osType, server];
	const lines = upgraded ? [['Connection', 'Upgrade'], ['Upgrade', 'tcp'], ...identity] : identity;
	return [
		upgraded ? 'HTTP/1.1 101 UPGRADED' : 'HTTP/1.1 200 OK',
		'Content-Type: application/vnd.docker.raw-stream',
		...lines.map(([name, value]) => `${name}: ${value}`),
		'\r\n'
	].join('\r\n');
}

/** That of an attach, which says less. */
export const attachHead = (upgraded: boolean): string =>
	upgraded
		? `HTTP/1.1 101 UPGRADED\r\n${rawStream}Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n`
		: `HTTP/1.1 200 OK\r\n${rawStream}\r\n`;

/** An attach is refused in a raw stream too, which then ends. */
export const attachRefusal = (status: number, message: string): string =>
	`HTTP/1.1 ${statusLine(status)}\r\n${rawStream}\r\n${message}\r\n`;

const rawStream = 'Content-Type: application/vnd.docker.raw-stream\r\n';

/** The message that Go's decoder gives for broken JSON, for the mistakes that are made. */
export function parseGoJson(text: string): { value: unknown } | { error: string } {
	try {
		return { value: text.trim() === '' ? undefined : JSON.parse(text) };
	} catch {
		return { error: goJsonError(text) };
	}
}

function goJsonError(text: string): string {
	for (let end = 1; end <= text.length; end++) {
		if (couldBegin(text.slice(0, end))) continue;
		const before = text.slice(0, end - 1).trimEnd();
		const where = /[{,]$/.test(before)
			? 'looking for beginning of object key string'
			: 'looking for beginning of value';
		return `invalid character ${JSON.stringify(text[end - 1]).replace(/^"|"$/g, "'")} ${where}`;
	}
	return 'unexpected EOF';
}

/** Whether a valid JSON text may begin like this, as far as V8's own message tells. */
function couldBegin(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch (error) {
		const message = String(error);
		if (/Unexpected end of JSON input|Unterminated string/.test(message)) return true;
		const at = /at position (\d+)/.exec(message);
		return at !== null && Number(at[1]) >= text.length;
	}
}
