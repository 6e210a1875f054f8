import { chapters, type ChapterId } from '../trace/chapters.ts';
import { stepMs } from '../recording/timeline.ts';
import type { Rows } from './rows.ts';

/** The chapters as parts of the time bar, each as wide as its stops take on the shown clock. */
export interface Segment {
	chap: ChapterId;
	/** Steps `[first, last]`. */
	first: number;
	last: number;
	/** How much of the time it takes, 0 to 1. */
	length: number;
	/** Left edge and width, 0 to 1: by its length, but never too short to be pressed or to be named. */
	from: number;
	share: number;
	/** Something in it failed. */
	failed: boolean;
}

/** No chapter is so short that it cannot be pressed. */
export const leastShare = 0.075;

/** `begins` are the timeline's: one for each step that has happened, and the whole length at the end. */
export function chapterSegments(rows: Rows, begins: ArrayLike<number>): Segment[] {
	const segments = rows.chapters().map(({ chap, first, last, failed }) => ({
		chap: chapters[chap]!,
		first,
		last,
		length: 0,
		from: 0,
		share: 0,
		failed: failed >= 0
	}));
	const known = begins.length - 1;
	const end = begins[known] ?? 0;
	const begin = (k: number) => (k < known ? begins[k]! : end + (k - known) * stepMs.arrow);
	const whole = Math.max(1, rows.steps > known ? begin(rows.steps - 1) + stepMs.arrow : end);
	segments.forEach((part, k) => {
		const next = segments[k + 1];
		part.length = ((next ? begin(next.first) : whole) - begin(part.first)) / whole;
	});
	return spread(
		segments,
		segments.map(() => leastShare)
	);
}

/** Lays the chapters side by side, each by its length and at least as wide as it needs. */
export function spread(segments: readonly Segment[], least: readonly number[]): Segment[] {
	const shares = sharesOf(
		segments.map(({ length }) => length),
		least
	);
	let from = 0;
	return segments.map((part, k) => {
		const share = shares[k]!;
		const placed = { ...part, from, share };
		from += share;
		return placed;
	});
}

/** What one part needs beyond its length is taken from those that have more than they need. */
function sharesOf(lengths: readonly number[], least: readonly number[]): number[] {
	const needed = sum(least);
	if (needed >= 1) return least.map((share) => share / needed);
	const kept = lengths.map(() => false);
	for (;;) {
		const rest = 1 - sum(least.filter((_, k) => kept[k]));
		const free = sum(lengths.filter((_, k) => !kept[k])) || 1;
		const short = lengths.map((length, k) => !kept[k] && (length / free) * rest < least[k]!);
		if (!short.includes(true))
			return lengths.map((length, k) => (kept[k] ? least[k]! : (length / free) * rest));
		short.forEach((one, k) => (kept[k] ||= one));
	}
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** Where the playhead stands, 0 to 1: between rows by their place in the chapter. */
export function headAt(segments: readonly Segment[], current: number): number {
	if (current < 0) return 0;
	const part = segments.findLast((one) => one.first <= current);
	if (!part) return 0;
	const rows = part.last - part.first + 1;
	return part.from + (part.share * (current - part.first + 1)) / rows;
}

/** The row under a point of the bar; -1 left of the first. */
export function rowUnder(segments: readonly Segment[], share: number): number {
	if (share <= 0) return -1;
	const part = segments.findLast((one) => one.from <= share);
	if (!part) return -1;
	const rows = part.last - part.first + 1;
	const within = Math.min(0.9999, (share - part.from) / part.share);
	return part.first + Math.floor(within * rows);
}
