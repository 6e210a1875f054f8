import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOfSpan } from '../../../src/lib/recording/frames/frames-of.ts';
import { SpdyEncoder } from '../../../src/lib/wire/spdy/frames.ts';
import { gapsIn } from '../../support/frame-gaps.ts';
import { RecordedConnection } from '../../support/recorded-connection.ts';

/** Bytes that begin like something, in every protocol. */
const beginnings: string[] = [
	'',
	'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n',
	'POST /exec/1/start HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 14\r\n\r\n{"Tty": false}',
	'HTTP/1.1 101 X\r\nUpgrade: SPDY/3.1\r\n\r\n',
	'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n',
	'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: base64.channel.k8s.io\r\n\r\n',
	'HTTP/1.1 101 X\r\nUpgrade: tcp\r\n\r\n',
	'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
	'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n',
	'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n',
	'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
];
const bits = [
	'\x80\x03\0\x01\0\0\0\x0a\0\0\0\x01\0\0\0\0\0\0',
	'\x80\x03\0\x04\0\0\0\x0c\0\0\0\x01\0\0\0\x01\0\0\0\x01',
	'\x80\x03\0\x07\0\0\0\x08\0\0\0\0\0\0\0\0',
	'\0\0\0\x03\0\0\0\x02hi',
	'\x82\x05\x01hell',
	'\x82\x82\0\0\0\0\xff\0',
	'\x80\x01b',
	'\x01\0\0\0\0\0\0\x03abc',
	'5\r\nhello\r\n',
	'0\r\n\r\n',
	'HTTP/1.1 100 Continue\r\n\r\n',
	'GET /x HTTP/1.1\r\n\r\n',
	'\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64',
	'\0\0\x07\0\x01\0\0\0\x01\0\0\0\0\x02\x0a\0',
	'\0\0\x03\x01\x04\0\0\0\x01\x83\x86\x84',
	'\0\0\x04\0\x08\0\0\0\x01\xff\0\0\0',
	'\0\0\x02\x09\x04\0\0\0\x01\xff\xff'
].map((text) => Buffer.from(text, 'latin1'));

const bytes = fc
	.array(fc.oneof(fc.constantFrom(...bits), fc.uint8Array({ maxLength: 24 })), { maxLength: 12 })
	.map((parts) => Buffer.concat(parts));
const deed = fc.record({
	dir: fc.constantFrom('>', '<'),
	bytes,
	leaveOut: fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, fc.nat(40)),
	skip: fc.oneof({ arbitrary: fc.constant(0), weight: 6 }, fc.nat(40))
});

// They compute for seconds on a busy machine, and wait for nothing.
describe('whatever crosses', { timeout: 60_000 }, () => {
	it('every byte of every span is in exactly one field, read at any time and in any order', () => {
		const run = fc.record({
			proto: fc.constantFrom('http/1.1', 'h2', undefined),
			ask: fc.constantFrom(...beginnings),
			answer: fc.constantFrom(...beginnings),
			deeds: fc.array(deed, { maxLength: 10 }),
			spans: fc.array(fc.tuple(fc.boolean(), fc.nat(300), fc.integer({ min: 1, max: 300 })))
		});
		fc.assert(
			fc.property(run, ({ proto, ask, answer, deeds, spans }) => {
				const of = new RecordedConnection(proto).send('>', ask).send('<', answer);
				const check = (dir: '>' | '<', o: number, len: number) => {
					const span = { c: 'c1', dir, o, len };
					expect(gapsIn(span, framesOfSpan(of.recording, span))).toEqual([]);
				};
				for (const { dir, bytes: sent, leaveOut, skip } of deeds) {
					of.send(dir, sent).leaveOut(dir, leaveOut).skip(dir, skip);
					if (of.at[dir] > 0 && skip % 2 === 0) check(dir, 0, of.at[dir]);
				}
				for (const [towards, o, len] of spans) check(towards ? '>' : '<', o, len);
				if (of.at['<'] > 0) check('<', 0, of.at['<']);
				if (of.at['>'] > 0) check('>', 0, of.at['>']);
			}),
			{ numRuns: 400 }
		);
	});
});

describe('bytes made to cost much', { timeout: 60_000 }, () => {
	const upgraded = (protocol: string) =>
		new RecordedConnection('http/1.1')
			.send('>', `GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`)
			.send('<', `HTTP/1.1 101 X\r\nUpgrade: ${protocol}\r\n\r\n`);
	const last = (of: RecordedConnection, dir: '>' | '<') => {
		const span = { c: 'c1', dir, o: of.at[dir] - 1, len: 1 };
		const frames = framesOfSpan(of.recording, span);
		expect(gapsIn(span, frames)).toEqual([]);
		return frames[0]!;
	};
	const mebibytes = (of: RecordedConnection, dir: '>' | '<', bit: Uint8Array, count: number) => {
		const part = Buffer.concat(Array<Uint8Array>(Math.ceil(2 ** 20 / bit.length)).fill(bit));
		for (let k = 0; k < count; k++) of.send(dir, part);
		return of;
	};

	it('millions of the smallest frames stop at a number', () => {
		expect(
			last(mebibytes(upgraded('websocket'), '<', Uint8Array.of(0x82, 0), 3), '<').trouble
		).toBe('too-far');
	});

	it('header blocks that inflate far stop at a size', () => {
		const encoder = new SpdyEncoder();
		const of = upgraded('SPDY/3.1');
		for (let id = 1; id < 200; id += 2)
			of.send(
				'>',
				encoder.encode({ type: 'syn-stream', id, fin: false, headers: { a: 'x'.repeat(60_000) } })
			);
		expect(last(of, '>').trouble).toBe('too-far');
	});

	it('a table that is referred to again and again stops too', () => {
		const entry = Buffer.concat([
			Buffer.from([0x40, 1, 0x61, 0x7f, 0xd0, 0x0e]),
			Buffer.alloc(1999, 0x78)
		]);
		const block = Buffer.concat([entry, Buffer.alloc(120, 0xbe)]);
		const head = Buffer.from([0, block.length >> 8, block.length & 255, 1, 4, 0, 0, 0, 1]);
		const of = new RecordedConnection('h2').send('>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
		expect(last(mebibytes(of, '>', Buffer.concat([head, block]), 1), '>').trouble).toBe('too-far');
	});

	it('a head without end is given up', () => {
		const of = new RecordedConnection('http/1.1').send('>', 'GET / HTTP/1.1\r\n');
		expect(last(mebibytes(of, '>', Buffer.from('a: b\r\n'), 2), '>').trouble).toBe('unreadable');
	});
});
