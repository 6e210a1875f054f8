import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Scanner } from '../../src/lib/recording/scanner.ts';

const folder = 'tests/fixtures/recordings';
const names = readdirSync(folder);
const linesOf = (name: string) =>
	readFileSync(`${folder}/${name}`, 'utf8')
		.split('\n')
		.filter((line) => line !== '');
const scan = (lines: readonly string[]) => {
	const { bytes: _, ...numbers } = new Scanner({ seals: false }).scan(
		new TextEncoder().encode(`${lines.join('\n')}\n`)
	);
	return numbers;
};

/** The same line with its keys the other way round: as long as before, and no longer as our recorder writes it. */
function turned(line: string): string {
	const entries = Object.entries(JSON.parse(line) as Record<string, unknown>);
	return JSON.stringify(Object.fromEntries(entries.reverse()));
}

describe('the scanner reads a line by its pattern as it reads it by JSON.parse', () => {
	it.each(names)('in %s', (name) => {
		const lines = linesOf(name);
		const other = lines.map(turned);
		expect(other.filter((line) => line.startsWith('{"k":'))).toEqual([]);
		expect(scan(other)).toEqual(scan(lines));
	});

	it.each([
		'{"k":"gap","i":0,"t":1,"c":"c","dir":">","o":0,"len":9,"crc":"deadbeef"}',
		'{"k":"key","i":0,"t":1,"step":"io","screen":{"cols":80,"rows":24,"ansi":""}}'
	])('in %s, which no recording holds', (line) => {
		expect(scan([turned(line)])).toEqual(scan([line]));
		expect(scan([line]).chunks.len.length + scan([line]).keys.i.length).toBe(1);
	});

	it('where a connection has a name of more than ASCII', () => {
		const lines = [
			'{"k":"b","i":0,"t":1,"c":"Zürich","dir":">","o":0,"len":1,"d":"x"}',
			'{"k":"sent","i":1,"t":2,"of":0,"c":"北京","dir":"<","o":0,"len":1}'
		];
		expect(scan(lines)).toEqual(scan(lines.map(turned)));
		expect(scan(lines).names).toEqual(['Zürich', '北京']);
	});
});
