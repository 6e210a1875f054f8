import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { spdyDictionary } from '../../../src/lib/wire/spdy/dictionary.ts';

test('is the dictionary of the SPDY/3 draft, byte for byte', () => {
	const bytes = spdyDictionary();
	expect(bytes).toHaveLength(1423);
	expect(createHash('sha256').update(bytes).digest('hex')).toBe(
		'51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02'
	);
});
