import type { ChapterId } from '../trace/chapters.ts';
import type { Row } from './rows.ts';

/** The chapters as parts of the time bar, each as wide as its stops take on the shown clock. */
export interface Segment {
	chap: ChapterId;
	/** Rows `[first, last]`. */
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

/** `begins` are the timeline's: one for each row that has happened, and the whole length at the end. */
export function chapterSegments(rows: readonly Row[], begins: readonly number[]): Segment[] {
	const segments: Segment[] = [];
	rows.forEach((row, k) => {
		const last = segments.at(-1);
		const failed = row.item?.failed === true || row.fold?.kind === 'refused-try';
		if (!last || row.opens) {
			segments.push({ chap: row.chap, first: k, last: k, from: 0, share: 0, failed });
			return;
		}
		last.last = k;
		last.failed ||= failed;
	});
	const times = rows.map(
		(_, k) => begins[k] ?? (begins.at(-1) ?? 0) + (k - begins.length + 1) * 600
	);
	const whole = Math.max(
		1,
		times.length > begins.length - 1 ? (times.at(-1) ?? 0) + 600 : begins.at(-1)!
	);
	const raw = segments.map((part, k) => {
		const end = segments[k + 1] ? times[segments[k + 1]!.first]! : whole;
		return Math.max(leastShare, (end - times[part.first]!) / whole);
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
