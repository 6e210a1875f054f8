/**
 * `context.WithTimeout`: a point in time that ends a wait, whatever is waited for. It also ends the wait for a step
 * that is held, because the real limit runs while a driver looks.
 */
import type { Clock } from '../limits.ts';

export interface Deadline {
	/** The value of `work`, or the error when the time is over first. */
	race<T>(work: Promise<T>): Promise<T>;
	stop(): void;
}

/** Starts the time; without `ms` there is no limit. `exceeded` makes the error. */
export function startDeadline(
	clock: Clock,
	ms: number | undefined,
	exceeded: () => Error
): Deadline {
	if (ms === undefined) return { race: (work) => work, stop() {} };
	let stop = () => {};
	const over = new Promise<never>((_resolve, reject) => {
		stop = clock.after(ms, () => reject(exceeded()));
	});
	// Nobody may be waiting at the moment when it is over.
	over.catch(() => {});
	return { race: (work) => Promise.race([work, over]), stop };
}
