import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionIds } from '../../src/routes/actions.ts';
import { apart } from '../../src/routes/key-places.ts';

const size = { width: 1440, height: 900 };

test('keys lie on the lower edge of their buttons', () => {
	const box = { left: 100, right: 200, top: 10, bottom: 40 };
	expect(apart([{ id: 'next', box, length: 1 }], size)).toEqual([{ id: 'next', x: 150, y: 45 }]);
});

test('keys stay in the window, and not on each other', () => {
	const button = fc
		.tuple(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 870 }))
		.map(([left, top]) => ({ left, right: left + 40, top, bottom: top + 30 }));
	fc.assert(
		fc.property(fc.array(button, { maxLength: 8 }), (boxes) => {
			const places = apart(
				boxes.map((box, k) => ({ id: actionIds[k]!, box, length: 1 })),
				size
			);
			for (const { x, y } of places) {
				expect(x).toBeGreaterThanOrEqual(0);
				expect(x).toBeLessThanOrEqual(size.width);
				expect(y).toBeGreaterThanOrEqual(0);
				expect(y).toBeLessThanOrEqual(size.height);
			}
		})
	);
	const side = (left: number) => ({ left, right: left + 20, top: 10, bottom: 40 });
	const [a, b] = apart(
		[
			{ id: 'next', box: side(100), length: 1 },
			{ id: 'back', box: side(110), length: 1 }
		],
		size
	);
	expect(Math.abs(a!.y - b!.y)).toBeGreaterThanOrEqual(24);
});
