import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sha256 } from '../../src/lib/recording/sha256.ts';

it('is what Node says, in whatever parts the bytes come', () => {
	fc.assert(
		fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (parts) => {
			const [ours, nodes] = [new Sha256(), createHash('sha256')];
			for (const part of parts) {
				ours.update(part);
				nodes.update(part);
			}
			expect(ours.digest()).toBe(nodes.digest('hex'));
		})
	);
});

it('is the example of FIPS 180-4', () => {
	const hash = new Sha256();
	hash.update(new TextEncoder().encode('abc'));
	expect(hash.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
