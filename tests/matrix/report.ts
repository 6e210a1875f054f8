import { table } from '../bench/report.ts';

/** What a place in the table says. `before`: it went well in an earlier run of the matrix, and nothing has changed. */
export type Mark = 'ok' | 'before' | 'FAIL' | 'skip' | 'no cell';

const shown: Record<Mark, string> = {
	ok: 'ok',
	before: 'ok',
	FAIL: 'FAIL',
	skip: 'skip',
	'no cell': ''
};

/** A table of cells by versions for one era. */
export function tableOf(
	era: string,
	versions: readonly string[],
	cells: readonly string[],
	mark: (cell: string, version: string) => Mark
): string {
	const rows = cells.map((cell) => [
		`\`${cell}\``,
		...versions.map((version) => shown[mark(cell, version)])
	]);
	return table([era, ...versions], rows);
}

/** The last line: how many there were of each. */
export function summary(marks: readonly Mark[]): string {
	const count = (...of: Mark[]) => marks.filter((mark) => of.includes(mark)).length;
	const before = count('before');
	return [
		`${count('ok', 'before')} ok${before > 0 ? ` (${before} of them known from before)` : ''}`,
		`${count('FAIL')} failed`,
		`${count('skip')} skipped`
	].join(', ');
}
