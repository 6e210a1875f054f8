import { expect, it } from 'vitest';
import { ByteStore } from '../../src/lib/recording/byte-store.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

it('reads a span across chunks', () => {
	const store = new ByteStore();
	store.add('c', '>', { o: 0, len: 3, data: bytes(1, 2, 3) });
	store.add('c', '>', { o: 3, len: 2, data: bytes(4, 5) });
	expect(store.bytes({ c: 'c', dir: '>', o: 1, len: 3 })).toEqual({
		data: bytes(2, 3, 4),
		complete: true
	});
});

it('puts a late chunk in its place', () => {
	const store = new ByteStore();
	store.add('c', '>', { o: 2, len: 1, data: bytes(3) });
	store.add('c', '>', { o: 0, len: 2, data: bytes(1, 2) });
	expect(store.bytes({ c: 'c', dir: '>', o: 0, len: 3 }).data).toEqual(bytes(1, 2, 3));
});

it('follows what a proxy only copied, at its own offset', () => {
	const store = new ByteStore();
	store.add('in', '<', { o: 10, len: 4, data: bytes(1, 2, 3, 4) });
	store.add('out', '<', { o: 50, len: 4, ref: ['in', '<', 10] });
	expect(store.read({ c: 'out', dir: '<', o: 51, len: 2 })).toEqual([
		{ o: 51, len: 2, data: bytes(2, 3) }
	]);
});

it('says what was left out and what was never recorded', () => {
	const store = new ByteStore();
	store.add('c', '>', { o: 2, len: 2, gap: 'deadbeef' });
	expect(store.read({ c: 'c', dir: '>', o: 0, len: 6 })).toEqual([
		{ o: 0, len: 2, missing: 'not-recorded' },
		{ o: 2, len: 2, missing: 'left-out', crc: 'deadbeef' },
		{ o: 4, len: 2, missing: 'not-recorded' }
	]);
});

it('does not hang on references in a circle', () => {
	const store = new ByteStore();
	store.add('a', '>', { o: 0, len: 1, ref: ['b', '>', 0] });
	store.add('b', '>', { o: 0, len: 1, ref: ['a', '>', 0] });
	expect(store.bytes({ c: 'a', dir: '>', o: 0, len: 1 }).complete).toBe(false);
});
