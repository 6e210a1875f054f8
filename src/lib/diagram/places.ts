import { lastUpTo, lastWhere } from '../recording/column.ts';
import { idleAfterMs, type Stops } from '../recording/timeline.ts';
import type { Metrics } from './geometry.ts';
import type { Rows } from './rows.ts';

/** Where a row stands, in pixels from the top of the ladder. */
export interface RowAt {
	top: number;
	height: number;
	/** Middle of the arrow. */
	y: number;
	/** There is room for its words; the current row always has it. */
	labelled: boolean;
}

/** A wait during which nothing was said: shorter on the page than it was, and labelled with its length. */
export interface Idle {
	/** The row after it. */
	row: number;
	top: number;
	height: number;
	ms: number;
}

export interface Places {
	height: number;
	at(row: number): RowAt;
	/** The row under a height. */
	rowAt(y: number): number;
	/** The waits before rows `[first, last]`. */
	idles(first: number, last: number): Idle[];
	/** Heights of round times, for a ruler; none where rows stand one below another. */
	ticks(from: number, to: number): { y: number; ms: number }[];
}

/** Rows one below another, the current one taller, a row's height left out where nothing was said for long. */
export function stepPlaces(
	rows: Rows,
	stops: Stops,
	current: number,
	held: boolean,
	m: Metrics
): Places {
	const count = rows.length;
	const waits = idleBefore(stops, idleAfterMs);
	waits.rows = waits.rows.map((step) => rows.rowOf(step));
	const now = held ? m.rowHeld : m.rowNow;
	const extra = current >= 0 && current < count ? now - m.row : 0;
	const gapsUpTo = (row: number) => lastUpTo(waits.rows, waits.rows.length, row) + 1;
	const topOf = (row: number) =>
		m.padTop + (row + gapsUpTo(row)) * m.row + (row > current && extra > 0 ? extra : 0);
	return {
		height: m.padTop * 2 + (count + waits.rows.length) * m.row + extra,
		at(row) {
			const top = topOf(row);
			const height = row === current ? now : m.row;
			const inset = row === current ? Math.min(5, (m.rowNow - m.row) / 2) : 0;
			return { top, height, y: top + inset + m.row / 2, labelled: true };
		},
		rowAt: (y) =>
			Math.max(
				0,
				lastWhere(count, (row) => topOf(row) <= y)
			),
		idles(first, last) {
			const found: Idle[] = [];
			for (let k = gapsUpTo(first - 1); k < waits.rows.length && waits.rows[k]! <= last; k++) {
				const row = waits.rows[k]!;
				found.push({ row, top: topOf(row) - m.row, height: m.row, ms: waits.ms[k]! });
			}
			return found;
		},
		ticks: () => []
	};
}

/** How high an idle wait stands in the time view. */
const idlePx = 40;
/** Rows nearer than this to one that has words have none, unless somebody looks at them. */
const wordsPx = 17;

/**
 * Rows to scale: as far apart as they were in time, all in all as high as the same rows in the step view, times
 * `zoom`. What is promised follows below, one row each.
 */
