import { describe, expect, it } from 'vitest';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import { hasTerminal, Screen } from '../../src/lib/terminal/screen.ts';
import { sampleLines, sampleRecording } from '../support/sample-recording.ts';

const texts = (writes: readonly unknown[]) =>
	writes.filter((one) => typeof one === 'string').join('');

describe('Screen', () => {
	const recording = readRecording('a', sampleRecording({ chunks: 4 }));

	it('writes only what is new when time goes on, and begins again when it goes back', () => {
		const screen = new Screen();
		const first = recording.tty.find((mark) => mark.on === 'o')!;
		expect(texts(screen.advance(recording, first.t).writes)).toBe('root@nginx:/# ');
		const rest = screen.advance(recording, Infinity);
		expect([rest.clear, texts(rest.writes).startsWith('root')]).toEqual([false, false]);
		expect(screen.advance(recording, first.t)).toMatchObject({ clear: true });
	});

	it('waits for bytes that a live run names before it writes them', () => {
		const lines = sampleLines({ chunks: 2 });
		const at = lines.findIndex((line) => line.includes('"k":"tty"') && line.includes('"on":"o"'));
		const data = lines.findLastIndex((line, k) => k < at && line.includes('"k":"b"'));
		// The same lines, the terminal's before the bytes, numbered anew.
		const [bytes] = lines.splice(data, 1);
		lines.splice(at, 0, bytes!);
		const renumbered = lines.map((line, i) => line.replace(/"i":\d+/, `"i":${i}`));
		const reader = new RecordingReader('a');
		const screen = new Screen();
		reader.pushLines(renumbered.slice(0, at));
		expect(texts(screen.advance(reader.recording, Infinity).writes)).toBe('');
		reader.pushLines(renumbered.slice(at, at + 1));
		expect(texts(screen.advance(reader.recording, Infinity).writes)).toBe('root@nginx:/# ');
	});
});

it('knows a terminal by the flags before the command', () => {
	const of = (...argv: string[]) =>
		hasTerminal(
			readRecording('a', `{"k":"cmd","i":0,"t":0,"argv":${JSON.stringify(['kubectl', ...argv])}}\n`)
		);
	expect(of('exec', '-it', 'nginx', '--', 'sh')).toBe(true);
	expect(of('exec', 'nginx', '--', 'tar', '-t')).toBe(false);
});
