import { lastUpTo } from './column.ts';
import type { Stops } from './stops.ts';

/**
 * When each stop begins. A stop has two times: step time gives every stop the same while, so that people can follow;
 * real time is the recording's own. Both cut long waits short, because nobody watches a shell idle.
 */
export type ClockName = 'step' | 'real';

export const stepMs = { arrow: 600, call: 400 } as const;
/** A wait in the recording longer than this counts as idle. */
export const idleAfterMs = 1500;
/** How long an idle wait takes on either clock. */
export const idleShownMs = 900;

/** Begin of each stop in milliseconds, and at the end the whole length: a view that is good until the stops grow. */
export function timeline(stops: Stops, clock: ClockName): Float64Array {
	const begins = stops.begins(clock);
	for (let k = begins.length; k < stops.length; k++)
		begins.push(k === 0 ? 0 : begins.at(k - 1) + stepLength(stops, k, clock));
	const { length } = stops;
	begins.push(length > 0 ? begins.at(length - 1) + stepMs.arrow : 0);
	// The next stop takes the place of the end.
	begins.length--;
	return begins.array.subarray(0, length + 1);
}

/** Milliseconds from the stop before `k` to `k`. */
function stepLength(stops: Stops, k: number, clock: ClockName): number {
	const waited = stops.waitedBefore(k);
	if (waited > idleAfterMs) return idleShownMs;
	if (clock === 'real') return Math.max(0, waited);
	return stops.call[k - 1] === 1 ? stepMs.call : stepMs.arrow;
}

/** How many times slower than real the step clock shows these stops, idle waits not counted; 1 when it is not. */
export function slowedBy(stops: Stops): number {
	const { real, shown } = stops.spoken;
	return real > 0 ? Math.max(1, (shown * 1000) / real) : 1;
}

/** Last stop whose begin is not after `position`; -1 before the first. The last begin is the whole length. */
export function stopAt(begins: Float64Array, position: number): number {
	return lastUpTo(begins, begins.length - 1, position);
}
