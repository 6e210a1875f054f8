import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rows } from '../../src/lib/diagram/rows.ts';
import { Waits } from '../../src/lib/diagram/waits.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { sampleLines } from '../support/sample-recording.ts';

const file = (...lines: object[]) =>
	`${lines.map((line, i) => JSON.stringify({ k: '', i, t: i, ...line })).join('\n')}\n`;

it('puts no more into one array than a page can hold, whatever a span says', () => {
	const { bytes } = readRecording('a', file({ k: 'b', c: 'c', dir: '>', o: 0, len: 2, d: 'ab' }));
	const { data, complete } = bytes.bytes({ c: 'c', dir: '>', o: 0, len: 2 ** 50 });
	expect(complete).toBe(false);
	expect(data.length).toBeLessThan(2 ** 27);
});

it('gives up a chain of copies that branches at each link', () => {
	const lines: object[] = [];
	for (let depth = 0; depth < 8; depth++)
		for (let k = 0; k < 16; k++)
			lines.push({
				k: 'b',
				c: `c${depth}`,
				dir: '>',
				o: k,
				len: 1,
				ref: [`c${depth + 1}`, '>', 0]
			});
	const wide = lines.map((line) => ({ ...line, len: 16 }));
	const { bytes } = readRecording('a', file(...wide));
	expect(bytes.read({ c: 'c0', dir: '>', o: 0, len: 31 }).length).toBeLessThan(20_000);
});

it('takes no size of a terminal that is none', () => {
	const sizes = [[0, 0], [80], 'wide', [1e9, 2], [80.5, 24], { 0: 80, 1: 24 }];
	const recording = readRecording('a', file(...sizes.map((size) => ({ k: 'tty', on: 'r', size }))));
	expect(recording.tty).toEqual([]);
	expect(recording.problems).toHaveLength(sizes.length);
});

it('reads any damaged file without an error, and rows of it', () => {
	const lines = sampleLines({ chunks: 5, refusedTry: true });
	const damage = fc.array(
		fc.record({
			line: fc.nat(lines.length - 1),
			at: fc.nat(200),
			how: fc.constantFrom('cut', 'flip', 'swap', 'again', 'drop')
		}),
		{ maxLength: 6 }
	);
	fc.assert(
		fc.property(damage, fc.string({ maxLength: 20 }), (damages, junk) => {
			const broken = [...lines];
			for (const { line, at, how } of damages) {
				const text = broken[line] ?? '';
				if (how === 'cut') broken[line] = text.slice(0, at);
				if (how === 'flip') broken[line] = text.slice(0, at) + junk + text.slice(at + 1);
				if (how === 'swap') [broken[line], broken[0]] = [broken[0] ?? '', text];
				if (how === 'again') broken.splice(line, 0, text);
				if (how === 'drop') broken.splice(line, 1);
			}
			const recording = readRecording('a', `${broken.join('\n')}\n`);
			const rows = new Rows(recording, 2);
			for (const row of rows) void [row.key, row.item?.n, row.item?.sent, row.fold?.typed];
			new Waits(recording.items).bars(rows, recording.items.length - 1, 0, rows.length - 1);
			for (const item of recording.items) for (const span of item.sent) recording.bytes.read(span);
		}),
		{ numRuns: 200 }
	);
});
