import { expect, it } from 'vitest';
import { chapterSegments, headAt, rowUnder } from '../../src/lib/diagram/chapter-bar.ts';
import { Rows } from '../../src/lib/diagram/rows.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { timeline } from '../../src/lib/recording/timeline.ts';
import { sampleRecording } from '../support/sample-recording.ts';

const rows = new Rows(readRecording('a', sampleRecording({ chunks: 9 })), 2);
const segments = chapterSegments(rows, timeline(rows.stops(), 'step'));

it('fills the bar with chapters, none too narrow for its name', () => {
	expect(segments.map((part) => part.chap)).toEqual([
		'find',
		'ask',
		'prepare',
		'redirect',
		'start',
		'talk',
		'end'
	]);
	expect(segments.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1);
	expect(Math.min(...segments.map((part) => part.share))).toBeGreaterThan(0.05);
});

it('moves the playhead from the left edge to the right', () => {
	const heads = Array.from(rows, (_, k) => headAt(segments, k));
	expect(headAt(segments, -1)).toBe(0);
	expect(heads.at(-1)).toBeCloseTo(1);
	expect(heads.every((head, k) => k === 0 || head > heads[k - 1]!)).toBe(true);
});

it('finds the row under the pointer', () => {
	[...rows].forEach((_, k) => {
		const middle = (headAt(segments, k) + (k === 0 ? 0 : headAt(segments, k - 1))) / 2;
		expect(rowUnder(segments, middle)).toBe(k);
	});
	expect(rowUnder(segments, 0)).toBe(-1);
});
