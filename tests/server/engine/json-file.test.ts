import fc from 'fast-check';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JsonFile } from '../../../src/lib/server/engine/json-file.ts';
import { nanosecondsNow, rfc3339Nano } from '../../../src/lib/server/engine/nano-time.ts';

const scratch = mkdtempSync(join(os.tmpdir(), 'execscope-log-'));
afterAll(() => rmSync(scratch, { recursive: true }));

let made = 0;
const newFile = () => new JsonFile(join(scratch, String(++made), 'x-json.log'));

interface Line {
	log: string;
	stream: string;
	time: string;
}
const lines = (path: string) =>
	readFileSync(path, 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Line);

function logged(...chunks: (string | Buffer)[]): string[] {
	const file = newFile();
	for (const chunk of chunks) file.write('stdout', Buffer.from(chunk as string));
	file.flush('stdout');
	return lines(file.path).map(({ log }) => log);
}

describe('a json-file', () => {
	it('has a line for each line of each stream, whatever the chunks were', () => {
		const file = newFile();
		file.write('stdout', Buffer.from('one\ntw'));
		file.write('stderr', Buffer.from('err\n\n'));
		file.write('stdout', Buffer.from('o\nrest'));
		expect(lines(file.path).map(({ log, stream }) => [stream, log])).toEqual([
			['stdout', 'one\n'],
			['stderr', 'err\n'],
			['stderr', '\n'],
			['stdout', 'two\n']
		]);
		file.flush('stdout');
		file.flush('stdout');
		expect(lines(file.path).at(-1)!.log).toBe('rest');
		expect(lines(file.path)).toHaveLength(5);
	});
	it('cuts long lines at 16 KiB', () => {
		const long = 'x'.repeat(40_000);
		expect(logged(`${long}\nend\n`).map((log) => log.length)).toEqual([16384, 16384, 7233, 4]);
		expect(logged('y'.repeat(16384), '\n')).toEqual(['y'.repeat(16384), '\n']);
		expect(logged(`${'z'.repeat(16383)}\n`)).toHaveLength(1);
	});
	it('is written to the byte as Go does', () => {
		const file = newFile();
		file.write('stdout', Buffer.from('<a href="\\">\t&\u2028é\x07\r\n'));
		const text = readFileSync(file.path, 'utf8');
		expect(text.replace(/"time":".*"/, '"time":""')).toBe(
			'{"log":"\\u003ca href=\\"\\\\\\"\\u003e\\u0009\\u0026\\u2028é\\u0007\\r\\n","stream":"stdout","time":""}\n'
		);
	});
	it('loses bytes that are no text, each for one sign', () => {
		expect(logged(Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62, 0xc3, 0xa9, 0x0a]))).toEqual([
			'a\ufffd\ufffd\ufffdbé\n'
		]);
	});
	it('says the same as was printed, for any text in any pieces', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'grapheme' })), (pieces) => {
				expect(logged(...pieces).join('')).toBe(pieces.join(''));
			}),
			{ numRuns: 200 }
		);
	});
	it('sets a full file aside, and keeps two', () => {
		const file = newFile();
		const line = Buffer.from(`${'x'.repeat(9_999)}\n`);
		for (let n = 0; n < 1500; n++) file.write('stdout', line);
		const sizes = [file.path, `${file.path}.1`].map((path) => statSync(path).size);
		expect(sizes[1]).toBeGreaterThanOrEqual(10_000_000);
		expect(sizes[1]).toBeLessThan(10_020_000);
		expect(sizes[0]).toBeLessThan(6_000_000);
		expect(existsSync(`${file.path}.2`)).toBe(false);
		const all = [...lines(`${file.path}.1`), ...lines(file.path)];
		expect(all.every(({ log }) => log.length === 10_000)).toBe(true);
		expect(all).toHaveLength(1500);
	});
	it('is for its owner alone, and goes with its folder', () => {
		const file = newFile();
		expect(statSync(file.path).mode & 0o777).toBe(0o600);
		expect(statSync(join(file.path, '..')).mode & 0o777).toBe(0o700);
		file.remove();
		file.write('stdout', Buffer.from('too late\n'));
		expect(existsSync(join(file.path, '..'))).toBe(false);
	});
});

describe('times with nanoseconds', () => {
	it('never stand still', () => {
		const times = Array.from({ length: 1000 }, nanosecondsNow);
		for (const [n, time] of times.entries()) if (n > 0) expect(time > times[n - 1]!).toBe(true);
		expect(Math.abs(Number(times[0]! / 1_000_000n) - Date.now())).toBeLessThan(1000);
	});
	it.each([
		[1_795_300_658_948_836_461n, '2026-11-21T22:37:38.948836461Z'],
		[1_795_300_658_948_836_400n, '2026-11-21T22:37:38.9488364Z'],
		[1_795_300_650_000_000_001n, '2026-11-21T22:37:30.000000001Z'],
		[1_795_300_650_000_000_000n, '2026-11-21T22:37:30Z']
	])('%d is %s', (nanoseconds, text) => expect(rfc3339Nano(nanoseconds)).toBe(text));
});
