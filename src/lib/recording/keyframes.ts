import { lastUpTo } from './column.ts';
import type { Batch } from './batch.ts';
import { appendTo, keyColumns, makeTable } from './columns.ts';
import type { TextStore } from './text-store.ts';

/** The terminal as it stood at one moment: what a seek begins from, instead of from the first byte. */
export interface Keyframe {
	i: number;
	t: number;
	cols: number;
	rows: number;
	/** What draws that screen on an empty one. */
	ansi: string;
}

/** The keyframes of a recording, in order; a screen is read from its line when a seek needs it. */
export class Keyframes {
	readonly #keys = makeTable(keyColumns, 4);
	readonly #text: TextStore;

	constructor(text: TextStore) {
		this.#text = text;
	}

	take(batch: Batch, base: number): void {
		appendTo<typeof keyColumns>(this.#keys, batch.keys, base);
	}

	/** The newest one at or before `t` whose screen can be read. */
	before(t: number): Keyframe | undefined {
		const { i, t: times, at, length } = this.#keys;
		for (let k = lastUpTo(times.array, times.length, t); k >= 0; k--) {
			const screen = screenOf(this.#text.parse(at.at(k), length.at(k)));
			if (screen) return { i: i.at(k), t: times.at(k), ...screen };
		}
		return undefined;
	}
}

function screenOf(
	line: Record<string, unknown> | undefined
): Omit<Keyframe, 'i' | 't'> | undefined {
	const screen = line?.screen;
	if (typeof screen !== 'object' || screen === null) return undefined;
	const { cols, rows, ansi } = screen as Record<string, unknown>;
	if (typeof cols !== 'number' || typeof rows !== 'number' || typeof ansi !== 'string')
		return undefined;
	const fits = cols >= 1 && cols <= 1000 && rows >= 1 && rows <= 1000;
	return fits ? { cols, rows, ansi } : undefined;
}
