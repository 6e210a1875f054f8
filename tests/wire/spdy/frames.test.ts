import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	SpdyDecoder,
	SpdyEncoder,
	SpdyError,
	type Frame,
	type PlacedFrame
} from '../../../src/lib/wire/spdy/frames.ts';
import { chunked } from '../../support/chunked.ts';
import { hex, text, toHex } from '../../support/hex.ts';

/** Frames without compressed headers, whose bytes are always the same. */
const plain: [string, Frame, string][] = [
	['data', { type: 'data', id: 3, fin: false, data: text('abc\n') }, '00000003 00 000004 6162630a'],
	['half-close of stdin', { type: 'data', id: 3, fin: true, data: hex('') }, '00000003 01 000000'],
	['cancel', { type: 'rst-stream', id: 7, status: 5 }, '8003 0003 00 000008 00000007 00000005'],
	['first ping of a client', { type: 'ping', id: 1 }, '8003 0006 00 000004 00000001'],
	[
		'goaway of kubectl',
		{ type: 'goaway', lastGood: 0, status: 0 },
		'8003 0007 00 000008 00000000 00000000'
	],
	[
		'window',
		{ type: 'window-update', id: 1, delta: 65536 },
		'8003 0009 00 000008 00000001 00010000'
	],
	[
		'settings',
		{ type: 'settings', flags: 1, settings: [{ flags: 2, id: 4, value: 100 }] },
		'8003 0004 01 00000c 00000001 02 000004 00000064'
	],
	[
		'type 77',
		{ type: 'unknown', control: 77, flags: 3, body: hex('0102') },
		'8003 004d 03 000002 0102'
	]
];

describe.each(plain)('%s', (_, frame, bytes) => {
	test('is written', () => {
		expect(toHex(new SpdyEncoder().encode(frame))).toBe(toHex(hex(bytes)));
	});

	test('is read', () => {
		const [read, ...more] = new SpdyDecoder().push(hex(bytes));
		expect(read?.frame).toEqual(frame);
		expect(more).toEqual([]);
	});
});

/** All that kubectl 1.20.2 sent after the 101 for `kubectl exec nginx -- date`. */
const kubectl = `
	80030001 00000029 00000001 00000000 0000
		78f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff
	80030001 00000019 00000003 00000000 0000 c22ac5565c92925f5a02000000ffff
	80030001 00000015 00000005 00000000 0000 c229975a5404000000ffff
	80030007 00000008 00000000 00000000`;

test('reads what a real kubectl sends: three streams, then goodbye', () => {
	const read = new SpdyDecoder().push(hex(kubectl));
	expect(read.map(({ frame }) => frame)).toEqual([
		...['error', 'stdout', 'stderr'].map((streamtype, at) => ({
			type: 'syn-stream',
			id: 1 + 2 * at,
			fin: false,
			headers: { streamtype }
		})),
		{ type: 'goaway', lastGood: 0, status: 0 }
	]);
});

test('reads the SYN_STREAM of an error stream, whose headers are not compressed at all', () => {
	// zlib header, id of the dictionary, a stored block of 27 bytes, an empty stored block.
	const bytes = hex(`
		8003 0001 00 000035  00000001 00000000 00 00
		78bb e3c6a7c2
		00 1b00 e4ff 00000001 0000000a 73747265616d74797065 00000005 6572726f72
		00 0000 ffff`);
	expect(new SpdyDecoder().push(bytes)).toEqual([
		{
			frame: { type: 'syn-stream', id: 1, fin: false, headers: { streamtype: 'error' } },
			o: 0,
			len: 61
		}
	]);
});

test('counts places from the first byte pushed', () => {
	const decoder = new SpdyDecoder();
	const ping = hex('8003000600000004 00000001');
	expect(decoder.push(ping).map(({ o, len }) => [o, len])).toEqual([[0, 12]]);
	const data = hex('0000000300000002 6162');
	expect(decoder.push(Uint8Array.from([...ping, ...data]))).toMatchObject([
		{ o: 12, len: 12 },
		{ o: 24, len: 10, dataAt: 32 }
	]);
});

