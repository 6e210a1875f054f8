import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { articles } from '../../../src/lib/inspector/kubectl-log/article-logs.ts';
import { KubectlLog } from '../../../src/lib/inspector/kubectl-log/kubectl-log.ts';
import type { LogLine } from '../../../src/lib/inspector/kubectl-log/log-line.ts';
import { logLevels } from '../../../src/lib/inspector/kubectl-log/log-messages.ts';
import { verbosity } from '../../../src/lib/inspector/kubectl-log/printed-log.ts';
import { readRecording, RecordingReader } from '../../../src/lib/recording/reader.ts';
import { stepKey } from '../../../src/lib/recording/find-item.ts';
import type { Recording } from '../../../src/lib/recording/recording.ts';
import { normaliseLine } from '../../seeds/normalise.ts';
import { transcripts } from '../../seeds/transcripts.ts';

const fixture = (name: string) =>
	readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
const read = (name: string) => readRecording(name, fixture(name));

function logOf(recording: Recording): KubectlLog {
	const log = new KubectlLog(recording);
	log.sync();
	return log;
}

const keys = (recording: Recording, lines: readonly LogLine[]) =>
	lines.map(({ at }) => (at === undefined ? '-' : stepKey(recording, recording.items.at(at)!)));
/** Steps in their order, each once however many lines it has. */
const told = (recording: Recording, lines: readonly LogLine[]) =>
	keys(recording, lines).filter((key, at, all) => key !== all[at - 1]);
/** Without what depends on the moment; the process that a derived log does not know is any. */
const words = (lines: readonly LogLine[], otherVersion = false) =>
	lines.map(({ text }) => normaliseLine(text.replace(/ \? (?=\w+\.go)/, ' 1 '), otherVersion));

describe('the log of a run', () => {
	it('at -v=7 is what the long article shows, each line with the step that it speaks of', () => {
		const recording = read('shell');
		const { origin, lines } = logOf(recording).run(7);
		expect(origin).toBe('derived');
		const typed = transcripts[0]!.typed.find(({ log }) => log)!;
		// Of kubectl's own settings no request tells.
		expect(words(lines)).toEqual(typed.log!.filter((line) => !line.includes('loader.go')));
		expect(keys(recording, lines)).toEqual([
			...Array<string>(4).fill('get-pod'),
			'get-pod:reply',
			...Array<string>(7).fill('post-exec'),
			'switching-protocols'
		]);
	});

	it.each(logLevels)('at -v=%i tells of every request of kubectl in order', (level) => {
		const recording = read('date');
		const { lines } = logOf(recording).run(level);
		const answers = [
			'discovery:reply',
			'discovery:reply#2',
			'discovery:reply#3',
			'get-pod:reply',
			'switching-protocols'
		];
		const all = told(recording, lines);
		expect(all.filter((key) => answers.includes(key))).toEqual(answers);
		expect(all).toHaveLength(level === 6 ? 5 : 10);
	});

	it('shows headers and bodies of answers from 8 on, and at 9 a curl line', () => {
		const recording = read('date');
		const text = (level: 7 | 8 | 9) =>
			logOf(recording)
				.run(level)
				.lines.map((line) => line.text)
				.join('\n');
		expect(text(7)).not.toMatch(/Response (Headers|Body)/);
		expect(text(8)).toMatch(
			/request\.go:947\] Response Body: \{"kind":"Pod",.{900,} \[truncated 835 chars\]/
		);
		expect(text(9)).toMatch(
			/curl -k -v -XGET {2}-H "Accept: application\/json, \*\/\*" -H "User-Agent: /
		);
		expect(text(9)).toMatch(/"phase":"Running"/);
		expect(text(9)).not.toContain('Request Headers');
	});

	it('is in pairs of keys and values for a new kubectl, with both its tries', () => {
		const recording = read('kubectl-1.36');
		const { lines } = logOf(recording).run(7);
		expect(told(recording, lines).slice(-6)).toEqual([
			'get-pod',
			'get-pod:reply',
			'try1/websocket-exec',
			'try1/websocket-exec:reply',
			'post-exec',
			'switching-protocols'
		]);
		const text = lines.map((line) => line.text).join('\n');
		expect(text).toContain(
			'"Request" verb="GET" url="https://127.0.0.1:46031/api/v1/namespaces/default/pods/nginx" headers=<\n\tAccept: application/json, */*\n'
		);
		expect(text).toContain('"Response" status="" milliseconds=');
		expect(text).toContain(
			'err="unable to upgrade streaming request: websocket: bad handshake (403 Forbidden)"'
		);
	});

	it('ends with the refusal as 1.15 tells it, and shows no token', () => {
		const recording = read('refused');
		const { lines } = logOf(recording).run(7);
		expect(told(recording, lines).at(-1)).toBe('post-exec:reply');
		expect(lines.at(-1)!.text).toMatch(
			/^F1124 .* helpers\.go:114\] Error from server \(Forbidden\): pods "nginx"/
		);
		expect(lines.filter(({ text }) => /Authorization: Bearer \*+$/.test(text))).toHaveLength(2);
	});

	it('does not exist where no kubectl asked', () => {
		expect(logOf(read('boot')).run(7)).toEqual({ origin: 'none', lines: [] });
	});

	it('is the same when it grew line by line', () => {
		for (const name of ['date', 'kubectl-1.36', 'refused']) {
			const whole = read(name);
			const reader = new RecordingReader(name);
			const log = new KubectlLog(reader.recording);
			for (const line of fixture(name).split('\n').filter(Boolean)) {
				reader.pushLines([line]);
				log.sync();
				log.run(8);
			}
			expect(log.run(8)).toEqual(logOf(whole).run(8));
		}
	});
});

