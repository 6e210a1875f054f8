import type { Stops } from '../recording/stops.ts';

/** Where a row stands, in pixels from the top of the ladder. */
export interface RowAt {
	top: number;
	height: number;
	/** Middle of the arrow. */
	y: number;
	/** There is room for its words; the current row always has it. */
	labelled: boolean;
}

/** A wait during which nothing was said: shorter on the page than it was, and labelled with its length. */
export interface Idle {
	/** The row after it. */
	row: number;
	top: number;
	height: number;
	ms: number;
}

export interface Places {
	height: number;
	at(row: number): RowAt;
	/** The row under a height. */
	rowAt(y: number): number;
	/** The waits before rows `[first, last]`. */
	idles(first: number, last: number): Idle[];
	/** Heights of round times, for a ruler; none where rows stand one below another. */
	ticks(from: number, to: number): { y: number; ms: number }[];
}

/** The places for a current row, -1 before the first; while a program is held there, it is taller still. */
export type PlacesAt = (current: number, held: boolean) => Places;

/** Idle waits of a run: the stops that begin after one, ascending, and how long each was. */
export interface Waited {
	stops: Int32Array;
	ms: Float64Array;
}

export function idleBefore(stops: Stops, fromMs: number): Waited {
	const after: number[] = [];
	const ms: number[] = [];
	for (let k = 1; k < stops.length; k++) {
		const waited = stops.quietBefore(k);
		if (waited <= fromMs) continue;
		after.push(k);
		ms.push(waited);
	}
	return { stops: Int32Array.from(after), ms: Float64Array.from(ms) };
}
