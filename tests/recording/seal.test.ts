import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import { isSealBroken } from '../../src/lib/recording/seal.ts';
import { sampleRecording } from '../support/sample-recording.ts';

const folder = 'tests/fixtures/recordings';
const files = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
const whole = files.at(-1)!;
const note = '{"k":"note","id":"n1","rev":1,"at":{},"text":{"en":"Look."},"by":"a"}';

const cases: [what: string, text: string, altered: boolean][] = [
	...files.map((text, k): [string, string, boolean] => [`recorded run ${k}`, text, false]),
	['a longer one', sampleRecording({ chunks: 40 }), false],
	[
		'one with notes and comments',
		`${whole.replace('\n', `\n${note}\n# a word\n`) + note}\n`,
		false
	],
	['one that was not closed', whole.slice(0, whole.lastIndexOf('{"k":"end"')), false],
	['one with another word in it', whole.replace('"n":"', '"n":"not '), true],
	['one without a line', whole.replace(/\n.*\n/, '\n'), true],
	['one with a line twice', whole.replace(/\n(.*)\n/, '\n$1\n$1\n'), true]
];

describe('the lines before end', () => {
	it.each(cases)('are those that it speaks of: %s', async (_, text, altered) => {
		expect(await isSealBroken(new Blob([text]))).toBe(altered);
	});

	it.each(cases.filter(([what]) => !what.endsWith('twice')))(
		'as they are read: %s',
		(_, text, altered) => {
			expect(readRecording('a', text).altered).toBe(altered);
		}
	);

	it('may come again over a new connection', () => {
		const lines = whole.trimEnd().split('\n');
		const reader = new RecordingReader('a');
		reader.pushLines(lines.slice(0, 30));
		reader.pushLines(lines.slice(20));
		expect(reader.recording.end).toBeDefined();
		expect(reader.recording.altered).toBe(false);
	});
});
