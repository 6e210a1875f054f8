import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { itemAtTime } from '../../src/lib/recording/real-time.ts';
import { emptyRecording } from '../../src/lib/recording/recording.ts';

const date = readRecording(
	'date',
	readFileSync('tests/fixtures/recordings/date.execscope', 'utf8')
);

test('goes so far in real time, and at least one step', () => {
	const { t } = date.items.columns;
	const to = itemAtTime(date, 3, 20_000);
	expect(t.at(to)).toBeLessThanOrEqual(t.at(3) + 20_000);
	expect(t.at(to + 1)).toBeGreaterThan(t.at(3) + 20_000);
	expect(itemAtTime(date, 3, 1)).toBe(4);
	expect(itemAtTime(date, 3, -1)).toBe(2);
});

test('stops at the ends', () => {
	expect(itemAtTime(date, 3, 60e6)).toBe(date.items.length - 1);
	expect(itemAtTime(date, 3, -60e6)).toBe(-1);
	expect(itemAtTime(date, -1, 5)).toBe(0);
	expect(itemAtTime(emptyRecording('x'), -1, 5e6)).toBe(-1);
});
