import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteQueue, fromLatin1, latin1, uint16, uint24, uint32 } from '../../src/lib/wire/bytes.ts';
import { hex } from '../support/hex.ts';

test('a queue gives out what was put in, in pieces of any size, and counts', () => {
	const steps = fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat(60)));
	fc.assert(
		fc.property(steps, (all) => {
			const queue = new ByteQueue();
			const put: number[] = [];
			const got: number[] = [];
			for (const [chunk, take] of all) {
				queue.push(chunk);
				put.push(...chunk);
				const before = queue.length;
				const taken = queue.take(take);
				expect(taken === undefined).toBe(before < take);
				got.push(...(taken ?? []));
				expect(queue.at).toBe(got.length);
				expect(queue.length).toBe(put.length - got.length);
			}
			got.push(...queue.takeUpTo(1e6));
			expect(got).toEqual(put);
		})
	);
});

test('what was taken stays as it is when more is pushed', () => {
	const queue = new ByteQueue();
	queue.push(hex('01'));
	queue.push(hex('0203'));
	const taken = queue.take(2);
	queue.push(hex('0405060708'));
	expect(taken).toEqual(hex('0102'));
	expect(queue.take(6)).toEqual(hex('030405060708'));
	expect(queue.take(1)).toBeUndefined();
});

test('gives no Node buffer out', () => {
	const queue = new ByteQueue();
	queue.push(Buffer.from('ab'));
	expect(queue.takeUpTo(9).constructor).toBe(Uint8Array);
});

test('looks for a byte from a place on', () => {
	const queue = new ByteQueue();
	queue.push(hex('000a00'));
	queue.take(1);
	queue.push(hex('0a'));
	expect([queue.indexOf(10, 0), queue.indexOf(10, 1), queue.indexOf(10, 3)]).toEqual([0, 2, -1]);
});

test('numbers are big-endian and not negative', () => {
	const bytes = hex('fffefdfc');
	expect([uint16(bytes, 0), uint24(bytes, 1), uint32(bytes, 0)]).toEqual([
		0xfffe, 0xfefdfc, 0xfffefdfc
	]);
});

test('Latin-1 is each byte one character', () => {
	const all = Uint8Array.from({ length: 10_000 }, (_, at) => at % 256);
	expect(fromLatin1(latin1(all))).toEqual(all);
	expect(latin1(hex('809f'))).toBe('\u0080\u009f');
	expect(fromLatin1('\u0100')).toBeUndefined();
});
