import { describe, expect, it } from 'vitest';
import {
	drawnRows,
	fitted,
	layoutLanes,
	metrics,
	placesOf,
	scrollFor,
	visibleRows,
	zoomed
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

	it('folds any lane into its neighbour, and keeps one', () => {
		const folded = layoutLanes(defaultLanes, 1047, metrics.page, new Set(['kubelet', 'streaming']));
		expect(folded.x('kubelet')).toBe(folded.x('apiserver'));
		expect(folded.x('streaming')).toBe(folded.x('dockershim'));
		expect(folded.lanes.find((lane) => lane.id === 'apiserver')?.folded).toEqual(['kubelet']);
		const first = layoutLanes(defaultLanes, 1047, metrics.page, new Set(['kubectl']));
		expect(first.x('kubectl')).toBe(first.x('apiserver'));
		expect(layoutLanes(defaultLanes, 1047, metrics.page, new Set(defaultLanes)).lanes).toHaveLength(
			1
		);
	});

	it('spreads lanes wider when zoomed in, where there is room, and folds none for it', () => {
		const wide = (zoom: number) => layoutLanes(defaultLanes, 2400, zoomed(metrics.page, zoom));
		expect(wide(2).pitch).toBeGreaterThan(wide(1).pitch);
		expect(wide(2).width).toBe(2400);
		expect(layoutLanes(defaultLanes, 1047, zoomed(metrics.page, 2)).lanes).toHaveLength(7);
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

it('draws what is near the view, in steps of four', () => {
	expect(visibleRows(5000, 1000, 1020, 6)).toEqual({ first: 992, last: 1028 });
	expect(visibleRows(5000, 1001, 1021, 6)).toEqual({ first: 992, last: 1028 });
	expect(visibleRows(10, 0, 20, 6)).toEqual({ first: 0, last: 9 });
});

it('scrolls by thirds of the view, to where the row alone says', () => {
	const { padTop, row } = metrics.page;
	const to = (top: number) => scrollFor({ top }, 500, 2000, metrics.page);
	const tops = Array.from({ length: 80 }, (_, k) => padTop + k * row);
	expect(to(padTop)).toBe(0);
	expect(to(tops.at(-1)!)).toBe(1500);
	for (const top of tops) {
		if (to(top) === 0 || to(top) === 1500) continue;
		expect((to(top) - padTop) % row).toBe(0);
		expect(top - to(top)).toBeGreaterThan(500 / 3 - row);
		expect(top - to(top)).toBeLessThan((500 * 2) / 3);
	}
	expect(new Set(tops.map(to)).size).toBeLessThan(tops.length / 5);
});

it('leaves out rows that cannot be told apart where there are many', () => {
	const closely = (px: number) => ({
		at: (k: number) => ({ top: k * px, height: px, y: k * px, labelled: true }),
		rowAt: (y: number) => Math.floor(y / px)
	});
	expect(drawnRows(0, 40, closely(1), [])).toHaveLength(41);
	expect(drawnRows(0, 99, closely(24), [])).toHaveLength(100);
	const few = drawnRows(0, 999, closely(1), [3, 505]);
	expect(few).toHaveLength(102);
	expect(few).toEqual([...few].sort((a, b) => a - b));
	expect(few).toContain(505);
	expect(drawnRows(0, 999_999, closely(0.01), []).length).toBeLessThan(1200);
});

it('draws closer what nearly fits, and leaves what is much longer as it is', () => {
	const { projector } = metrics;
	const ofRows = (rows: number) => projector.padTop * 2 + rows * projector.row;
	expect(fitted(projector, ofRows(9), ofRows(9))).toBe(projector);
	const closer = fitted(projector, ofRows(12), 436);
	expect(closer.row).toBe(35);
	expect(closer.rowNow).toBe(35);
	expect(closer.row * 12 + projector.padTop * 2).toBeLessThanOrEqual(436);
	expect(fitted(projector, ofRows(59), 436)).toBe(projector);
});
