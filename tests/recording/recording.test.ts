import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { printedAt } from '../../src/lib/recording/payload.ts';
import { nodeName } from '../../src/lib/recording/run-names.ts';

const fixture = (name: string) =>
	readRecording(name, readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8'));

test('the node is the one that the exec went to', () => {
	expect(nodeName(fixture('date'))).toBe('node-1');
});

test('no node is named while none is known, or where several are', () => {
	expect(nodeName(fixture('refused'))).toBeUndefined();
	expect(nodeName(fixture('boot'))).toBeUndefined();
});

test('every printed chunk has its moment on the terminal, in order', () => {
	const recording = fixture('shell');
	const chunks = [...recording.items].filter(
		(item) => item.id === 'io' && item.from === 'container'
	);
	const moments = chunks.map((item) => printedAt(recording, item.index));
	expect(moments).toEqual(recording.tty.filter((mark) => mark.on === 'o').map((mark) => mark.t));
	expect(printedAt(recording, chunks[0]!.index - 1)).toBe(-1);
});
