import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	encodeResize,
	ResizeDecoder,
	ResizeError
} from '../../../src/lib/wire/remote-command/resize.ts';
import { chunked, outcome } from '../../support/chunked.ts';
import { text } from '../../support/hex.ts';

test('a size is one line of JSON with Go’s names', () => {
	expect(new TextDecoder().decode(encodeResize({ width: 120, height: 40 }))).toBe(
		'{"Width":120,"Height":40}\n'
	);
});

test('sizes are read one after another; those of a terminal without size are skipped', () => {
	const decoder = new ResizeDecoder();
	expect(decoder.push(text('{"Width":0,"Height":0}\n{"Width":80,"Hei'))).toEqual([]);
	expect(decoder.push(text('ght":24} {"height":1,"WIDTH":2,"x":"y"}'))).toEqual([
		{ width: 80, height: 24 },
		{ width: 2, height: 1 }
	]);
});

test('a translator is told of a terminal without size too', () => {
	const decoder = new ResizeDecoder({ unknown: true });
	expect(decoder.push(text('{"Width":0,"Height":0}\n'))).toEqual([{ width: 0, height: 0 }]);
});

test.each([
	'{"Width":65536,"Height":1}',
	'{"Width":-1}',
	'{"Width":"1"}',
	'{"Width":1.5}',
	'80}',
	'{}}'
])('%s is refused', (json) => {
	expect(() => new ResizeDecoder().push(text(json))).toThrow(ResizeError);
});

test('a size without end is refused', () => {
	expect(() => new ResizeDecoder().push(text(' '.repeat(2000)))).toThrow(ResizeError);
});

test('anything, however cut, gives the same sizes or is refused', () => {
	const event = fc.constantFrom('{"Width":80,"Height":24}\n', '{"Width":0}', '{"a":{"b":1}}', '\n');
	const stream = fc
		.array(fc.oneof({ weight: 4, arbitrary: event }, fc.string()))
		.map((all) => all.join(''));
	fc.assert(
		fc.property(fc.oneof(stream.map(text), fc.uint8Array()), fc.array(fc.nat()), (bytes, cuts) => {
			const whole = read([bytes]);
			const cut = read(chunked(bytes, cuts));
			expect(cut.refused).toBe(whole.refused);
			if (!whole.refused) expect(cut.pieces).toEqual(whole.pieces);
		})
	);
});

function read(chunks: Uint8Array[]) {
	const decoder = new ResizeDecoder();
	return outcome(chunks, (chunk) => decoder.push(chunk), ResizeError);
}
