import { fromLatin1, latin1 } from '../bytes.ts';
import { Http1Error } from './http1-error.ts';

/**
 * The head of an HTTP/1.1 message: start line and header fields up to the empty line (RFC 9112). Strict on purpose,
 * as a server is: lines end in CRLF, no folded lines, no space before the colon.
 */
export interface Head {
	startLine: string;
	/** Requests only. */
	method?: string;
	target?: string;
	/** Responses only. */
	status?: number;
	reason?: string;
	/** In the order of the wire, repeated names included. */
	headers: [name: string, value: string][];
	/** Bytes of the head, the empty line included. */
	size: number;
}

/** A longer head is refused; the servers of this project take no longer one either. */
export const maxHeadBytes = 1024 * 1024;

/**
 * Reads a head off the beginning of the bytes; undefined while its end has not arrived. Throws Http1Error when the
 * bytes are no head, or when one has no end within `maxHeadBytes`.
 */
export function parseHead(bytes: Uint8Array): Head | undefined {
	const size = headSize(bytes, 0);
	if (size === undefined) {
		if (bytes.length >= maxHeadBytes) throw new Http1Error('head too long');
		return undefined;
	}
	if (size > maxHeadBytes) throw new Http1Error('head too long');
	return readHead(bytes.subarray(0, size));
}

/** Where the first CRLF CRLF ends, looked for from `start` on. */
function headSize(bytes: Uint8Array, start: number): number | undefined {
	for (let at = bytes.indexOf(13, start); at !== -1; at = bytes.indexOf(13, at + 1)) {
		if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
	}
	return undefined;
}

/** Reads a complete head; throws Http1Error. */
export function readHead(bytes: Uint8Array): Head {
	const [startLine = '', ...lines] = latin1(bytes.subarray(0, bytes.length - 4)).split('\r\n');
	return {
		...parseStartLine(startLine),
		headers: lines.map(parseHeaderLine),
		size: bytes.length
	};
}

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\s]+) HTTP\/1\.[01]$/;
const statusLine = /^HTTP\/1\.[01] ([1-9][0-9]{2})(?: ([^\r\n]*))?$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)$/;

function parseStartLine(startLine: string): Omit<Head, 'headers' | 'size'> {
	const status = statusLine.exec(startLine);
	if (status) return { startLine, status: Number(status[1]), reason: status[2] ?? '' };
	const request = requestLine.exec(startLine);
	if (request) return { startLine, method: request[1], target: request[2] };
	throw new Http1Error(`malformed start line ${quote(startLine)}`);
}

function parseHeaderLine(line: string): [string, string] {
	const [, name, value] = headerLine.exec(line) ?? [];
	if (name === undefined || value === undefined) {
		throw new Http1Error(`malformed header line ${quote(line)}`);
	}
	return [name, trimBlanks(value)];
}

/** Without blanks and tabs at both ends. (No regular expression: those backtrack on long runs of blanks.) */
function trimBlanks(text: string): string {
	let from = 0;
	let to = text.length;
	while (from < to && isBlank(text[from])) from++;
	while (to > from && isBlank(text[to - 1])) to--;
	return text.slice(from, to);
}

function isBlank(character: string | undefined): boolean {
	return character === ' ' || character === '\t';
}

function quote(text: string): string {
	return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

/** The bytes of a head. Throws Http1Error for what would not be read back as the same head. */
export function formatHead(
	startLine: string,
	headers: readonly (readonly [name: string, value: string])[]
): Uint8Array {
	parseStartLine(startLine);
	const lines = headers.map(([name, value]) => {
		const line = `${name}: ${value}`;
		parseHeaderLine(line);
		return line;
	});
	const bytes = fromLatin1([startLine, ...lines, '', ''].join('\r\n'));
	if (!bytes) throw new Http1Error('character outside Latin-1 in a head');
	return bytes;
}

/** The values of a header, whatever the case of its name, in the order of the wire. */
export function headerValues(head: Pick<Head, 'headers'>, name: string): string[] {
	const wanted = name.toLowerCase();
	return head.headers.filter(([found]) => found.toLowerCase() === wanted).map(([, value]) => value);
}

/** Whether a header whose values are comma lists (`Connection`, `Transfer-Encoding`) has this word. */
export function hasToken(head: Pick<Head, 'headers'>, name: string, token: string): boolean {
	return headerValues(head, name)
		.flatMap((value) => value.split(','))
		.some((word) => word.trim().toLowerCase() === token);
}
