import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Http1Decoder, type Http1Event } from '../../../src/lib/wire/http1/http1-decoder.ts';
import { Http1Error } from '../../../src/lib/wire/http1/http1-error.ts';
import { maxHeadBytes } from '../../../src/lib/wire/http1/head.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { text } from '../../support/hex.ts';

const get = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const post = 'POST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc';

describe('requests', () => {
	test('are numbered, each with the place of its head, body and whole', () => {
		const events = new Http1Decoder('request').push(text(get + post));
		expect(events).toMatchObject([
			{ type: 'head', k: 0, o: 0, len: 28, method: 'GET', target: '/a' },
			{ type: 'end', k: 0, o: 0, len: 28 },
			{ type: 'head', k: 1, o: 28, len: 39 },
			{ type: 'body', k: 1, o: 67, len: 3, data: text('abc') },
			{ type: 'end', k: 1, o: 28, len: 42 }
		]);
	});

	const upgrade =
		'POST /exec/token HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n';

	test('that ask for an upgrade keep what follows until it is known whether they were', () => {
		const decoder = new Http1Decoder('request');
		expect(decoder.push(text(`${upgrade}\x80\x03`)).map(({ type }) => type)).toEqual([
			'head',
			'end'
		]);
		const o = upgrade.length;
		expect(decoder.upgraded()).toMatchObject([
			{ type: 'upgraded', o },
			{ type: 'opaque', o, len: 3 }
		]);
		expect(decoder.push(text('more'))).toMatchObject([{ type: 'opaque', o: o + 3, len: 4 }]);
	});

	test('that were refused their upgrade are followed by the next', () => {
		const decoder = new Http1Decoder('request');
		decoder.push(text(upgrade + get));
		expect(decoder.refused()).toMatchObject([{ type: 'head', k: 1 }, { type: 'end' }]);
	});

	test('cannot make the decoder keep bytes without end', () => {
		const decoder = new Http1Decoder('request');
		decoder.push(text(upgrade));
		expect(() => decoder.push(new Uint8Array(maxHeadBytes + 1))).toThrow(Http1Error);
	});

	test.each([
		['Content-Length: 1\r\nContent-Length: 2'],
		['Content-Length: -1'],
		['Content-Length: 1e3'],
		['Transfer-Encoding: gzip']
	])('with %s are refused', (header) => {
		const bytes = text(`POST / HTTP/1.1\r\n${header}\r\n\r\n`);
		expect(() => new Http1Decoder('request').push(bytes)).toThrow(Http1Error);
	});
});

describe('responses', () => {
	test('in chunks are decoded; head and pieces make up the whole message', () => {
		const events = new Http1Decoder('response').push(
			text('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: r\r\n\r\n')
		);
		expect(dataOf(events)).toBe('abc');
		const pieces = events.filter(({ type }) => type === 'head' || type === 'body');
		expect(pieces.reduce((sum, piece) => sum + ('len' in piece ? piece.len : 0), 0)).toBe(70);
		expect(events.at(-1)).toEqual({ type: 'end', k: 0, o: 0, len: 70 });
	});

	test('to HEAD, and of status 204 and 304, have no body', () => {
		const decoder = new Http1Decoder('response', { methodOf: (k) => (k === 0 ? 'HEAD' : 'GET') });
		const events = decoder.push(
			text(
				'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 \r\n\r\n'
			)
		);
		expect(events.map(({ type }) => type)).toEqual(['head', 'end', 'head', 'end', 'head', 'end']);
	});

	test('without a length end with the connection', () => {
		const decoder = new Http1Decoder('response');
		decoder.push(text('HTTP/1.1 200 OK\r\n\r\nabc'));
		expect(decoder.finish()).toEqual([{ type: 'end', k: 0, o: 0, len: 22 }]);
	});

	test('of status 100 belong to the same exchange as the final one', () => {
		const events = new Http1Decoder('response').push(
			text('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
		);
		expect(events).toMatchObject([
			{ type: 'head', k: 0, status: 100 },
			{ type: 'end', k: 0 },
			{ type: 'head', k: 0, status: 200 },
			{ type: 'end', k: 0 }
		]);
	});

	test('of status 101 upgrade by themselves', () => {
		const bytes = text('HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n\x01\x00');
		expect(new Http1Decoder('response').push(bytes)).toMatchObject([
			{ type: 'head', k: 0, o: 0, len: 39 },
			{ type: 'end', k: 0, o: 0, len: 39 },
			{ type: 'upgraded', o: 39 },
			{ type: 'opaque', o: 39, len: 2 }
		]);
	});

	test.each([['xyz\r\n'], ['-1\r\n'], ['3\r\nabcde'], ['3\nabc'], [`${'0'.repeat(5000)}`]])(
		'with the chunk %j are refused',
		(chunk) => {
			const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
			expect(() => new Http1Decoder('response').push(text(head + chunk))).toThrow(Http1Error);
		}
	);
});

test('any bytes, however cut, give the same events or the same refusal', () => {
	const message = fc.constantFrom(
		get,
		post,
		'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a\r\n!\r\n0\r\n\r\n',
		'GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
		'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
		'\r\n',
		'0\r\n\r\n'
	);
	const bytes = fc.oneof(
		fc
			.array(fc.oneof({ weight: 5, arbitrary: message }, fc.string()))
			.map((all) => text(all.join(''))),
		fc.uint8Array()
	);
	fc.assert(
		fc.property(
			bytes,
			fc.array(fc.nat()),
			fc.constantFrom<'request' | 'response'>('request', 'response'),
			(input, cuts, kind) => {
				expect(decode(kind, chunked(input, cuts))).toEqual(decode(kind, [input]));
			}
		),
		{ numRuns: 300 }
	);
});

test('a head that arrives byte by byte costs no more than its length', () => {
	const decoder = new Http1Decoder('request');
	const bytes = text(`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(100_000)}\r\n`);
	let heads = 0;
	for (let at = 0; at < bytes.length; at++) {
		heads += decoder.push(bytes.subarray(at, at + 1)).filter(({ type }) => type === 'head').length;
	}
	expect(heads).toBe(1);
});

function decode(kind: 'request' | 'response', chunks: Uint8Array[]) {
	const decoder = new Http1Decoder(kind);
	const { pieces, refused } = outcome(chunks, (chunk) => decoder.push(chunk), Http1Error);
	return refused ?? merge([...pieces, ...decoder.finish()]);
}

/** Neighbouring pieces of a body, or of opaque bytes, as one. */
function merge(events: Http1Event[]) {
	const merged: Http1Event[] = [];
	for (const event of events) {
		const last = merged.at(-1);
		const grows = event.type === 'body' || event.type === 'opaque';
		if (grows && last?.type === event.type) {
			last.len += event.len;
			last.data = Uint8Array.from([...last.data, ...event.data]);
		} else merged.push({ ...event });
	}
	return merged;
}

function dataOf(events: Http1Event[]): string {
	return events
		.map((event) => ('data' in event ? new TextDecoder().decode(event.data) : ''))
		.join('');
}
