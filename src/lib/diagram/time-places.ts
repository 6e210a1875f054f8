import { lastUpTo } from '../recording/column.ts';
import type { Stops } from '../recording/stops.ts';
import { idleAfterMs } from '../recording/timeline.ts';
import type { Metrics } from './geometry.ts';
import { idleBefore, type Idle, type Places, type PlacesAt, type Waited } from './places.ts';

/** How high an idle wait stands in the time view. */
const idlePx = 40;
/** Rows nearer than this to one that has words have none, unless somebody looks at them. */
const wordsPx = 17;

/**
 * Rows to scale: as far apart as they were in time, all in all as high as the same rows in the step view, times
 * `zoom`. What is promised follows below, one row each.
 */
export function timePlaces(count: number, stops: Stops, m: Metrics, zoom: number): PlacesAt {
	const waited = idleBefore(stops, quietMs(stops));
	const spokenMs = activeMs(stops, waited);
	const scale = spokenMs > 0 ? (zoom * stops.length * m.row) / spokenMs : 0;
	const ys = new Float64Array(count);
	const labelled = new Uint8Array(count);
	let y = m.padTop + m.row / 2;
	let gap = 0;
	let worded = -Infinity;
	for (let k = 0; k < count; k++) {
		if (k >= stops.length) y += m.row;
		else if (waited.stops[gap] === k) {
			y += (stops.end[k - 1]! - stops.t[k - 1]!) * 1e-3 * scale + idlePx;
			gap++;
		} else if (k > 0) y += Math.max(0, (stops.t[k]! - stops.t[k - 1]!) * 1e-3 * scale);
		ys[k] = y;
		if (y - worded < wordsPx) continue;
		labelled[k] = 1;
		worded = y;
	}
	return placesAt;

	function placesAt(current: number, held: boolean): Places {
		/** The current row always has words; those too near to it, or under its buttons while it is held, give up theirs. */
		const now = current >= 0 && current < count ? ys[current]! : NaN;
		const belowNow = Math.max(wordsPx, held ? m.rowHeld - m.rowNow / 2 : 0);
		const overprints = (row: number) => ys[row]! > now - wordsPx && ys[row]! < now + belowNow;
		return {
			height: y + m.row / 2 + m.padTop * 2 + m.rowHeld - m.row,
			at(row) {
				const middle = ys[row] ?? 0;
				const isNow = row === current;
				const height = isNow ? (held ? m.rowHeld : m.rowNow) : m.row;
				const top = middle - (isNow ? m.rowNow : m.row) / 2;
				return {
					top,
					height,
					y: middle,
					labelled: isNow || (labelled[row] === 1 && !overprints(row))
				};
			},
			rowAt: (height) => Math.max(0, lastUpTo(ys, count, height)),
			idles(first, last) {
				const found: Idle[] = [];
				for (let k = lastUpTo(waited.stops, waited.stops.length, first - 1) + 1; ; k++) {
					const row = waited.stops[k];
					if (row === undefined || row > last) return found;
					found.push({ row, top: ys[row]! - idlePx, height: idlePx, ms: waited.ms[k]! });
				}
			},
			ticks: (from, to) => ticksOf(stops, ys, scale, from, to)
		};
	}
}

/** How much longer than the usual pause between two steps a pause must be to be idle in the time view. */
const timesUsual = 25;
const sampled = 2000;

/** From how long a wait on it counts as idle where rows are drawn to scale: else the steps would be one line. */
function quietMs(stops: Stops): number {
	const every = Math.max(1, Math.floor(stops.length / sampled));
	const pauses: number[] = [];
	for (let k = 1; k < stops.length; k += every) pauses.push(stops.quietBefore(k));
	const usual = pauses.sort((a, b) => a - b)[pauses.length >> 1] ?? 0;
	return Math.min(idleAfterMs, Math.max(20, usual * timesUsual));
}

function activeMs(stops: Stops, waited: Waited): number {
	if (stops.length === 0) return 0;
	const whole = (stops.t[stops.length - 1]! - stops.t[0]!) / 1000;
	return whole - waited.ms.reduce((sum, ms) => sum + ms, 0);
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
