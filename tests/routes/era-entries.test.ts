import { expect, it } from 'vitest';
import { eraEntries } from '../../src/routes/era-entries.ts';

const table = (...built: string[]) =>
	Object.fromEntries(
		['1.15-redirect', '1.15-proxy', '1.24-cri', '1.36'].map((id) => [
			id,
			{ built: built.includes(id) }
		])
	);

it('offers nothing where there is nothing to choose', () => {
	expect(eraEntries(table())).toEqual([]);
	expect(eraEntries(table('1.15-redirect'))).toEqual([]);
});

it('offers what is built, oldest first, and names both ends', () => {
	expect(eraEntries(table('1.36', '1.15-redirect', '1.24-cri'))).toEqual([
		{ id: '1.15-redirect', when: 'then' },
		{ id: '1.24-cri', when: undefined },
		{ id: '1.36', when: 'now' }
	]);
	expect(eraEntries(table('1.15-redirect', '1.15-proxy')).map(({ when }) => when)).toEqual([
		'then',
		'now'
	]);
});
