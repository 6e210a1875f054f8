import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	StdcopyDecoder,
	StdcopyError,
	encodeFrameHeader,
	type StdcopyPiece
} from '../../../src/lib/wire/docker/stdcopy.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { hex, text, toHex } from '../../support/hex.ts';

test('reads the two frames that dockerd 20.10 sent for `echo out; echo err>&2`', () => {
	const bytes = hex('0200000000000004 6572720a 0100000000000004 6f75740a');
	expect(new StdcopyDecoder().push(bytes)).toEqual([
		{ stream: 'stderr', data: text('err\n'), o: 8, frame: { o: 0, len: 4 } },
		{ stream: 'stdout', data: text('out\n'), o: 20, frame: { o: 12, len: 4 } }
	]);
});

test('writes the header in front of four bytes of stdout', () => {
	expect(toHex(encodeFrameHeader(1, 4))).toBe('0100000000000004');
	expect(toHex(encodeFrameHeader(2, 0xfffefdfc))).toBe('02000000fffefdfc');
});

test('hands on a frame in the pieces in which it arrives', () => {
	const decoder = new StdcopyDecoder();
	expect(decoder.push(hex('0100'))).toEqual([]);
	expect(decoder.push(hex('0000ffffffff 61'))).toEqual([
		{ stream: 'stdout', data: text('a'), o: 8, frame: { o: 0, len: 0xffffffff } }
	]);
	expect(decoder.push(text('bc'))).toMatchObject([{ data: text('bc'), o: 9 }]);
});

test('tells of a frame without data', () => {
	expect(new StdcopyDecoder().push(hex('0300000000000000'))).toMatchObject([
		{ stream: 'systemerr', o: 8, frame: { o: 0, len: 0 } }
	]);
});

test('refuses a stream number that does not exist', () => {
	expect(() => new StdcopyDecoder().push(text('$ ls\r\nbin'))).toThrow(StdcopyError);
});

test('is not impressed by any bytes, nor by how they are cut', () => {
	const frame = fc
		.tuple(fc.nat(4), fc.uint8Array({ maxLength: 20 }))
		.map(([stream, data]) => [stream, 0, 0, 0, 0, 0, 0, data.length, ...data]);
	const frames = fc.array(frame).map((all) => Uint8Array.from(all.flat()));
	fc.assert(
		fc.property(fc.oneof(frames, fc.uint8Array()), fc.array(fc.nat()), (bytes, cuts) => {
			const whole = decode([bytes]);
			expect(decode(chunked(bytes, cuts))).toEqual(whole);
		})
	);
});

function decode(chunks: Uint8Array[]) {
	const decoder = new StdcopyDecoder();
	const { pieces, refused } = outcome(chunks, (chunk) => decoder.push(chunk), StdcopyError);
	// An error may come before the pieces of the same push: what counts is that both refuse.
	return refused === undefined ? merge(pieces) : refused;
}

function merge(pieces: StdcopyPiece[]) {
	const frames = new Map<number, number[]>();
	for (const { frame, data } of pieces) {
		frames.set(frame.o, [...(frames.get(frame.o) ?? []), ...data]);
	}
	return [...frames];
}
