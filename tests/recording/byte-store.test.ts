import { expect, it } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';

/** The store that a file of these lines fills. */
function store(...lines: object[]) {
	const numbered = lines.map((line, i) => JSON.stringify({ k: 'b', i, t: i, ...line }));
	return readRecording('a', `${numbered.join('\n')}\n`).bytes;
}
const bytes = (...values: number[]) => Uint8Array.from(values);
const d64 = (...values: number[]) => ({
	len: values.length,
	d64: btoa(String.fromCharCode(...values))
});

it('reads a span across chunks', () => {
	const found = store(
		{ c: 'c', dir: '>', o: 0, ...d64(1, 2, 3) },
		{ c: 'c', dir: '>', o: 3, ...d64(4, 5) }
	);
	expect(found.bytes({ c: 'c', dir: '>', o: 1, len: 3 })).toEqual({
		data: bytes(2, 3, 4),
		complete: true
	});
});

it('puts a late chunk in its place', () => {
	const found = store(
		{ c: 'c', dir: '>', o: 2, ...d64(3) },
		{ c: 'c', dir: '>', o: 0, ...d64(1, 2) }
	);
	expect(found.bytes({ c: 'c', dir: '>', o: 0, len: 3 }).data).toEqual(bytes(1, 2, 3));
});

it('follows what a proxy only copied, at its own offset', () => {
	const found = store(
		{ c: 'in', dir: '<', o: 10, ...d64(1, 2, 3, 4) },
		{ c: 'out', dir: '<', o: 50, len: 4, ref: ['in', '<', 10] }
	);
	expect(found.read({ c: 'out', dir: '<', o: 51, len: 2 })).toEqual([
		{ o: 51, len: 2, data: bytes(2, 3) }
	]);
});

it('says what was left out and what was never recorded', () => {
	const found = store({ k: 'gap', c: 'c', dir: '>', o: 2, len: 2, crc: 'deadbeef' });
	expect(found.read({ c: 'c', dir: '>', o: 0, len: 6 })).toEqual([
		{ o: 0, len: 2, missing: 'not-recorded' },
		{ o: 2, len: 2, missing: 'left-out', crc: 'deadbeef' },
		{ o: 4, len: 2, missing: 'not-recorded' }
	]);
});

it('does not hang on references in a circle', () => {
	const found = store(
		{ c: 'a', dir: '>', o: 0, len: 1, ref: ['b', '>', 0] },
		{ c: 'b', dir: '>', o: 0, len: 1, ref: ['a', '>', 0] }
	);
	expect(found.bytes({ c: 'a', dir: '>', o: 0, len: 1 }).complete).toBe(false);
});

it('does not believe a line that holds fewer bytes than it says', () => {
	const found = store({ c: 'a', dir: '>', o: 0, len: 9, d: 'short' });
	expect(found.bytes({ c: 'a', dir: '>', o: 0, len: 5 }).complete).toBe(false);
});

it('knows how far a direction was heard, and when a byte was', () => {
	const found = store(
		{ c: 'c', dir: '>', o: 0, ...d64(1, 2) },
		{ c: 'c', dir: '>', o: 2, ...d64(3) }
	);
	expect(found.end('c', '>')).toBe(3);
	expect([0, 1, 2, 3].map((o) => found.timeOf('c', '>', o))).toEqual([0, 0, 1, undefined]);
});
