import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openResults, stampOf, type Result } from './results.ts';

let folder: string;
let file: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'execscope-matrix-'));
	file = path.join(folder, 'deep', 'results.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stamps = new Set(['now']);
const result = (cell: string, more: Partial<Result> = {}): Result => ({
	...{ era: '1.15-redirect', kubectl: '1.20', cell, stamp: 'now', wrong: [], ms: 1 },
	...more
});

test('knows after a new start what went well, and that alone', () => {
	const first = openResults(file, stamps);
	expect(first.passed(result('get po'))).toBe(false);
	first.add(result('get po'));
	first.add(result('exec date', { wrong: ['exit code 1 and not 0'] }));
	const second = openResults(file, stamps);
	expect(second.passed(result('get po'))).toBe(true);
	expect(second.passed(result('exec date'))).toBe(false);
	expect(second.passed(result('get po', { kubectl: '1.36' }))).toBe(false);
	expect(second.passed(result('get po', { era: '1.36' }))).toBe(false);
});

test('goes on after a line that was torn when its process was killed', () => {
	openResults(file, stamps).add(result('get po'));
	appendFileSync(file, JSON.stringify(result('get no')).slice(0, -9));
	openResults(file, stamps).add(result('get ns'));
	const results = openResults(file, stamps);
	expect(['get po', 'get no', 'get ns'].map((cell) => results.passed(result(cell)))).toEqual([
		...[true, false, true]
	]);
});

test('forgets what was tried with other sources', () => {
	openResults(file, stamps).add(result('get po'));
	expect(openResults(file, stamps).passed(result('get po', { stamp: 'later' }))).toBe(false);
	openResults(file, new Set(['later']));
	expect(openResults(file, stamps).passed(result('get po'))).toBe(false);
});

test('stamps a verb by the sources that it is tried with', () => {
	const write = (name: string, text: string) => {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), text);
	};
	write('package-lock.json', '{}');
	for (const name of ['server', 'trace', 'wire', 'recording'])
		write(`src/lib/${name}/deep/a.ts`, 'a');
	write('tests/support/lab.ts', 'a');
	for (const name of ['cell', 'try-cell', 'report', 'cells/get', 'cells/exec'])
		write(`tests/matrix/${name}.ts`, 'a');
	const [get, exec] = [stampOf(folder, 'get'), stampOf(folder, 'exec')];

	write('src/lib/diagram/rows.ts', 'the page');
	write('tests/matrix/report.ts', 'the table');
	expect(stampOf(folder, 'get')).toBe(get);
	write('tests/matrix/cells/exec.ts', 'b');
	expect(stampOf(folder, 'get')).toBe(get);
	expect(stampOf(folder, 'exec')).not.toBe(exec);
	for (const name of ['src/lib/server/deep/a.ts', 'tests/support/lab.ts', 'tests/matrix/cell.ts']) {
		const before = stampOf(folder, 'get');
		write(name, 'b');
		expect(stampOf(folder, 'get'), name).not.toBe(before);
	}
});

test('stamps this repository', () => {
	expect(stampOf(path.resolve('.'), 'exec')).toMatch(/^[0-9a-f]{16}$/);
});
