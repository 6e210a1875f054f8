import { lastUpTo } from './column.ts';

/**
 * What one press of Next moves over, in columns. Each stop has two times: step time gives every stop the same while,
 * so that people can follow; real time is the recording's own. Both cut long waits short, because nobody watches a
 * shell idle.
 */
export class Stops {
	readonly length: number;
	/** Index of the last item that is shown once the stop is reached. */
	readonly at: Int32Array;
	/** Microseconds of the recording at which it began. */
	readonly t: Float64Array;
	/** When the last of its items began. */
	readonly end: Float64Array;
	/** 1: a call inside one program, which is quicker to take in than an arrow. */
	readonly call: Uint8Array;

	constructor(length: number) {
		this.length = length;
		this.at = new Int32Array(length);
		this.t = new Float64Array(length);
		this.end = new Float64Array(length);
		this.call = new Uint8Array(length);
	}

	/** The newest stop that an item has reached; -1 before the first. */
	of(item: number): number {
		return lastUpTo(this.at, this.length, item);
	}
}

export type ClockName = 'step' | 'real';

export const stepMs = { arrow: 600, call: 400 } as const;
/** A wait in the recording longer than this counts as idle. */
export const idleAfterMs = 1500;
/** How long an idle wait takes on either clock. */
export const idleShownMs = 900;

/** Begin of each stop in milliseconds, and at the end the whole length. */
export function timeline(stops: Stops, clock: ClockName): Float64Array {
	const begins = new Float64Array(stops.length + 1);
	let now = 0;
	for (let k = 0; k < stops.length; k++) {
		if (k > 0) now += stepLength(stops, k, clock);
		begins[k] = now;
	}
	begins[stops.length] = now + (stops.length > 0 ? stepMs.arrow : 0);
	return begins;
}

/** Milliseconds from the stop before `k` to `k`. */
function stepLength(stops: Stops, k: number, clock: ClockName): number {
	const waited = (stops.t[k]! - stops.t[k - 1]!) / 1000;
	if (waited > idleAfterMs) return idleShownMs;
	if (clock === 'real') return Math.max(0, waited);
	return stops.call[k - 1] === 1 ? stepMs.call : stepMs.arrow;
}

/** How many times slower than real the step clock shows these stops, idle waits not counted; 1 when it is not. */
export function slowedBy(stops: Stops): number {
	let real = 0;
	let shown = 0;
	for (let k = 1; k < stops.length; k++) {
		const waited = (stops.t[k]! - stops.t[k - 1]!) / 1000;
		if (waited > idleAfterMs) continue;
		real += waited;
		shown += stepLength(stops, k, 'step');
	}
	return real > 0 ? Math.max(1, shown / real) : 1;
}

/** Last stop whose begin is not after `position`; -1 before the first. The last begin is the whole length. */
export function stopAt(begins: Float64Array, position: number): number {
	return lastUpTo(begins, begins.length - 1, position);
}