describe('the log that the run itself printed', () => {
	/** The run of the fixture as if its kubectl had been started with -v=7: what it would print, printed. */
	function printing(lines: readonly LogLine[], rest = ''): Recording {
		const made = fixture('date')
			.split('\n')
			.filter((line) => line !== '' && !line.includes('"k":"end"'))
			.map((line) => line.replace('["kubectl","exec"', '["kubectl","-v=7","exec"'));
		const printed = lines.map(({ text }) => `${text.replace(' ? ', ' 1 ')}\n`).concat(rest);
		const tty = printed.map((d, k) =>
			JSON.stringify({ k: 'tty', i: made.length + k, t: 300_000, on: 'e', d })
		);
		return readRecording('printed', [...made, ...tty, ''].join('\n'));
	}

	it('is shown as it was printed, its lines bound to the same steps', () => {
		const { lines } = logOf(read('date')).run(7);
		const config = 'I1124 00:38:51.720001       1 loader.go:359] Config loaded from file:  /k';
		const recording = printing(
			[{ text: config, at: undefined }, ...lines],
			'no line of a log\nI112'
		);
		const shown = logOf(recording).run(7);
		expect(shown.origin).toBe('printed');
		expect(shown.lines.map(({ text }) => text)).toEqual([
			config,
			...lines.map(({ text }) => text.replace(' ? ', ' 1 '))
		]);
		expect(shown.lines.slice(1).map(({ at }) => at)).toEqual(lines.map(({ at }) => at));
		expect(logOf(recording).run(8).origin).toBe('derived');
	});

	it.each([6, 8, 9] as const)('binds what is printed at -v=%i, too', (level) => {
		const { lines } = logOf(read('date')).run(level);
		const recording = printing(lines);
		recording.command!.argv![1] = `-v=${level}`;
		expect(
			logOf(recording)
				.run(level)
				.lines.map(({ at }) => at)
		).toEqual(lines.map(({ at }) => at));
	});

	it.each([
		[['kubectl', '-v=7', 'exec'], 7],
		[['kubectl', 'exec', '--v=9', 'nginx'], 9],
		[['kubectl', '-v', '6', 'exec'], 6],
		[['kubectl', 'exec', 'nginx', '--', 'ls', '-v=7'], undefined],
		[['kubectl', 'version'], undefined]
	])('reads the level of %j', (argv, level) => {
		expect(verbosity({ k: 'cmd', argv })).toBe(level);
	});
});

describe('the logs of the articles', () => {
	it.each(articles)('%s: word for word what its transcript says', (id) => {
		const { typed, otherVersion } = transcripts[articles.indexOf(id)]!;
		const lines = logOf(read('date')).article(id);
		expect(words(lines, otherVersion)).toEqual(typed.find(({ log }) => log)!.log);
	});

	it('light the steps of this run that are their counterparts', () => {
		for (const id of articles) {
			for (const name of ['date', 'shell', 'kubectl-1.36']) {
				const recording = read(name);
				expect(told(recording, logOf(recording).article(id))).toEqual([
					'-',
					'get-pod',
					'get-pod:reply',
					'post-exec',
					'switching-protocols'
				]);
			}
			const refused = read('refused');
			expect(told(refused, logOf(refused).article(id)).at(-1)).toBe('post-exec:reply');
			const boot = read('boot');
			expect(told(boot, logOf(boot).article(id))).toEqual(['-']);
		}
	});
});
