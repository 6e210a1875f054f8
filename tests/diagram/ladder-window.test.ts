import { describe, expect, it } from 'vitest';
import { metrics } from '../../src/lib/diagram/geometry.ts';
import { canvasOf, drawingOf, scrolledTo } from '../../src/lib/diagram/ladder-window.ts';

const m = metrics.page;
const view = 600;
const heightOf = (rows: number) => m.padTop * 2 + rows * m.row;
/** Rows one below another, as far down as they go. */
const places = {
	at: (row: number) => {
		const top = m.padTop + row * m.row;
		return { top, height: m.row, y: top + m.row / 2, labelled: true };
	}
};

describe('canvasOf', () => {
	it('is as high as the view where all rows are in sight', () => {
		expect(canvasOf(heightOf(3), view, m)).toEqual({ whole: view, height: view, stretch: 1 });
	});

	it('scrolls by whole rows to the end', () => {
		for (const rows of [30, 100, 12_345]) {
			const { whole, height, stretch } = canvasOf(heightOf(rows), view, m);
			expect([height, stretch]).toEqual([whole, 1]);
			expect((whole - view - m.padTop) % m.row).toBe(0);
			expect(whole).toBeGreaterThanOrEqual(heightOf(rows));
		}
	});

	it('is no higher than a browser can place, and still reaches both ends', () => {
		const canvas = canvasOf(heightOf(1_000_000), view, m);
		expect(canvas.height).toBe(16_000_000);
		expect(canvas.stretch).toBeGreaterThan(1);
		expect(scrolledTo(0, canvas).top).toBe(0);
		const { top } = scrolledTo(canvas.height - view, canvas);
		expect(top + view).toBeCloseTo(canvas.whole, 3);
	});
});

describe('scrolledTo', () => {
	it('says where a height in sight stands on the canvas', () => {
		const canvas = canvasOf(heightOf(1_000_000), view, m);
		for (const scrolled of [0, 1000, 8_000_000, canvas.height - view]) {
			const { top, shift } = scrolledTo(scrolled, canvas);
			expect(top + shift).toBeCloseTo(scrolled, 3);
		}
	});

	it('moves nothing on a canvas as high as the ladder', () => {
		expect(scrolledTo(480, canvasOf(heightOf(500), view, m))).toEqual({ top: 480, shift: 0 });
	});
});

describe('drawingOf', () => {
	it('keeps the numbers of the drawing small, however far down', () => {
		for (const row of [0, 3000, 999_980]) {
			const { base, above, below } = drawingOf(places, row, row + 19, m);
			expect(base + above).toBe(places.at(row).top);
			expect(above).toBeLessThan(65_536);
			expect(base + below).toBeGreaterThan(places.at(row + 19).top + m.row);
		}
	});

	it('is nothing where no row is', () => {
		expect(drawingOf(places, 0, -1, m)).toEqual({ base: 0, above: 0, below: 0 });
	});
});
