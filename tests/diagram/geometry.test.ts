import { describe, expect, it } from 'vitest';
import {
	layoutLanes,
	layoutRows,
	metrics,
	placesOf,
	scrollFor,
	visibleRows
} from '../../src/lib/diagram/geometry.ts';
import { defaultLanes } from '../../src/lib/trace/lanes.ts';

describe('layoutLanes', () => {
	it('spreads seven lanes evenly from the first to the times', () => {
		const { lanes, pitch } = layoutLanes(defaultLanes, 1047, metrics.page);
		expect(pitch).toBeCloseTo(124);
		expect(lanes.map((lane) => Math.round(lane.x))).toEqual([164, 288, 412, 536, 660, 784, 908]);
	});

	it('folds the streaming server into its owner when lanes stand too close', () => {
		const layout = layoutLanes(defaultLanes, 760, metrics.page);
		expect(layout.lanes.map((lane) => lane.id)).not.toContain('streaming');
		expect(layout.x('streaming')).toBe(layout.x('dockershim'));
		expect(layout.lanes.find((lane) => lane.id === 'dockershim')?.folded).toEqual(['streaming']);
	});

	it('scrolls sideways rather than fold more than two lanes', () => {
		const layout = layoutLanes(defaultLanes, 400, metrics.page);
		expect(layout.lanes).toHaveLength(5);
		expect(layout.width).toBeGreaterThan(400);
	});

	it('fits a phone without sideways scroll', () => {
		expect(layoutLanes(defaultLanes, 390, metrics.phone).width).toBe(390);
	});

	it('brackets the lanes by place', () => {
		const places = placesOf(layoutLanes(defaultLanes, 1047, metrics.page));
		expect(places.map((place) => place.place)).toEqual(['your-side', 'control-plane', 'node']);
		expect(places.every((place, k) => k === 0 || place.from > places[k - 1]!.to)).toBe(true);
	});
});

describe('layoutRows', () => {
	it('makes room for the current row, and more for a held one', () => {
		const plain = layoutRows(5, 2, false, metrics.page);
		expect([1, 2, 3].map((row) => plain.at(row).top)).toEqual([32, 56, 90]);
		expect(layoutRows(5, 2, true, metrics.page).at(3).top).toBe(120);
	});

	it('finds the row under a height', () => {
		const { at, rowAt } = layoutRows(50, 20, true, metrics.page);
		for (const row of [0, 19, 20, 21, 49]) {
			const { top, height } = at(row);
			expect(rowAt(top + height / 2)).toBe(row);
		}
	});
});

it('windows only a long ladder', () => {
	expect(visibleRows(150, 0, 20)).toEqual({ first: 0, last: 149 });
	expect(visibleRows(5000, 1000, 1020)).toEqual({ first: 960, last: 1060 });
});

it('scrolls only when the current row would leave the middle third', () => {
	const at = (top: number) => ({ top, height: 34, y: top + 17 });
	expect(scrollFor(at(250), 0, 500, 2000, metrics.page)).toBe(0);
	const moved = scrollFor(at(600), 0, 500, 2000, metrics.page);
	expect(moved).toBeGreaterThan(0);
	expect((moved - metrics.page.padTop) % metrics.page.row).toBe(0);
});
