import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packBytes } from '../../src/lib/recording/format.ts';
import { RunFile } from '../../src/lib/server/recorder.ts';
import type { HeaderLine } from '../../src/lib/trace/event.ts';

const header: HeaderLine = {
	k: 'hdr',
	i: 0,
	t: 0,
	execscope: 1,
	minor: 0,
	run: 'r',
	owner: 'driver',
	by: 'test',
	t0: '2026-01-01T00:00:00.000Z',
	era: '1.15-redirect',
	engine: 'embedded',
	lanes: [],
	client: 'test',
	limits: {},
	decoders: {},
	redacted: []
};
let folder: string;
let file: RunFile;
const told: string[] = [];

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'recorder-'));
	told.length = 0;
	file = new RunFile({
		folder,
		name: 'run',
		header,
		standing: () => ({ step: 'io', conns: ['c1'], streams: [], from: {} }),
		written: (line) => told.push(line)
	});
});
afterEach(() => {
	file.end(0, false);
	rmSync(folder, { recursive: true, force: true });
});
const text = () => readFileSync(path.join(folder, 'run.execscope'), 'utf8');
const keys = () =>
	text()
		.split('\n')
		.filter((line) => line.startsWith('{"k":"key"'))
		.map((line) => JSON.parse(line) as { screen: { cols: number; rows: number; ansi: string } });

describe('the file of a run', () => {
	it('has each line on disk as soon as it is written, whole', () => {
		file.write({ k: 'cmd', client: 'x' }, 1);
		expect(text()).toBe(told.join(''));
		expect(text().endsWith('\n')).toBe(true);
	});

	it('never lets time go back', () => {
		file.write({ k: 'exit', code: 0, reason: 'a' }, 50);
		file.write({ k: 'exit', code: 0, reason: 'b' }, 20);
		expect(told.map((line) => (JSON.parse(line) as { t: number }).t)).toEqual([0, 50, 50]);
	});

	it('is silent after its end', () => {
		file.end(1, true);
		expect(file.write({ k: 'exit', code: 0, reason: 'late' }, 2)).toBe(-1);
		expect(text()).not.toContain('late');
	});

	it('writes a keyframe every five seconds, with the screen of what was printed and what crossed', async () => {
		const bytes = new TextEncoder().encode('xxhello\r\n');
		const span = { c: 'c1', dir: '<' as const, o: 0, len: bytes.length };
		file.write({ k: 'tty', on: 'r', size: [40, 5] }, 1);
		file.write({ k: 'tty', on: 'o', c: 'c1', dir: '<', o: 2, len: 7 }, 2);
		file.write({ k: 'b', ...span, ...packBytes(bytes) }, 3);
		file.crossed(span, bytes);
		file.write({ k: 'tty', on: 'o', d: 'there' }, 4);
		await sleep(20); // the screen takes its bytes in its own time
		file.write({ k: 'exit', code: 0, reason: 'Success' }, 5_000_001);
		expect(keys()).toMatchObject([{ screen: { cols: 40, rows: 5 } }]);
		expect(keys()[0]!.screen.ansi).toBe('hello\r\nthere\x1b[2;6H');
	});
});
