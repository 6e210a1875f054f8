import { expect, it } from 'vitest';
import { slowedBy, stopAt, timeline, type Stop } from '../../src/lib/recording/timeline.ts';

const stop = (t: number, kind: Stop['kind'] = 'arrow', at = 0): Stop => ({ at, t, kind });

it('gives every arrow the same while in step time, and a call less', () => {
	expect(timeline([stop(0), stop(1000, 'call'), stop(2000)], 'step')).toEqual([0, 600, 1000, 1600]);
});

it('keeps the recording’s own distances in real time', () => {
	expect(timeline([stop(500), stop(2500), stop(102_500)], 'real').slice(0, 3)).toEqual([0, 2, 102]);
});

it('cuts a long wait short on both clocks', () => {
	const stops = [stop(0), stop(60_000_000)];
	expect(timeline(stops, 'step')[1]).toBe(900);
	expect(timeline(stops, 'real')[1]).toBe(900);
});

it('finds the stop at a position', () => {
	const begins = [0, 600, 1200];
	expect([-1, 0, 599, 600, 5000].map((at) => stopAt(begins, at))).toEqual([-1, 0, 0, 1, 2]);
});

it('says how much slower step time is, without counting idle waits', () => {
	expect(slowedBy([stop(0), stop(6_000), stop(60_000_000)])).toBe(100);
	expect(slowedBy([stop(0)])).toBe(1);
});
