import { expect, it } from 'vitest';
import { factLines } from '../../src/lib/inspector/facts.ts';
import { hexRows } from '../../src/lib/inspector/hex.ts';

it('shows eight bytes a row with what is printable of them', () => {
	const data = new TextEncoder().encode('GET /api\r\n');
	expect(hexRows(data, 100, [{ o: 100, len: 10 }])).toEqual([
		{
			offset: '00',
			parts: [
				{
					field: 0,
					o: 100,
					pairs: ['47', '45', '54', '20', '2f', '61', '70', '69'],
					ascii: 'GET /api'
				}
			]
		},
		{ offset: '08', parts: [{ field: 0, o: 108, pairs: ['0d', '0a'], ascii: '··' }] }
	]);
});

it('writes offsets alike, whatever the length', () => {
	const offsets = (length: number) =>
		hexRows(new Uint8Array(length), 0, [{ o: 0, len: length }]).map(({ offset }) => offset);
	expect(offsets(256).at(-1)).toBe('f8');
	expect(offsets(257).slice(-1)).toEqual(['0100']);
	expect(offsets(257)[0]).toBe('0000');
});

it('cuts rows where fields end', () => {
	const fields = [
		{ o: 5, len: 1 },
		{ o: 6, len: 9 },
		{ o: 15, len: 2 }
	];
	const rows = hexRows(new Uint8Array(12), 5, fields);
	const lengths = rows.map(({ parts }) => parts.map(({ field, pairs }) => [field, pairs.length]));
	expect(lengths).toEqual([
		[
			[0, 1],
			[1, 7]
		],
		[
			[1, 2],
			[2, 2]
		]
	]);
});

it('names nested facts by their path', () => {
	expect(factLines({ status: 200, user: { name: 'admin', groups: ['a'] } })).toEqual([
		{ name: 'status', value: '200' },
		{ name: 'user.name', value: 'admin' },
		{ name: 'user.groups', value: '["a"]' }
	]);
});
