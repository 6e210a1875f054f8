import { afterEach, expect, it, vi } from 'vitest';
import { chapterSegments } from '../../src/lib/diagram/chapter-bar.ts';
import { metrics } from '../../src/lib/diagram/geometry.ts';
import { Rows } from '../../src/lib/diagram/rows.ts';
import { stepPlaces } from '../../src/lib/diagram/step-places.ts';
import { Waits } from '../../src/lib/diagram/waits.ts';
import { Column } from '../../src/lib/recording/column.ts';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import { slowedBy, timeline } from '../../src/lib/recording/timeline.ts';
import { sampleRecording } from '../support/sample-recording.ts';

afterEach(() => vi.restoreAllMocks());

/** Everything that is reckoned over all of a recording, each time from what there was. */
class Reckoning {
	rows: Rows | undefined;
	waits: Waits | undefined;
	readonly reader = new RecordingReader('a');

	grow(lines: readonly string[]) {
		this.reader.pushLines(lines);
		const { recording } = this.reader;
		const after = this.rows;
		const rows = (this.rows = new Rows(recording, 2, { opened, after }));
		this.waits = new Waits(recording.items, this.waits);
		const stops = rows.stops();
		const step = timeline(stops, 'step');
		const real = timeline(stops, 'real');
		const places = stepPlaces(rows, stops, metrics.page)(-1, false);
		return { rows, stops, step, real, places, segments: chapterSegments(rows, step) };
	}
}
const opened: ReadonlySet<string> = new Set();

/** `count` requests, each with its answer; now and then nothing is said for long. */
function requests(from: number, count: number): string[] {
	const lines: string[] = [];
	for (let k = from; k < from + count; k++) {
		const t = (k + 1) * 1000 + Math.floor(k / 500) * 2_000_000;
		const lane = { k: 'step', t, n: 'GET /', facts: k % 700 === 0 ? { status: 500 } : {} };
		lines.push(
			JSON.stringify({
				...lane,
				i: 2 * k,
				s: `api-request#${k}`,
				from: 'kubectl',
				to: 'apiserver'
			}),
			JSON.stringify({
				...lane,
				i: 2 * k + 1,
				s: `api-request:reply#${k}`,
				from: 'apiserver',
				to: 'kubectl'
			})
		);
	}
	return lines;
}

/** How many numbers are read and written when `added` requests come after `before`. */
function workOf(before: number, added: number): number {
	const reckoning = new Reckoning();
	reckoning.grow(requests(0, before));
	const lines = requests(before, added);
	let work = 0;
	const { at, push } = Column.prototype;
	type Any = Column<Uint8Array>;
	vi.spyOn(Column.prototype, 'at').mockImplementation(function (this: Any, k) {
		work++;
		return at.call(this, k);
	});
	vi.spyOn(Column.prototype, 'push').mockImplementation(function (this: Any, value) {
		work++;
		push.call(this, value);
	});
	reckoning.grow(lines);
	vi.restoreAllMocks();
	return work;
}

it('costs what was added, however long the recording is', () => {
	const short = workOf(1000, 100);
	expect(workOf(32_000, 100)).toBeLessThan(short * 2);
});

it.each([{}, { refusedTry: true, chunks: 40 }])(
	'comes to the same, line by line and all at once: %o',
	(options) => {
		const lines = sampleRecording(options).split('\n');
		const once = new Reckoning().grow(lines);
		const reckoning = new Reckoning();
		let grown = reckoning.grow([]);
		for (const line of lines) grown = reckoning.grow([line]);
		expect(grown.segments).toEqual(once.segments);
		expect([grown.step, grown.real]).toEqual([once.step, once.real]);
		expect(slowedBy(grown.stops)).toBe(slowedBy(once.stops));
		expect([...grown.stops.idle]).toEqual([...once.stops.idle]);
		expect(grown.places.height).toBe(once.places.height);
		const { items } = readRecording('a', lines.join('\n'));
		const all = [items.length - 1, 0, once.rows.length - 1] as const;
		expect(reckoning.waits!.bars(grown.rows, ...all)).toEqual(
			new Waits(items).bars(once.rows, ...all)
		);
	}
);

it('knows the chapters, failures and waits of a recording that came in parts', () => {
	const lines = requests(0, 3000);
	const once = new Reckoning().grow(lines);
	const reckoning = new Reckoning();
	let grown = reckoning.grow([]);
	for (let at = 0; at < lines.length; at += 333) grown = reckoning.grow(lines.slice(at, at + 333));
	expect(grown.segments).toEqual(once.segments);
	expect(grown.segments.some((part) => part.failed)).toBe(true);
	expect(once.stops.idle.length).toBe(5);
	expect([...grown.stops.idle]).toEqual([...once.stops.idle]);
	expect(grown.step).toEqual(once.step);
});
