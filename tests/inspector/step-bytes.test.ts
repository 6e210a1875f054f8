import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownRuns } from '../../src/lib/inspector/own-runs.ts';
import { partAfter } from '../../src/lib/inspector/part-after.ts';
import { isPart, markOf, rangeOf, stepBlocks } from '../../src/lib/inspector/step-bytes.ts';
import type { Box } from '../../src/lib/recording/frames/frame.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';

const file = readFileSync('tests/fixtures/recordings/date.execscope', 'utf8');
const recording = readRecording('date', file);

function blocksOf(s: string) {
	for (const item of recording.items) if (item.s === s) return stepBlocks(recording, item);
	throw new Error(`no step ${s}`);
}

describe('the bytes of a step', () => {
	it('are counted from the first byte of its first frame', () => {
		const [block] = blocksOf('cri-exec');
		const [headers, data] = block!.frames;
		expect(rangeOf(block!, headers!)).toEqual([0, headers!.len]);
		expect(rangeOf(block!, data!)).toEqual([headers!.len, block!.len]);
	});

	it('are one block for the sockets that they crossed unchanged, and one for each other', () => {
		const blocks = blocksOf('io');
		expect(blocks.map(({ spans }) => spans.length)).toEqual([1, 3]);
		// The header of the frame is there too, though the step's own bytes are its payload.
		const names = blocks.map(({ frames }) => frames.map(({ name }) => name));
		expect(names).toEqual([['stdout'], ['DATA 3 stdout']]);
		expect(blocks.map(({ len }) => len)).toEqual([8 + 29, 8 + 29]);
	});

	it('go on with the next block', () => {
		const blocks = blocksOf('close');
		expect(blocks.map(({ at }) => at)).toEqual([0, 16, 32, 48]);
		expect(rangeOf(blocks[3]!, blocks[3]!.frames[0]!)).toEqual([48, 64]);
	});
});

describe('a selection', () => {
	const blocks = blocksOf('cri-exec');
	const block = blocks[0]!;
	const request = block.frames[1]!.box.inside[0]!.inside[0]!;
	const cmd = request.fields.find(({ name }) => name === 'cmd')!;
	const range = rangeOf(block, cmd);

	it('of a field marks that field alone', () => {
		const exact = isPart(blocks, range);
		expect(exact).toBe(true);
		const marked = request.fields.filter((field) => markOf(rangeOf(block, field), range, exact));
		expect(marked).toEqual([cmd]);
		expect(markOf(rangeOf(block, request), range, exact)).toBeUndefined();
	});

	it('of a box marks the box', () => {
		const selected = rangeOf(block, request);
		expect(isPart(blocks, selected)).toBe(true);
		expect(markOf(rangeOf(block, cmd), selected, true)).toBeUndefined();
		expect(markOf(rangeOf(block, request), selected, true)).toBe('all');
	});

	it('of any bytes marks each field that has some of them', () => {
		const selected = [range[0] + 2, range[1] + 1] as const;
		expect(isPart(blocks, selected)).toBe(false);
		const marked = request.fields.filter((field) => markOf(rangeOf(block, field), selected, false));
		expect(marked.map(({ name }) => name)).toEqual(['cmd', 'tty']);
	});

	it('of nothing marks nothing', () => {
		expect(isPart(blocks, undefined)).toBe(false);
		expect(markOf(range, undefined, false)).toBeUndefined();
	});
});

it('lays a box out in the order of its bytes, holes and boxes between its own fields', () => {
	const field = (name: string, o: number, len: number) => ({ name, o, len, value: '' });
	const inside: Box = { name: 'body', o: 13, len: 5, fields: [], inside: [] };
	const box: Box = {
		name: 'chunk',
		o: 10,
		len: 12,
		fields: [
			field('size', 10, 2),
			field('more', 12, 1),
			field('end', 18, 2),
			{ ...field('data', 20, 2), trouble: 'left-out' }
		],
		inside: [inside]
	};
	expect(ownRuns(box).map(({ o, len, missing, box: one }) => [o, len, missing, one?.name])).toEqual(
		[
			[10, 3, undefined, undefined],
			[13, 5, undefined, 'body'],
			[18, 2, undefined, undefined],
			[20, 2, 'left-out', undefined]
		]
	);
});

it('moves among parts by the arrows, and stays at the ends', () => {
	expect(partAfter('ArrowDown', 1, 3)).toBe(2);
	expect(partAfter('ArrowDown', 2, 3)).toBeUndefined();
	expect(partAfter('ArrowUp', 0, 3)).toBeUndefined();
	expect([partAfter('Home', 2, 3), partAfter('End', 0, 3)]).toEqual([0, 2]);
	expect(partAfter('ArrowLeft', 1, 3)).toBeUndefined();
});
