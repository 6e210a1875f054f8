import { expect, it } from 'vitest';
import { Stops } from '../../src/lib/recording/stops.ts';
import { slowedBy, stopAt, timeline } from '../../src/lib/recording/timeline.ts';

/** Stops at these microseconds; a negative one is a call. */
function stopsAt(...times: number[]): Stops {
	const stops = new Stops();
	for (const [at, time] of times.entries()) {
		const t = Math.abs(time);
		stops.push({ at, t, end: t, call: time < 0 });
	}
	return stops;
}

it('gives every arrow the same while in step time, and a call less', () => {
	expect([...timeline(stopsAt(0, -1000, 2000), 'step')]).toEqual([0, 600, 1000, 1600]);
});

it('keeps the recording’s own distances in real time', () => {
	expect([...timeline(stopsAt(500, 2500, 102_500), 'real')].slice(0, 3)).toEqual([0, 2, 102]);
});

it('cuts a long wait short on both clocks', () => {
	const stops = stopsAt(0, 60_000_000);
	expect(timeline(stops, 'step')[1]).toBe(900);
	expect(timeline(stops, 'real')[1]).toBe(900);
});

it('finds the stop at a position', () => {
	const begins = Float64Array.of(0, 600, 1200, 1800);
	expect([-1, 0, 599, 600, 5000].map((at) => stopAt(begins, at))).toEqual([-1, 0, 0, 1, 2]);
});

it('says how much slower step time is, without counting idle waits', () => {
	expect(slowedBy(stopsAt(0, 6_000, 60_000_000))).toBe(100);
	expect(slowedBy(stopsAt(0))).toBe(1);
});
