import type { LaneId } from '../trace/lanes.ts';
import type { Hop } from './journey-hops.ts';

/**
 * Where the spark is: a function of time alone. Every hop takes the same while, whatever it took in truth, for truth
 * is too quick to be seen; what it took is written beside it. Within its while a hop moves and then rests.
 */
export interface Spark {
	/** The hop that it is on; -1 before the first. */
	hop: number;
	/** 0 to 1: how far along the hop. */
	share: number;
	x: number;
	/** Between two levels where it turns. */
	level: number;
}

/** Beats of a hop; one takes `beatMs`. */
const beatsOf = (hop: Hop): number => (hop.kind === 'inside' ? 0.6 : 1);
export const beatMs = 600;
/** The part of a hop's while in which it moves. */
const moving = 0.7;
/** The part of its way in which a spark changes over to the next level. */
const turning = 0.3;

/** When each hop begins, in beats, and at the end when the last is over. */
export function hopBegins(hops: readonly Hop[]): number[] {
	const begins = [0];
	for (const hop of hops) begins.push(begins.at(-1)! + beatsOf(hop));
	return begins;
}

/** Every hop on a level, from 0: a new one wherever the way turns, so that it never runs over itself. */
export function levelsOf(hops: readonly Hop[], x: (lane: LaneId) => number): number[] {
	let level = 0;
	let facing = 0;
	return hops.map(({ from, to }) => {
		const sign = Math.sign(x(to) - x(from));
		if (sign !== 0 && facing !== 0 && sign !== facing) level++;
		facing = sign || facing;
		return level;
	});
}

/** `at` is in beats. */
export function sparkAt(hops: readonly Hop[], at: number, x: (lane: LaneId) => number): Spark {
	const begins = hopBegins(hops);
	const first = hops[0];
	if (!first || at <= 0) return { hop: -1, share: 0, x: first ? x(first.from) : 0, level: 0 };
	const hop = hopAt(hops, at);
	const { from, to } = hops[hop]!;
	const gone = (at - begins[hop]!) / (begins[hop + 1]! - begins[hop]!);
	const share = eased(Math.min(1, gone / moving));
	const levels = levelsOf(hops, x);
	const level = levels[hop]!;
	const before = levels[hop - 1] ?? level;
	const turned = Math.min(1, share / turning);
	return {
		hop,
		share,
		x: x(from) + (x(to) - x(from)) * share,
		level: before + (level - before) * turned
	};
}

/** The hop that is shown at a time: one that has just ended is still the one that is looked at. */
export function hopAt(hops: readonly Hop[], at: number): number {
	if (at <= 0) return -1;
	const begins = hopBegins(hops);
	const next = begins.findIndex((begin) => begin >= at);
	return Math.min(hops.length - 1, (next < 0 ? begins.length : next) - 1);
}

/** The time at which a hop has arrived and rests; -1 is before the first. */
export function restOf(hops: readonly Hop[], hop: number): number {
	return hopBegins(hops)[Math.max(-1, Math.min(hops.length - 1, hop)) + 1]!;
}

/** Slow, quick, slow. */
function eased(share: number): number {
	return share * share * (3 - 2 * share);
}
