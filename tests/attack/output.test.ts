import { readFileSync } from 'node:fs';
import path from 'node:path';
import headless from '@xterm/headless';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordingReader, readRecording } from '../../src/lib/recording/reader.ts';
import { EscapeFilter } from '../../src/lib/terminal/escape-filter.ts';
import { Screen } from '../../src/lib/terminal/screen.ts';
import { startLab, type Lab } from '../support/lab.ts';

/** What a hostile program in a container prints, on its way to the terminal of the page: live, and from the recording. */
let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
});
afterAll(() => lab.close());

const hostile: [what: string, octal: string][] = [
	['writes the clipboard', '\\033]52;c;ZXZpbA==\\007'],
	['reads the clipboard', '\\033]52;c;?\\033\\\\'],
	['sets the title', '\\033]2;evil\\007'],
	['sets icon and title', '\\033]0;evil\\007'],
	['reports the title', '\\033[21t'],
	['pushes the title', '\\033[22t'],
	['asks for the size of the window', '\\033[18t'],
	['asks who the terminal is', '\\033[c'],
	['asks for its version', '\\033[>c'],
	['asks by DECID', '\\033Z'],
	['asks for XTVERSION', '\\033[>q'],
	['asks where the cursor is', '\\033[6n'],
	['asks by DEC where the cursor is', '\\033[?6n'],
	['asks for its parameters', '\\033[1x'],
	['asks for a mode', '\\033[?2004$p'],
	['asks for a setting (DECRQSS)', '\\033P$qm\\033\\\\'],
	['asks for a capability (XTGETTCAP)', '\\033P+q544e\\033\\\\'],
	['asks for the keyboard protocol', '\\033[?u'],
	['asks for a checksum', '\\033[1;1;1;1;1;1*y'],
	['asks for a colour', '\\033]10;?\\007'],
	['asks for a colour of the palette', '\\033]4;1;?\\007'],
	['links to a script', '\\033]8;;javascript:alert(1)\\033\\\\x'],
	['links to a file', '\\033]8;;file:///etc/passwd\\033\\\\x'],
	['sends an APC', '\\033_evil\\033\\\\'],
	['sends a PM', '\\033^evil\\033\\\\'],
	['sends an SOS', '\\033Xevil\\033\\\\'],
	['asks in 8 bits', '\\302\\2336n'],
	['sets the title in 8 bits', '\\302\\2352;evil\\302\\234'],
	['asks after a sequence without an end', '\\033[1\\033[6n'],
	['asks within a string without an end', '\\033]2;evil\\033[6n'],
	['asks within a link without an end', '\\033]8;;https://x\\033[6n'],
	['asks in 8 bits within a string', '\\033]2;evil\\302\\2336n\\007'],
	['asks in 8 bits within a link', '\\033]8;;https://x\\302\\2336n\\007'],
	['asks in 8 bits beside a link', '\\033]8;id=\\302\\2336n;https://x\\007'],
	['asks in 8 bits within a DCS', '\\033Pevil\\302\\2336n\\007'],
	['asks in 8 bits after an ESC', '\\033\\302\\2336n'],
	['asks in 8 bits after half a choice of characters', '\\033(\\302\\2336n'],
	['asks across a line feed', '\\033\\n[6n'],
	['asks across a DEL', '\\033\\177[6n'],
	['asks after an ESC before an ESC', '\\033\\033[6n'],
	['asks by DECID in 8 bits', '\\302\\232x'],
	['asks for the state of the cursor (DECRQPSR)', '\\033[1$w'],
	['asks for a setting in 8 bits', '\\302\\220$qm\\302\\234'],
	['sends an APC in 8 bits', '\\302\\237evil\\302\\234'],
	['sends a PM in 8 bits', '\\302\\236evil\\302\\234'],
	['sends an SOS in 8 bits', '\\302\\230evil\\302\\234'],
	['sets a title that is broken off', '\\033]2;evil\\030'],
	['links across lines', '\\033]8;;https://x\\n.evil\\033\\\\']
];

/** All of it, in one run: between any two there is a word, which must come through. */
async function printed(split: boolean): Promise<string> {
	const words = hostile.map(([, octal], at) => `${octal}\\r\\n<${at}>`).join('');
	// A sequence cut anywhere: each byte is written by itself.
	const cut =
		"perl -e '$|=1; while(read STDIN,my $c,1){print $c; select undef,undef,undef,0.0002}'";
	const script = split ? `printf '${words}' | ${cut}` : `printf '${words}'`;
	const { run, code } = await lab.kubectl(
		['kubectl', 'exec', '-it', 'nginx', '--', 'sh', '-c', `${script}; sleep 0.1`],
		{ size: [80, 100] }
	);
	expect(code).toBe(0);
	await lab.recording(run!);
	return readFileSync(path.join(lab.cluster.recordings, `${run}.execscope`), 'utf8');
}

