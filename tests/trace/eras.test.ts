import { describe, expect, it } from 'vitest';
import { eraChanges } from '../../src/lib/trace/era-changes.ts';
import { eras, isBuiltEra, isEra, type EraId } from '../../src/lib/trace/eras.ts';

const ids = Object.keys(eras) as EraId[];
const chinese = /[\u4e00-\u9fff]/;
const release = /^1\.\d+$/;
const minor = (version: string) => Number(version.split('.')[1]);

describe('the table of eras', () => {
	it('has the six of the design, oldest first', () => {
		expect(ids).toEqual([
			'1.15-redirect',
			'1.15-proxy',
			'1.24-cri',
			'1.31-websocket',
			'1.35',
			'1.36'
		]);
		expect(ids.map((id) => minor(eras[id].version))).toEqual([15, 15, 24, 31, 35, 36]);
	});

	it.each(ids)('%s says what is new in both languages, since when, and where', (id) => {
		const { since, version } = eras[id];
		const changes = eraChanges[id];
		expect(since).toMatch(release);
		expect(version.startsWith(id.split('-')[0]!)).toBe(true);
		expect(changes.length).toBeGreaterThan(0);
		for (const { what, since, fn, source } of changes) {
			expect(what.en).toMatch(/\.$/);
			expect(what.en).not.toMatch(chinese);
			expect(what.zh).toMatch(chinese);
			expect(what.zh).toMatch(/。$/);
			expect(since).toMatch(release);
			expect(minor(since)).toBeLessThanOrEqual(minor(version));
			expect(fn).toMatch(/^[A-Za-z.]+$/);
			expect(source).toMatch(/^https:\/\/github\.com\/kubernetes\/kubernetes\/blob\/v1[^ ]+\.go$/);
			expect(source).toContain(`/v${version}/`);
		}
	});

	it('offers only what is built, the first era among it', () => {
		expect(eras['1.15-redirect'].built).toBe(true);
		for (const id of ids) {
			expect(isEra(id)).toBe(true);
			expect(isBuiltEra(id)).toBe(eras[id].built);
		}
		for (const name of ['', '1.99', 'constructor', '__proto__']) {
			expect(isEra(name)).toBe(false);
			expect(isBuiltEra(name)).toBe(false);
		}
	});
});
