import type { LogLine } from './log-line.ts';

/** Where the message of a line begins, after its time, process and place in the source. */
export function messageStart(text: string): number {
	return /^[IF]\d{4} \S+ +\S+ \S+\] /.exec(text)?.[0].length ?? 0;
}

/** How many rows the lines before each one take, wrapped at so many columns; the last number is that of all. */
export function rowsBefore(lines: readonly LogLine[], columns: number, heads: boolean): Int32Array {
	const rows = new Int32Array(lines.length + 1);
	const room = Math.max(leastColumns, columns);
	lines.forEach(({ text }, k) => {
		const from = heads ? 0 : messageStart(text);
		const tabs = text.split('\t').length - 1;
		const length = text.length - from + tabs * (tabSize - 1);
		rows[k + 1] = rows[k]! + Math.max(1, Math.ceil(length / room));
	});
	return rows;
}

/** As the list draws it. */
const tabSize = 4;
/** Narrower, and it would be one letter a row before it is laid out. */
const leastColumns = 20;
