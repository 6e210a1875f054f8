import { lastUpTo, lastWhere } from '../recording/column.ts';
import { idleAfterMs, type Stops } from '../recording/timeline.ts';
import type { Metrics } from './geometry.ts';
import { idleBefore, type Idle, type Places, type PlacesAt } from './places.ts';
import type { Rows } from './rows.ts';

/**
 * Rows one below another, the current one taller, a row's height left out where nothing was said for long. All that
 * takes longer the longer the run is, is done before the current row is known.
 */
export function stepPlaces(rows: Rows, stops: Stops, m: Metrics): PlacesAt {
	const count = rows.length;
	const waited = idleBefore(stops, idleAfterMs);
	/** Rows with a free one above them. */
	const freed = waited.stops.map((step) => rows.rowOf(step));
	const gapsUpTo = (row: number) => lastUpTo(freed, freed.length, row) + 1;
	return (current, held) => placesAt(current, held ? m.rowHeld : m.rowNow);

	function placesAt(current: number, now: number): Places {
		const extra = current >= 0 && current < count ? now - m.row : 0;
		const topOf = (row: number) =>
			m.padTop + (row + gapsUpTo(row)) * m.row + (row > current && extra > 0 ? extra : 0);
		return {
			height: m.padTop * 2 + (count + freed.length) * m.row + extra,
			at(row) {
				const top = topOf(row);
				const height = row === current ? now : m.row;
				const inset = row === current ? (m.rowNow - m.row) / 2 : 0;
				return { top, height, y: top + inset + m.row / 2, labelled: true };
			},
			rowAt: (y) =>
				Math.max(
					0,
					lastWhere(count, (row) => topOf(row) <= y)
				),
			idles(first, last) {
				const found: Idle[] = [];
				for (let k = gapsUpTo(first - 1); k < freed.length && freed[k]! <= last; k++) {
					const row = freed[k]!;
					found.push({ row, top: topOf(row) - m.row, height: m.row, ms: waited.ms[k]! });
				}
				return found;
			},
			ticks: () => []
		};
	}
}