export function timePlaces(
	count: number,
	stops: Stops,
	current: number,
	held: boolean,
	m: Metrics,
	zoom: number
): Places {
	const waits = idleBefore(stops, quietMs(stops));
	const spokenMs = activeMs(stops, waits);
	const scale = spokenMs > 0 ? (zoom * stops.length * m.row) / spokenMs : 0;
	const ys = new Float64Array(count);
	const labelled = new Uint8Array(count);
	let y = m.padTop + m.row / 2;
	let gap = 0;
	let worded = -Infinity;
	for (let k = 0; k < count; k++) {
		if (k >= stops.length) y += m.row;
		else if (waits.rows[gap] === k) {
			y += (stops.end[k - 1]! - stops.t[k - 1]!) * 1e-3 * scale + idlePx;
			gap++;
		} else if (k > 0) y += Math.max(0, (stops.t[k]! - stops.t[k - 1]!) * 1e-3 * scale);
		ys[k] = y;
		if (y - worded < wordsPx) continue;
		labelled[k] = 1;
		worded = y;
	}
	return {
		height: y + m.row / 2 + m.padTop * 2 + m.rowHeld - m.row,
		at(row) {
			const middle = ys[row] ?? 0;
			const isNow = row === current;
			const height = isNow ? (held ? m.rowHeld : m.rowNow) : m.row;
			const top = middle - (isNow ? m.rowNow : m.row) / 2;
			return { top, height, y: middle, labelled: labelled[row] === 1 || isNow };
		},
		rowAt: (height) => Math.max(0, lastUpTo(ys, count, height)),
		idles(first, last) {
			const found: Idle[] = [];
			for (let k = lastUpTo(waits.rows, waits.rows.length, first - 1) + 1; ; k++) {
				const row = waits.rows[k];
				if (row === undefined || row > last) return found;
				found.push({ row, top: ys[row]! - idlePx, height: idlePx, ms: waits.ms[k]! });
			}
		},
		ticks: (from, to) => ticksOf(stops, ys, scale, from, to)
	};
}

interface Waited {
	/** Stops or rows that begin after an idle wait, ascending, and how long it was. */
	rows: Int32Array;
	ms: Float64Array;
}

/** How much longer than the usual pause between two steps a pause must be to be idle in the time view. */
const timesUsual = 25;
const sampled = 2000;

/** From how long a wait on it counts as idle where rows are drawn to scale: else the steps would be one line. */
function quietMs(stops: Stops): number {
	const every = Math.max(1, Math.floor(stops.length / sampled));
	const pauses: number[] = [];
	for (let k = 1; k < stops.length; k += every)
		pauses.push((stops.t[k]! - stops.end[k - 1]!) / 1000);
	const usual = pauses.sort((a, b) => a - b)[pauses.length >> 1] ?? 0;
	return Math.min(idleAfterMs, Math.max(20, usual * timesUsual));
}

function idleBefore(stops: Stops, fromMs: number): Waited {
	const rows: number[] = [];
	const ms: number[] = [];
	for (let k = 1; k < stops.length; k++) {
		const waited = (stops.t[k]! - stops.end[k - 1]!) / 1000;
		if (waited <= fromMs) continue;
		rows.push(k);
		ms.push(waited);
	}
	return { rows: Int32Array.from(rows), ms: Float64Array.from(ms) };
}

function activeMs(stops: Stops, waits: Waited): number {
	if (stops.length === 0) return 0;
	const whole = (stops.t[stops.length - 1]! - stops.t[0]!) / 1000;
	return whole - waits.ms.reduce((sum, ms) => sum + ms, 0);
}

/** Ticks stand at least this far apart. */
const tickPx = 90;

/** Round times between two heights. Within an idle wait, whose scale is another, there are none. */
function ticksOf(
	stops: Stops,
	ys: Float64Array,
	scale: number,
	from: number,
	to: number
): { y: number; ms: number }[] {
	if (scale <= 0 || stops.length === 0) return [];
	const step = roundUp(tickPx / scale);
	const ticks: { y: number; ms: number }[] = [];
	const begin = stops.t[0]!;
	for (let k = Math.max(0, lastUpTo(ys, stops.length, from)); k < stops.length; k++) {
		if (ys[k]! > to) break;
		const next = k + 1 < stops.length ? ys[k + 1]! : Infinity;
		const here = (stops.t[k]! - begin) / 1000;
		for (let ms = Math.ceil(here / step) * step; ticks.length < 200; ms += step) {
			const y = ys[k]! + (ms - here) * scale;
			const end = k + 1 < stops.length ? (stops.t[k + 1]! - begin) / 1000 : here;
			if (y > to || y >= next || ms > end) break;
			if (y >= from && ticks.at(-1)?.ms !== ms) ticks.push({ y, ms });
		}
	}
	return ticks;
}

/** The next of 1, 2, 5, 10, 20, ... */
function roundUp(value: number): number {
	const unit = 10 ** Math.floor(Math.log10(value));
	return unit * ([1, 2, 5].find((times) => times * unit >= value) ?? 10);
}
