import { expect, it } from 'vitest';
import { factLines } from '../../src/lib/inspector/facts.ts';
import { hexRows } from '../../src/lib/inspector/hex.ts';

it('shows eight bytes a row with what is printable of them', () => {
	const rows = hexRows(new TextEncoder().encode('GET /api\r\n'));
	expect(rows).toEqual([
		{ offset: '0000', left: '47 45 54 20', right: '2f 61 70 69', ascii: 'GET /api' },
		{ offset: '0008', left: '0d 0a', right: '', ascii: '··' }
	]);
});

it('names nested facts by their path', () => {
	expect(factLines({ status: 200, user: { name: 'admin', groups: ['a'] } })).toEqual([
		{ name: 'status', value: '200' },
		{ name: 'user.name', value: 'admin' },
		{ name: 'user.groups', value: '["a"]' }
	]);
});
