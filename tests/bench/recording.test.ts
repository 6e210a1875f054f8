import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { checkRecording } from '../support/check-recording.ts';
import { messageAt } from './messages.ts';
import { exchange, linesOf, talk, writeRecording } from './recording.ts';

const textOf = (lines: Iterable<string>) => [...lines].join('');

it('makes a valid recording of messages, no two alike', () => {
	const text = textOf(linesOf(exchange(50, true)));
	expect(checkRecording(text)).toEqual([]);
	const recording = readRecording('bench', text);
	expect(recording.problems).toEqual([]);
	expect(Array.from(recording.items, (item) => item.s)).toEqual(
		Array.from({ length: 50 }, (_, k) => messageAt(k).s)
	);
	expect(new Set(Array.from(recording.items, (item) => item.s)).size).toBe(50);
});

it('makes a valid recording of a shell, with keyframes and a terminal', () => {
	const text = textOf(linesOf(talk(200_000)));
	expect(Math.abs(text.length / 200_000 - 1)).toBeLessThan(0.1);
	expect(checkRecording(text)).toEqual([]);
	const recording = readRecording('bench', text);
	expect(recording.problems).toEqual([]);
	expect(recording.tty.length).toBe(recording.items.length - 1);
	expect(text).toContain('"k":"key"');
});

it('writes to a file what it makes', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'execscope-bench-'));
	try {
		const file = path.join(folder, 'one.execscope');
		const size = await writeRecording(file, exchange(3000, false));
		const text = await readFile(file, 'utf8');
		expect(text.length).toBe(size);
		expect(text).toBe(textOf(linesOf(exchange(3000, false))));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
