import { describe, expect, it } from 'vitest';
import { RequestCache } from '../../../src/lib/server/dockershim/request-cache.ts';
import { defaultLimits } from '../../../src/lib/server/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const minute = 60_000;

describe('RequestCache', () => {
	it('gives tokens of 8 characters of URL-safe base64', () => {
		const cache = new RequestCache<string>(defaultLimits, fakeClock());
		expect(cache.insert('a')).toMatch(/^[\w-]{8}$/);
		const fixed = new RequestCache(defaultLimits, fakeClock(), () =>
			Buffer.from('fbfffefbfffe', 'hex')
		);
		expect(fixed.insert('a')).toBe('-__--__-');
	});

	it('gives a request out once', () => {
		const cache = new RequestCache<string>(defaultLimits, fakeClock());
		const token = cache.insert('a');
		expect(cache.consume(token)).toBe('a');
		expect(cache.consume(token)).toBeUndefined();
		expect(cache.consume('never')).toBeUndefined();
	});

	it('keeps a request for a minute, not longer', () => {
		const clock = fakeClock();
		const cache = new RequestCache<string>(defaultLimits, clock);
		const first = cache.insert('a');
		const second = cache.insert('b');
		clock.advance(minute);
		expect(cache.consume(first)).toBe('a');
		clock.advance(1);
		expect(cache.consume(second)).toBeUndefined();
	});

	it('drops expired requests only when another is inserted', () => {
		const clock = fakeClock();
		const cache = new RequestCache<string>(defaultLimits, clock);
		cache.insert('a');
		clock.advance(minute + 1);
		expect(cache.size).toBe(1);
		cache.insert('b');
		expect(cache.size).toBe(1);
	});

	it('refuses the 1001st request in flight, and takes it a minute later', () => {
		const clock = fakeClock();
		const cache = new RequestCache<number>(defaultLimits, clock);
		for (let i = 0; i < 1000; i++) cache.insert(i);
		const tooMany = {
			code: 'ResourceExhausted',
			message: 'maximum number of in-flight requests exceeded'
		};
		expect(() => cache.insert(1000)).toThrow(expect.objectContaining(tooMany));
		clock.advance(minute + 1);
		expect(cache.insert(1000)).toMatch(/^[\w-]{8}$/);
		expect(cache.size).toBe(1);
	});

	it('tries ten times for a token that is not taken', () => {
		let tries = 0;
		const cache = new RequestCache<string>(defaultLimits, fakeClock(), () => {
			tries++;
			return Buffer.alloc(6);
		});
		expect(cache.insert('a')).toBe('AAAAAAAA');
		expect(() => cache.insert('b')).toThrow('failed to generate unique token');
		expect(tries).toBe(11);
	});
});