test.each([
	['a DATA frame of stream 0', '00000000 00 000000', 'stream id zero is disallowed'],
	['a version that is not 3', '8002 0006 00 000004 00000001', 'control frame of SPDY version 2'],
	['HTTP', '48545450 2f312e31 20', 'never'],
	['a control frame of 1 MiB', '8003 0001 00 100000', 'control frame of 1048576 bytes'],
	['a PING of 8 bytes', '8003 0006 00 000008 0000000100000001', 'invalid control frame'],
	['a GOAWAY of 4 bytes', '8003 0007 00 000004 00000001', 'invalid control frame'],
	['PING 0', '8003 0006 00 000004 00000000', 'stream id zero is disallowed'],
	['a reset without status', '8003 0003 00 000008 0000000100000000', 'invalid control frame'],
	['a reset with flags', '8003 0003 01 000008 0000000100000005', 'invalid control frame'],
	['a SYN_REPLY of stream 0', '8003 0002 00 000004 00000000', 'stream id zero is disallowed'],
	['settings that lie', '8003 0004 00 000004 ffffffff', 'invalid control frame'],
	['a SYN_STREAM without headers', '8003 0001 00 000004 00000001', 'invalid control frame']
])('refuses %s', (_, bytes, message) => {
	if (message === 'never') {
		// The letters of HTTP look like a DATA frame of a huge stream: its bytes are waited for.
		expect(new SpdyDecoder().push(hex(bytes))).toEqual([]);
		return;
	}
	expect(() => new SpdyDecoder().push(hex(bytes))).toThrow(SpdyError);
	expect(() => new SpdyDecoder().push(hex(bytes))).toThrow(message);
});

test('gives the frames before garbage, then refuses for ever', () => {
	const decoder = new SpdyDecoder();
	expect(decoder.push(hex('8003000600000004 00000001 0000000000000000'))).toHaveLength(1);
	expect(() => decoder.push(hex(''))).toThrow(SpdyError);
	expect(() => decoder.push(hex('8003000600000004 00000001'))).toThrow(SpdyError);
});

const id = fc.integer({ min: 1, max: 0x7fffffff });
const headers = fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.stringMatching(/^[!-~]*$/));
const frame: fc.Arbitrary<Frame> = fc.oneof(
	fc.record({
		type: fc.constantFrom('syn-stream', 'syn-reply', 'headers'),
		id,
		fin: fc.boolean(),
		headers
	}),
	fc.record({ type: fc.constant('data'), id, fin: fc.boolean(), data: fc.uint8Array() }),
	fc.record({ type: fc.constant('rst-stream'), id, status: id }),
	fc.record({ type: fc.constant('ping'), id }),
	fc.record({ type: fc.constant('goaway'), lastGood: fc.nat(0x7fffffff), status: fc.nat() })
);

test('frames, however cut, are read as they were written', () => {
	fc.assert(
		fc.property(fc.array(frame), fc.array(fc.nat()), (frames, cuts) => {
			const bytes = encode(frames);
			const decoder = new SpdyDecoder();
			const read = chunked(bytes, cuts).flatMap((chunk) => decoder.push(chunk));
			expect(read.map((placed) => placed.frame)).toEqual(frames);
			expect(read.reduce((end, { o, len }) => (o === end ? o + len : NaN), 0)).toBe(bytes.length);
		})
	);
});

test('frames with damage, and any bytes, however cut, give the same frames and the same end', () => {
	const damaged = fc
		.tuple(fc.array(frame, { minLength: 1 }), fc.nat(), fc.nat(255))
		.map(([frames, place, byte]) => {
			const bytes = encode(frames);
			bytes[place % bytes.length] = byte;
			return bytes;
		});
	fc.assert(
		fc.property(fc.oneof(damaged, fc.uint8Array()), fc.array(fc.nat()), (bytes, cuts) => {
			expect(decode(chunked(bytes, cuts))).toEqual(decode([bytes]));
		}),
		{ numRuns: 300 }
	);
});

function encode(frames: Frame[]): Uint8Array {
	const encoder = new SpdyEncoder();
	return Uint8Array.from(frames.flatMap((each) => [...encoder.encode(each)]));
}

function decode(chunks: Uint8Array[]) {
	const decoder = new SpdyDecoder();
	const frames: PlacedFrame[] = [];
	try {
		for (const chunk of [...chunks, hex('')]) frames.push(...decoder.push(chunk));
	} catch (error) {
		if (!(error instanceof SpdyError)) throw error;
		return { frames, refused: error.message };
	}
	return { frames, refused: undefined };
}
