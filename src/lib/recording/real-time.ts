import { lastUpTo } from './column.ts';
import type { Recording } from './recording.ts';

/**
 * The item that is newest so many microseconds of real time after, or before, another: at least one further, so that
 * a long wait does not stop whoever jumps. -1 is before the first.
 */
export function itemAtTime({ items }: Recording, cursor: number, by: number): number {
	const { length } = items;
	if (length === 0) return -1;
	const { t } = items.columns;
	const from = cursor < 0 ? t.at(0) : t.at(Math.min(cursor, length - 1));
	const to = lastUpTo(t.array, length, from + by);
	return by > 0 ? Math.min(length - 1, Math.max(cursor + 1, to)) : Math.min(cursor - 1, to);
}
