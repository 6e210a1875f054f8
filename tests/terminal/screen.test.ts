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

it('returns the carriage for what kubectl says itself, when the terminal is raw no longer', () => {
	const lines = [
		...sampleLines({ chunks: 1 }).filter((line) => !line.includes('"k":"end"')),
		JSON.stringify({ k: 'tty', i: 0, t: 9e6, on: 'e', d: 'command terminated with exit code 3\n' })
	].map((line, i) => line.replace(/"i":\d+/, `"i":${i}`));
	const { writes } = new Screen().advance(readRecording('a', `${lines.join('\n')}\n`), Infinity);
	expect(writes.at(-1)).toBe('command terminated with exit code 3\r\n');
});

describe('Screen far into a long recording', () => {
	const lines: object[] = [];
	const add = (line: object) => lines.push({ i: lines.length, t: lines.length * 1000, ...line });
	for (let k = 0; k < 3000; k++) {
		if (k % 1000 === 999) {
			const ansi = `screen ${k}\u001b]52;c;eA==\u0007`;
			add({
				k: 'key',
				step: 'io',
				conns: [],
				streams: [],
				from: {},
				screen: { cols: 90, rows: 30, ansi }
			});
		}
		add({ k: 'tty', on: 'o', d: `<${k}>` });
	}
	const text = lines.map((line) => JSON.stringify({ k: '', ...line })).join('\n');
	const long = readRecording('a', `${text}\n`);

	it('begins from the keyframe before it, filtered like all that is printed', () => {
		const update = new Screen().advance(long, long.tty[2500]!.t);
		expect(update.clear).toBe(true);
		expect(update.writes[0]).toEqual({ size: [90, 30] });
		expect(update.writes[1]).toBe('screen 1999');
		expect(texts(update.writes.slice(2))).toMatch(/^<1999><2000>.*<2500>$/);
	});

	it('reads on where that is nearer, ahead and back', () => {
		const screen = new Screen();
		screen.advance(long, long.tty[2500]!.t);
		expect(screen.advance(long, long.tty[2510]!.t)).toMatchObject({ clear: false });
		const back = screen.advance(long, long.tty[100]!.t);
		expect([back.clear, texts(back.writes).startsWith('<0>')]).toEqual([true, true]);
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

it('knows a terminal by what an outside kubectl asked for, by SPDY or by WebSocket', () => {
	const asked = (name: 'post-exec' | 'websocket-exec', query: string) => {
		const about = { s: name, from: 'kubectl', to: 'apiserver', facts: {}, chap: 'ask' };
		const line = { k: 'step', i: 0, t: 0, ...about, n: `GET /exec?${query}` };
		return hasTerminal(readRecording('a', `${JSON.stringify(line)}\n`));
	};
	expect(asked('post-exec', 'stdin=true&tty=true')).toBe(true);
	expect(asked('websocket-exec', 'stdin=true&tty=true')).toBe(true);
	expect(asked('websocket-exec', 'stdout=true')).toBe(false);
});
