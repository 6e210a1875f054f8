/**
 * Columns as kubectl's tab writer aligns them: a column is as wide as its widest cell plus 3 spaces, at least 6;
 * the last cell of a line is not padded.
 */
const padding = 3;
const narrowest = 6;

export function alignColumns(rows: readonly (readonly string[])[]): string {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [at, cell] of row.slice(0, -1).entries()) {
			widths[at] = Math.max(widths[at] ?? narrowest, [...cell].length + padding);
		}
	}
	const line = (row: readonly string[]) =>
		row.map((cell, at) => (at === row.length - 1 ? cell : pad(cell, widths[at]!))).join('');
	return rows.map((row) => `${line(row)}\n`).join('');
}

/** By characters, as Go counts them: padEnd would count UTF-16 units. */
function pad(cell: string, width: number): string {
	return cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
