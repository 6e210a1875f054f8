import { lastUpTo, lastWhere } from '../recording/column.ts';
import type { Stops } from '../recording/stops.ts';
import type { Metrics } from './geometry.ts';
import type { Idle, Places, PlacesAt } from './places.ts';
import type { Rows } from './rows.ts';

/**
 * Rows one below another, the current one taller, a row's height left out where nothing was said for long. Nothing
 * here takes longer the longer the run is: it is asked for anew at each step, and each time that a run has grown.
 */
export function stepPlaces(rows: Rows, stops: Stops, m: Metrics): PlacesAt {
	const count = rows.length;
	/** Steps with a free row above them. */
	const { idle } = stops;
	const gapsUpTo = (row: number) =>
		idle.length === 0 ? 0 : lastUpTo(idle, idle.length, rows.stepOf(row)) + 1;
	return (current, held) => placesAt(current, held ? m.rowHeld : m.rowNow);

	function placesAt(current: number, now: number): Places {
		const extra = current >= 0 && current < count ? now - m.row : 0;
		const topOf = (row: number) =>
			m.padTop + (row + gapsUpTo(row)) * m.row + (row > current && extra > 0 ? extra : 0);
		return {
			height: m.padTop * 2 + (count + idle.length) * m.row + extra,
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
				for (let k = gapsUpTo(first - 1); k < idle.length; k++) {
					const row = rows.rowOf(idle[k]!);
					if (row > last) break;
					const ms = stops.quietBefore(idle[k]!);
					found.push({ row, top: topOf(row) - m.row, height: m.row, ms });
				}
				return found;
			},
			ticks: () => []
		};
	}
}
