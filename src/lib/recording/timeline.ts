/**
 * When each stop of the cursor begins, on two clocks. Step time gives every stop the same while, so that people can
 * follow; real time is the recording's own. Both cut long waits short, because nobody watches a shell idle.
 */
export interface Stop {
	/** Index of the last item that is shown once the stop is reached. */
	at: number;
	/** Microseconds of the recording at which it began. */
	t: number;
	/** A call inside one program is quicker to take in than an arrow. */
	kind: 'arrow' | 'call';
}

export type ClockName = 'step' | 'real';

export const stepMs = { arrow: 600, call: 400 } as const;
/** A wait in the recording longer than this counts as idle. */
export const idleAfterMs = 1500;
/** How long an idle wait takes on either clock. */
export const idleShownMs = 900;

/** Begin of each stop in milliseconds, and at the end the whole length. */
export function timeline(stops: readonly Stop[], clock: ClockName): number[] {
	const begins: number[] = [];
	let now = 0;
	stops.forEach((stop, k) => {
		const waited = (stop.t - (stops[k - 1]?.t ?? stop.t)) / 1000;
		if (k > 0) now += stepLength(stops[k - 1]!, waited, clock);
		begins.push(now);
	});
	begins.push(now + (stops.length > 0 ? stepMs.arrow : 0));
	return begins;
}

function stepLength(from: Stop, waited: number, clock: ClockName): number {
	if (clock === 'real') return waited > idleAfterMs ? idleShownMs : Math.max(0, waited);
	return waited > idleAfterMs ? idleShownMs : stepMs[from.kind];
}

/** How many times slower than real the step clock shows these stops, idle waits not counted; 1 when it is not. */
export function slowedBy(stops: readonly Stop[]): number {
	let real = 0;
	let shown = 0;
	for (let k = 1; k < stops.length; k++) {
		const waited = (stops[k]!.t - stops[k - 1]!.t) / 1000;
		if (waited > idleAfterMs) continue;
		real += waited;
		shown += stepMs[stops[k - 1]!.kind];
	}
	return real > 0 ? Math.max(1, shown / real) : 1;
}

/** Last stop whose begin is not after `position`; -1 before the first. */
export function stopAt(begins: readonly number[], position: number): number {
	let low = 0;
	let high = begins.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (begins[middle]! <= position) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
