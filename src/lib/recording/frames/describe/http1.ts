import { latin1 } from '../../../wire/bytes.ts';
import { headerValues, readHead, type Head } from '../../../wire/http1/head.ts';
import { redactedHeaders } from '../../../trace/redact.ts';
import type { Side } from '../read/connection-decoder.ts';
import type { Entry } from '../read/frame-index.ts';
import { chunkSizeOf } from '../read/http1-walker.ts';
import type { Described } from './described.ts';
import { box, Layout, payload } from './layout.ts';

/** More header lines than this are one field. */
const shownHeaders = 500;

export function describeHead({ o, len }: Entry, side: Side): Described {
	const bytes = side.window.bytes(o, len);
	const head = readHead(bytes);
	const request = head.method !== undefined;
	const name = request ? `${head.method} ${head.target}` : `${head.status} ${head.reason}`;
	return {
		name: name.trim(),
		facts: pick(head, ['upgrade', 'content-type', 'location']),
		box: () => {
			const layout = new Layout(bytes, o);
			startLine(head, layout);
			headerLines(layout);
			return box('HTTP/1.1 head', o, len, layout.fields);
		}
	};
}

function pick(head: Head, names: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		names.flatMap((name) =>
			headerValues(head, name)
				.slice(0, 1)
				.map((value) => [name, value])
		)
	);
}

function startLine(
	{ startLine: line, method, target, status, reason }: Head,
	layout: Layout
): void {
	const size = line.length + 2;
	if (method !== undefined && target !== undefined) {
		layout.take('method', method.length + 1, method);
		layout.take('target', target.length + 1, target);
		layout.take('version', size - method.length - target.length - 2, line.slice(-8));
		return;
	}
	layout.take('version', 9, line.slice(0, 8));
	const statusBytes = reason ? 4 : size - 9;
	layout.take('status', statusBytes, String(status));
	layout.take('reason', size - 9 - statusBytes, reason ?? '');
}

function headerLines(layout: Layout): void {
	for (let count = 0; layout.left > 2 && count < shownHeaders; count++) {
		const line = lineOf(layout);
		const [, name = '', value = ''] = /^([^:]*):[ \t]*(.*?)[ \t]*\r\n$/s.exec(line) ?? [];
		const secret = redactedHeaders.includes(name.toLowerCase()) && value.includes('*');
		layout.take(name, line.length, value, secret ? { secret: true } : {});
	}
	if (layout.left > 2) layout.take('more headers', layout.left - 2, '…');
	layout.take('end of head', 2, '\\r\\n');
}

function lineOf(layout: Layout): string {
	const end = layout.peek(layout.left).indexOf(10) + 1;
	return latin1(layout.peek(end || layout.left));
}

export function describeBody({ o, len, x }: Entry, side: Side): Described {
	const type = contentType(x, side);
	return {
		name: 'body',
		payload: len,
		facts: type === undefined ? {} : { 'content-type': type },
		box: () => box('HTTP/1.1 body', o, len, payload(nameOf(type), o, len, side.window))
	};
}

export function describeChunk({ o, len, x }: Entry, side: Side): Described {
	const line = side.window.look(o, Math.min(len, 4096)).data;
	const lineBytes = line.indexOf(10) + 1;
	const size = chunkSizeOf(latin1(line.subarray(0, lineBytes))) ?? 0;
	const type = contentType(x, side);
	return {
		name: size === 0 ? 'last chunk' : 'chunk',
		...(size === 0 ? {} : { payload: size }),
		facts: type === undefined ? {} : { 'content-type': type },
		box: () => {
			const layout = new Layout(side.window.bytes(o, lineBytes), o);
			layout.take('chunk size', lineBytes, String(size));
			const body = o + lineBytes;
			const end = new Layout(side.window.bytes(body + size, len - lineBytes - size), body + size);
			if (size === 0) end.take('trailer', end.left - 2, (bytes) => latin1(bytes).trim());
			end.take('end of chunk', end.left, '\\r\\n');
			const inside =
				size === 0 ? [] : [box('body', body, size, payload(nameOf(type), body, size, side.window))];
			return box('HTTP/1.1 chunk', o, len, [...layout.fields, ...end.fields], inside);
		}
	};
}

function contentType(headAt: number, side: Side): string | undefined {
	const head = side.index.at(headAt);
	if (head?.kind !== 'head') return undefined;
	return headerValues(readHead(side.window.bytes(head.o, head.len)), 'content-type')[0];
}

function nameOf(type: string | undefined): string {
	return /json/.test(type ?? '') ? 'JSON' : /^text\//.test(type ?? '') ? 'text' : 'data';
}
