import { describe, expect, it } from 'vitest';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import { findItem, stepKey, waitingItem } from '../../src/lib/recording/find-item.ts';
import type { Recording } from '../../src/lib/recording/recording.ts';
import { sampleLines, sampleRecording } from '../support/sample-recording.ts';

/** All that a recording says, without how it keeps it. */
function told(recording: Recording) {
	const { header, command, connections, tty, notes, exit, end, next, t, problems } = recording;
	const items = [...recording.items].map((item) => ({
		...{ i: item.i, t: item.t, s: item.s, try: item.try, from: item.from, to: item.to },
		...{ n: item.n, facts: item.facts, fn: item.fn, ms: item.ms, answers: item.answers },
		sent: item.sent.map((span) => ({ ...span, bytes: recording.bytes.read(span) }))
	}));
	return { header, command, connections, tty, notes, exit, end, next, t, problems, items };
}

describe('RecordingReader', () => {
	it('reads the same recording whether it comes whole or a few characters at a time', () => {
		const text = sampleRecording({ chunks: 6 });
		const whole = readRecording('a', text);
		const reader = new RecordingReader('a');
		for (let at = 0; at < text.length; at += 7) reader.push(text.slice(at, at + 7));
		expect(told(reader.recording)).toEqual(told(whole));
		expect(whole.problems).toEqual([]);
	});

	it('ignores a torn last line and keeps all before it', () => {
		const text = sampleRecording();
		const whole = readRecording('a', text);
		const torn = readRecording('a', text.slice(0, -20));
		expect(torn.items).toHaveLength(whole.items.length);
		expect(torn.end).toBeUndefined();
		expect(torn.problems).toEqual([]);
	});

	it('says which line is broken and reads on', () => {
		const lines = sampleLines();
		lines.splice(5, 0, '{"k":"step",');
		const recording = readRecording('a', `${lines.join('\n')}\n`);
		expect(recording.problems).toEqual([{ line: 6, why: 'not-json' }]);
		expect(recording.end).toBeDefined();
	});

	it('says that lines were lost', () => {
		const lines = sampleLines();
		lines.splice(20, 2);
		expect(readRecording('a', `${lines.join('\n')}\n`).problems).toContainEqual({
			line: 21,
			why: 'lines-lost'
		});
	});

	it('skips kinds, fields and comments that it does not know', () => {
		const lines = sampleLines({ upTo: 'get-pod' });
		const i = lines.length;
		const more = [`# a word`, `{"k":"weather","i":${i},"t":9e9,"sky":"blue"}`];
		const recording = readRecording('a', `${[...lines, ...more].join('\n')}\n`);
		expect(recording.problems).toEqual([]);
		expect(recording.next).toBe(i + 1);
	});

	it('takes no line twice, so that a source may send again after a reconnect', () => {
		const lines = sampleLines();
		const reader = new RecordingReader('a');
		reader.pushLines(lines.slice(0, 30));
		reader.pushLines(lines.slice(10));
		const whole = readRecording('a', `${lines.join('\n')}\n`);
		expect(told(reader.recording)).toEqual(told(whole));
	});

	it('refuses a file of a newer major version in a word, without an error', () => {
		const recording = readRecording('a', '{"k":"hdr","i":0,"t":0,"execscope":2}\n');
		expect(recording.unreadable).toBe(true);
		expect(recording.problems).toEqual([{ line: 1, why: 'newer-format' }]);
	});

	it('pairs answers with what they answer, and calls with their return', () => {
		const { items } = readRecording('a', sampleRecording());
		const named = (s: string) => items.find((item) => item.s === s)!;
		expect(named('get-pod:reply').answers).toBe(named('get-pod').index);
		expect(named('list-containers:reply#2').answers).toBe(named('list-containers#2').index);
		expect(named('token-url').answers).toBe(named('cri-exec').index);
		expect(named('redirect').answers).toBe(named('kubelet-exec').index);
		expect(named('connect').ms).toBe(0.04);
	});

	it('finds the bytes of a step', () => {
		const { items, bytes } = readRecording('a', sampleRecording());
		const step = items.find((item) => item.s === 'get-pod')!;
		const { data, complete } = bytes.bytes(step.sent[0]!);
		expect(complete).toBe(true);
		expect(new TextDecoder().decode(data)).toMatch(/^GET \/api\/v1\/namespaces/);
	});

	it('means the last try by a plain name, and names the earlier one', () => {
		const recording = readRecording('a', sampleRecording({ refusedTry: true }));
		expect(recording.tries).toBe(2);
		const last = recording.items.at(findItem(recording, 'cri-exec'))!;
		const first = recording.items.at(findItem(recording, 'cri-exec', 1))!;
		expect([last.try, stepKey(recording, last)]).toEqual([2, 'cri-exec']);
		expect([first.try, stepKey(recording, first)]).toEqual([1, 'try1/cri-exec']);
	});

	it('knows where a program stands still', () => {
		const recording = readRecording('a', sampleRecording({ upTo: 'cri-exec', held: true }));
		expect(waitingItem(recording)?.s).toBe('cri-exec');
	});

	it('keeps the newest revision of a note and forgets a deleted one', () => {
		const note = (id: string, rev: number, en: string, del = false) =>
			JSON.stringify({ k: 'note', id, rev, at: {}, text: { en }, by: 'x', ...(del && { del }) });
		const text = [
			note('a', 1, 'one'),
			note('a', 2, 'two'),
			note('b', 1, 'x'),
			note('b', 2, '', true)
		];
		const { notes } = readRecording('a', `${text.join('\n')}\n`);
		expect([...notes.values()].map((one) => one.text.en)).toEqual(['two']);
	});
});
