import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	formatHead,
	headerValues,
	maxHeadBytes,
	parseHead
} from '../../../src/lib/wire/http1/head.ts';
import { Http1Error } from '../../../src/lib/wire/http1/http1-error.ts';
import { text } from '../../support/hex.ts';

describe('parseHead', () => {
	test('reads the request of kubectl exec, repeated headers in their order', () => {
		const head = parseHead(
			text(
				'POST /api/v1/namespaces/default/pods/nginx/exec?command=date HTTP/1.1\r\n' +
					'X-Stream-Protocol-Version: v4.channel.k8s.io\r\n' +
					'X-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\nrest'
			)
		);
		expect(head).toEqual({
			startLine: 'POST /api/v1/namespaces/default/pods/nginx/exec?command=date HTTP/1.1',
			method: 'POST',
			target: '/api/v1/namespaces/default/pods/nginx/exec?command=date',
			headers: [
				['X-Stream-Protocol-Version', 'v4.channel.k8s.io'],
				['X-Stream-Protocol-Version', 'v3.channel.k8s.io']
			],
			size: 165
		});
	});

	test('reads the response with which dockerd hijacks', () => {
		expect(parseHead(text('HTTP/1.1 101 UPGRADED\r\nUpgrade:tcp \t\r\n\r\n'))).toEqual({
			startLine: 'HTTP/1.1 101 UPGRADED',
			status: 101,
			reason: 'UPGRADED',
			headers: [['Upgrade', 'tcp']],
			size: 40
		});
	});

	test('waits for the end of the head', () => {
		expect(parseHead(text('HTTP/1.1 200 OK\r\nServer: x\r\n'))).toBeUndefined();
	});

	test.each([
		['GET / HTTP/2.0\r\n\r\n'],
		['GET  / HTTP/1.1\r\n\r\n'],
		['GET / HTTP/1.1\r\nno colon\r\n\r\n'],
		['GET / HTTP/1.1\r\nname : value\r\n\r\n'],
		['GET / HTTP/1.1\r\na: b\r\n folded\r\n\r\n'],
		['GET / HTTP/1.1\r\na: b\nc: d\r\n\r\n'],
		['\r\n\r\n']
	])('refuses %j', (head) => {
		expect(() => parseHead(text(head))).toThrow(Http1Error);
	});

	test('refuses a head without end', () => {
		expect(() => parseHead(new Uint8Array(maxHeadBytes).fill(97))).toThrow('head too long');
	});
});

describe('formatHead', () => {
	test('writes what parseHead reads, whatever the values are', () => {
		const name = fc.stringMatching(/^[A-Za-z0-9-]{1,10}$/);
		const value = fc.stringMatching(/^([!-~\u00a1-\u00ff]{1,20})?$/);
		fc.assert(
			fc.property(fc.array(fc.tuple(name, value)), (headers) => {
				const bytes = formatHead('HTTP/1.1 302 Found', headers);
				expect(parseHead(bytes)).toEqual({
					startLine: 'HTTP/1.1 302 Found',
					status: 302,
					reason: 'Found',
					headers,
					size: bytes.length
				});
			})
		);
	});

	test('does not let a value become a header line', () => {
		expect(() => formatHead('HTTP/1.1 302 Found', [['Location', '/\r\nSet-Cookie: x']])).toThrow(
			Http1Error
		);
		expect(() => formatHead('GET /a b HTTP/1.1', [])).toThrow(Http1Error);
		expect(() => formatHead('GET / HTTP/1.1', [['X', '\u20ac']])).toThrow(Http1Error);
	});
});

test('finds the values of a header whatever its case', () => {
	const headers: [string, string][] = [
		['Upgrade', 'SPDY/3.1'],
		['X', 'y'],
		['upgrade', 'b']
	];
	expect(headerValues({ headers }, 'UPGRADE')).toEqual(['SPDY/3.1', 'b']);
});

test('parseHead throws nothing but its own error', () => {
	const bytes = fc.oneof(
		fc.uint8Array(),
		fc.string().map((line) => text(`GET / HTTP/1.1\r\n${line}\r\n\r\n`)),
		fc.string().map((line) => text(`${line}\r\n\r\n`))
	);
	fc.assert(
		fc.property(bytes, (head) => {
			try {
				parseHead(head);
			} catch (error) {
				expect(error).toBeInstanceOf(Http1Error);
			}
		})
	);
});
