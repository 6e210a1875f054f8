import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sameBytes } from '../../src/lib/inspector/same-bytes.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';

const text = readFileSync('tests/fixtures/recordings/date.execscope', 'utf8');
const recording = readRecording('date', text);
const groupsOf = (s: string) =>
	sameBytes(recording.items.find((item) => item.s === s)!.sent, recording.bytes);

it('puts the sockets together that the same bytes crossed unchanged', () => {
	const groups = groupsOf('stream-open');
	expect(groups).toHaveLength(1);
	expect(groups[0]!.length).toBeGreaterThan(1);
});

it('keeps bytes that differ apart', () => {
	const [post] = groupsOf('post-exec');
	const get = recording.items.find((item) => item.s === 'get-pod')!.sent[0]!;
	expect(sameBytes([...post!, get], recording.bytes).length).toBe(2);
});