/** As the page draws: live line after line, or the whole file at once. */
function shown(text: string, live: boolean): string {
	const screen = new Screen();
	const writes = (reader: RecordingReader) =>
		screen.advance(reader.recording, Infinity).writes.filter((write) => typeof write === 'string');
	const reader = new RecordingReader('hostile');
	if (!live) {
		reader.push(text);
		return writes(reader).join('');
	}
	let out = '';
	for (const line of text.split('\n')) {
		reader.pushLines([line]);
		out += writes(reader).join('');
	}
	return out;
}

/** What a real terminal answers to it, and what else it makes of it. */
async function effects(text: string): Promise<string[]> {
	// It prints what it cannot read, which some of this is.
	const quiet = { logLevel: 'off', allowProposedApi: true } as const;
	const terminal = new headless.Terminal({ ...quiet, cols: 80, rows: 100 });
	const seen: string[] = [];
	terminal.onData((data) => seen.push(`answered ${JSON.stringify(data)}`));
	terminal.onTitleChange((title) => seen.push(`title ${title}`));
	for (const code of [4, 10, 11, 12, 52, 8])
		terminal.parser.registerOscHandler(code, (data) => {
			seen.push(`OSC ${code};${data}`);
			return true;
		});
	await new Promise<void>((resolve) => terminal.write(text, resolve));
	terminal.dispose();
	return seen;
}

describe.each([
	['at once', false],
	['byte by byte', true]
])('printed %s', (_how, split) => {
	let file: string;
	beforeAll(async () => {
		file = await printed(split);
	});

	it('it is there, and would do all that', async () => {
		const { tty, bytes } = readRecording('hostile', file);
		const all = Buffer.concat(
			tty.filter(({ on }) => on === 'o').map(({ data, span }) => data ?? bytes.bytes(span!).data)
		).toString();
		const seen = await effects(all);
		expect(seen.filter((one) => one.startsWith('answered')).length).toBeGreaterThan(5);
		expect(seen.join('\n')).toMatch(/OSC 52;.*\n(.*\n)*title evil/);
	});

	it.each([
		['live', true],
		['recorded', false]
	])('%s, it does nothing but print', async (_what, live) => {
		const text = shown(file, live);
		expect(await effects(text)).toEqual([]);
		// No sequence but those that only draw is left at all, whatever another terminal would make of it.
		const left = text.match(/[\u001b\u0080-\u009f](?!\[[\d;]*[mHJK])[^<]*/g) ?? [];
		expect(left.filter((one) => !/^\u001b\[\?\d+[hl]/.test(one))).toEqual([]);
		expect(text).not.toMatch(/evil|javascript|passwd/);
		for (const [at] of hostile.entries()) expect(text).toContain(`<${at}>`);
	});
});

describe('a recording that a stranger made', () => {
	it('does nothing but print from its keyframes either', async () => {
		const lines: object[] = [];
		const add = (line: object) => lines.push({ i: lines.length, t: lines.length * 1000, ...line });
		for (let k = 0; k < 500; k++) add({ k: 'tty', on: 'o', d: `<${k}>` });
		const ansi = 'the screen\u001b]52;c;ZXZpbA==\u0007\u001b[6n\u001b]2;evil\u0007';
		const screen = { cols: 80, rows: 24, ansi };
		add({ k: 'key', step: 'io', conns: [], streams: [], from: {}, screen });
		add({ k: 'tty', on: 'o', d: '<last>' });
		const file = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
		const { writes } = new Screen().advance(readRecording('hostile', file), Infinity);
		const text = writes.filter((write) => typeof write === 'string').join('');
		expect(text).toBe('the screen<last>');
		expect(await effects(text)).toEqual([]);
	});

	it('hides nothing for ever, nor lets go of what it held, by a string without an end', async () => {
		const filter = new EscapeFilter();
		const pieces = ['\u001b]52;c;', 'ZXZpbA=='.repeat(10_000), 'what follows', '\u0007'];
		const text = pieces.map((piece) => filter.push(piece)).join('');
		expect(text).toContain('what follows');
		expect(await effects(text)).toEqual([]);
	});
});
