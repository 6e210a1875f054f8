import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Address from '../../src/routes/address.ts';

/** A browser's address bar, as much of it as is written here. */
const written: string[] = [];
let address: typeof Address;
beforeEach(async () => {
	vi.useFakeTimers();
	vi.resetModules();
	written.splice(0);
	const location = { pathname: '/', search: '', hash: '' };
	const go = (_state: unknown, _title: string, url: string) => {
		written.push(url);
		location.hash = url.startsWith('#') ? url : '';
	};
	vi.stubGlobal('location', location);
	vi.stubGlobal('history', { state: {}, replaceState: go, pushState: go });
	address = await import('../../src/routes/address.ts');
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

describe('the address', () => {
	it('is written at once', () => {
		for (const step of ['get-pod', 'post-exec', 'cri-exec']) address.writeEntry({ link: { step } });
		expect(written).toEqual(['#step=get-pod', '#step=post-exec', '#step=cri-exec']);
	});
	it('is written no more often than a browser takes, and ends where the reader came to rest', () => {
		for (let k = 0; k < 3000; k++) {
			address.writeEntry({ link: { step: `cri-exec#${k + 2}` } });
			vi.advanceTimersByTime(10);
		}
		vi.runAllTimers();
		expect(written.length).toBeLessThan(200);
		expect(written.at(-1)).toBe('#step=cri-exec%233001');
	});
	it('of what was there before a file is not written over that of the file', () => {
		for (let k = 0; k < 100; k++) address.writeEntry({ link: { step: `cri-exec#${k + 2}` } });
		address.pushEntry('mine');
		vi.runAllTimers();
		expect(written.at(-1)).toBe('/');
	});
});
