import type { ConnLine, HoldLine } from '../trace/event.ts';

/** Whether a line has what its place in the model needs: files come from anywhere, and their types are only hoped for. */
export const isCount = (value: unknown): value is number =>
	typeof value === 'number' && Number.isInteger(value) && value >= 0;

export function isSpan(line: {
	c?: unknown;
	dir?: unknown;
	o?: unknown;
	len?: unknown;
}): line is { c: string; dir: '>' | '<'; o: number; len: number } {
	return (
		typeof line.c === 'string' &&
		(line.dir === '>' || line.dir === '<') &&
		isCount(line.o) &&
		isCount(line.len)
	);
}

export const isNamed = (line: ConnLine): boolean => typeof line.c === 'string';
export const isHeld = (line: HoldLine): boolean => typeof line.s === 'string';
export const isStrings = (value: unknown): boolean =>
	Array.isArray(value) && value.every((word) => typeof word === 'string');
