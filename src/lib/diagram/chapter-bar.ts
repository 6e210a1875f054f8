import type { ChapterId } from '../trace/chapters.ts';
import { stepMs } from '../recording/timeline.ts';
import type { Rows } from './rows.ts';

/** The chapters as parts of the time bar, each as wide as its stops take on the shown clock. */
export interface Segment {
	chap: ChapterId;
	/** Steps `[first, last]`. */
	first: number;
	last: number;
	/** Left edge and width, 0 to 1. */
	from: number;
	share: number;
	/** Something in it failed. */
	failed: boolean;
}

/** No chapter is so short that its name cannot be pressed. */
const leastShare = 0.075;

/** `begins` are the timeline's: one for each step that has happened, and the whole length at the end. */
export function chapterSegments(rows: Rows, begins: ArrayLike<number>): Segment[] {
	const segments: Segment[] = [];
	for (let k = 0; k < rows.steps; k++) {
		const last = segments.at(-1);
		const row = rows.rowOf(k);
		const failed = rows.hasFailed(row);
		if (!last || rows.opensAt(row)) {
			segments.push({ chap: rows.chapAt(row), first: k, last: k, from: 0, share: 0, failed });
			continue;
		}
		last.last = k;
		last.failed ||= failed;
	}
	const known = begins.length - 1;
	const end = begins[known] ?? 0;
	const begin = (k: number) => (k < known ? begins[k]! : end + (k - known) * stepMs.arrow);
	const whole = Math.max(1, rows.steps > known ? begin(rows.steps - 1) + stepMs.arrow : end);
	const raw = segments.map((part, k) => {
		const next = segments[k + 1];
		return Math.max(leastShare, ((next ? begin(next.first) : whole) - begin(part.first)) / whole);
	});
	const sum = raw.reduce((total, share) => total + share, 0);
	let from = 0;
	segments.forEach((part, k) => {
		part.from = from;
		part.share = raw[k]! / sum;
		from += part.share;
	});
	return segments;
}

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
