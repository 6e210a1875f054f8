import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actionIds } from '../../src/routes/actions.ts';
import { apart, type Box } from '../../src/routes/key-places.ts';

const size = { width: 1440, height: 900 };
const key = { width: 24, height: 24 };

test('keys lie on the lower edge of their buttons', () => {
	const box = { left: 100, right: 200, top: 10, bottom: 40 };
	expect(apart([{ id: 'next', box, ...key }], size)).toEqual([{ id: 'next', x: 150, y: 45 }]);
});

test('keys lie on another edge where words would be covered', () => {
	const box = { left: 100, right: 200, top: 100, bottom: 130 };
	const below = { left: 0, right: 400, top: 132, bottom: 150 };
	const above = { left: 0, right: 400, top: 80, bottom: 98 };
	const own = { left: 110, right: 190, top: 105, bottom: 125 };
	const at = (words: Box[]) => apart([{ id: 'next', box, ...key }], size, words)[0]!;
	expect(at([own])).toMatchObject({ x: 150, y: 135 });
	expect(at([own, below])).toMatchObject({ x: 150, y: 95 });
	expect(at([own, below, above])).toMatchObject({ x: 212, y: 115 });
	const [right, left] = [204, 60].map((x) => ({ left: x, right: x + 30, top: 105, bottom: 125 }));
	expect(at([own, below, above, right!, left!])).toMatchObject({ x: 150 });
});

test('keys are never out of the window, nor on one that is there already', () => {
	const speak = { left: 1380, right: 1435, top: 820, bottom: 850 };
	const help = { left: 1400, right: 1430, top: 865, bottom: 895 };
	const [first, second] = apart(
		[
			{ id: 'help', box: help, ...key },
			{ id: 'speak', box: speak, ...key }
		],
		size
	);
	expect(first!.y).toBe(860);
	expect(second!.y).toBe(815);
});

test('keys stay in the window, and not on each other', () => {
	const button = fc
		.tuple(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 870 }))
		.map(([left, top]) => ({ left, right: left + 40, top, bottom: top + 30 }));
	fc.assert(
		fc.property(fc.array(button, { maxLength: 8 }), (boxes) => {
			const places = apart(
				boxes.map((box, k) => ({ id: actionIds[k]!, box, ...key })),
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
			{ id: 'next', box: side(100), ...key },
			{ id: 'back', box: side(110), ...key }
		],
		size
	);
	expect(Math.max(Math.abs(a!.x - b!.x), Math.abs(a!.y - b!.y))).toBeGreaterThanOrEqual(24);
});
