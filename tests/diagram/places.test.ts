import { describe, expect, it } from 'vitest';
import { metrics, zoomed } from '../../src/lib/diagram/geometry.ts';
import { Rows } from '../../src/lib/diagram/rows.ts';
import { stepPlaces } from '../../src/lib/diagram/step-places.ts';
import { timePlaces } from '../../src/lib/diagram/time-places.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { sampleRecording } from '../support/sample-recording.ts';

const m = metrics.page;
const rows = new Rows(readRecording('a', sampleRecording()), 2);
const chatty = readRecording('a', sampleRecording({ chunks: 40 }));
const folds = [...new Rows(chatty, 2)].flatMap((row) => row.fold?.id ?? []);
const idling = new Rows(chatty, 2, { opened: new Set(folds) });

describe('stepPlaces', () => {
	it('makes room for the current row, and more for a held one', () => {
		const tops = (held: boolean) =>
			[1, 2, 3].map((k) => stepPlaces(rows, rows.stops(), m)(2, held).at(k).top);
		expect(tops(false)).toEqual([32, 56, 90]);
		expect(tops(true)[2]).toBe(120);
	});

	it.each([0.25, 0.5, 1, 2])(
		'keeps the current row in the middle of its room at zoom %f',
		(zoom) => {
			const at = stepPlaces(rows, rows.stops(), zoomed(m, zoom))(2, false).at(2);
			expect(at.y - at.top).toBeCloseTo(at.height / 2);
		}
	);

	it('finds the row under a height', () => {
		const places = stepPlaces(rows, rows.stops(), m)(20, true);
		for (let k = 0; k < rows.length; k++) {
			const { top, height } = places.at(k);
			expect(places.rowAt(top + height / 2)).toBe(k);
		}
	});

	it('leaves a labelled row free where nothing was said for long', () => {
		const stops = idling.stops();
		const places = stepPlaces(idling, stops, m)(-1, false);
		const idles = places.idles(0, idling.length - 1);
		expect(idles.length).toBeGreaterThan(0);
		for (const { row, top, height, ms } of idles) {
			expect(top + height).toBe(places.at(row).top);
			expect(top).toBe(places.at(row - 1).top + places.at(row - 1).height);
			expect(ms).toBeGreaterThan(1500);
		}
		expect(places.idles(0, -1)).toEqual([]);
	});
});

describe('timePlaces', () => {
	const stops = rows.stops();
	const places = timePlaces(rows.length, stops, m, 1)(-1, false);

	it('sets rows as far apart as they were in time', () => {
		const y = (k: number) => places.at(k).y;
		const last = rows.length - 1;
		const scale = (y(last) - y(0)) / (stops.t[last]! - stops.t[0]!);
		for (let k = 1; k <= last; k++)
			expect(y(k) - y(0)).toBeCloseTo((stops.t[k]! - stops.t[0]!) * scale, 3);
	});

	it('is as high as the steps of the same run, and twice so at twice the size', () => {
		const high = (zoom: number) => {
			const at = timePlaces(rows.length, stops, m, zoom)(-1, false);
			return at.at(rows.length - 1).y - at.at(0).y;
		};
		expect(high(1)).toBeCloseTo(rows.length * m.row);
		expect(high(2)).toBeCloseTo(2 * high(1));
	});

	it('gives words only to rows with room for them, and to the current one', () => {
		const labelled = Array.from(rows, (_, k) => places.at(k)).filter((at) => at.labelled);
		for (let k = 1; k < labelled.length; k++)
			expect(labelled[k]!.y - labelled[k - 1]!.y).toBeGreaterThanOrEqual(17);
		const crowded = Array.from(rows, (_, k) => k).find((k) => !places.at(k).labelled)!;
		expect(timePlaces(rows.length, stops, m, 1)(crowded, false).at(crowded).labelled).toBe(true);
	});

	it('takes the words of rows that the words of the current one would overprint', () => {
		for (let current = 0; current < rows.length; current++)
			for (const held of [false, true]) {
				const at = timePlaces(rows.length, stops, m, 1)(current, held);
				const now = at.at(current);
				const end = held ? now.top + now.height : now.y + 17;
				for (let k = 0; k < rows.length; k++) {
					const { y, labelled } = at.at(k);
					if (labelled && k !== current) expect(y <= now.y - 17 || y >= end).toBe(true);
				}
				expect(now.labelled).toBe(true);
			}
	});

	it('finds the row at a height, and round times for a ruler', () => {
		const k = rows.length - 1;
		expect(places.rowAt(places.at(k).y)).toBe(k);
		const ticks = places.ticks(0, places.height);
		expect(ticks.length).toBeGreaterThan(2);
		const step = ticks[1]!.ms - ticks[0]!.ms;
		for (const tick of ticks) expect(tick.ms % step).toBeCloseTo(0);
	});

	it('shortens and labels what was idle', () => {
		const idle = timePlaces(idling.length, idling.stops(), m, 1)(-1, false);
		const waits = idle.idles(0, idling.length - 1);
		expect(waits.length).toBeGreaterThan(0);
		for (const wait of waits) expect(wait.height).toBe(40);
	});
});

it('zooms rows and words together, and never below what can be read', () => {
	expect(zoomed(m, 1)).toBe(m);
	expect(zoomed(m, 2)).toMatchObject({ row: 48, fontPx: 28, labels: true, numbers: true });
	expect(zoomed(m, 0.5)).toMatchObject({ row: 12, fontPx: 14, labels: false, numbers: false });
});
