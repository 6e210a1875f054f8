/** A stretch of one direction of a connection. */
export type Range = [o: number, len: number];

/** Bytes `[at, at + len)` of those that the ranges hold one after another. */
export function cut(ranges: readonly Range[], at: number, len: number): Range[] {
	const out: Range[] = [];
	let begin = 0;
	for (const [o, held] of ranges) {
		const from = Math.max(at, begin);
		const to = Math.min(at + len, begin + held);
		if (from < to) out.push([o + from - begin, to - from]);
		begin += held;
	}
	return out;
}

/** Which of those bytes, counted as in `cut`, lie in `[o, o + len)` of the connection. */
export function overlap(ranges: readonly Range[], [o, len]: Range): { at: number; len: number }[] {
	const out: { at: number; len: number }[] = [];
	let begin = 0;
	for (const [begins, held] of ranges) {
		const from = Math.max(o, begins);
		const to = Math.min(o + len, begins + held);
		if (from < to) out.push({ at: begin + from - begins, len: to - from });
		begin += held;
	}
	return out;
}

/** How many bytes the ranges hold. */
export const bytesOf = (ranges: readonly Range[]): number =>
	ranges.reduce((sum, [, len]) => sum + len, 0);
