import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckedLine } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { realKubectl, type KubectlVersion } from '../support/real-kubectl.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { goodRecording, kubectlEnv, linesSoFar, until } from '../support/type-kubectl.ts';

let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
}, 60_000);
afterAll(() => lab?.close());

const prompt = /root@nginx:\/# $/;

/** Opens a shell in the pod, lets somebody use it, and returns its exit code with the recording. */
async function session(
	version: KubectlVersion,
	args: string[],
	use: (terminal: Terminal) => Promise<void>
): Promise<{ code: number; text: string; lines: CheckedLine[] }> {
	const before = new Set(lab.cluster.tracer.runs);
	const terminal = openTerminal(
		await realKubectl(version),
		['exec', '-it', 'nginx', '--', ...args],
		{
			cols: 101,
			rows: 31,
			env: kubectlEnv(lab)
		}
	);
	await use(terminal);
	const code = await terminal.ended;
	const runs = lab.cluster.tracer.runs.filter((run) => !before.has(run));
	expect(runs).toHaveLength(1);
	await until(() => !runs[0]!.open, 'the run ends');
	return { code, text: terminal.text, lines: goodRecording(lab, runs[0]!.id) };
}

const steps = (lines: CheckedLine[], id: string) =>
	lines.filter(({ k, s }) => k === 'step' && typeof s === 'string' && s.split('#')[0] === id);

describe.each(['1.20', '1.36'] as const)('a terminal of kubectl %s', (version) => {
	it('has its size, follows it, speaks UTF-8, and ends by Ctrl-D with the code of the shell', async () => {
		const { code, text, lines } = await session(version, ['/bin/bash'], async (terminal) => {
			await terminal.see(prompt);
			terminal.type('stty size\r');
			await terminal.see(/[\r\n]31 101\r\n/);
			await terminal.see(prompt);
			terminal.resize(120, 40);
			await until(() => lastSize() === '120x40', 'the new size has arrived');
			terminal.type('stty size\r');
			await terminal.see(/[\r\n]40 120\r\n/);
			await terminal.see(prompt);
			terminal.type('echo "grüße 你好 🐻"\r');
			await terminal.see(/[\r\n]grüße 你好 🐻\r\n/);
			await terminal.see(prompt);
			terminal.type('(exit 7)\r');
			await terminal.see(prompt);
			terminal.type('\x04');
		});
		expect(text).toMatch(/exit\r\ncommand terminated with exit code 7\r\n$/);
		expect(code).toBe(7);
		const sizes = steps(lines, 'resize').map(({ n }) => n);
		expect(sizes[0]).toBe('101x31');
		expect(sizes.at(-1)).toBe('120x40');
		expect(lines.find(({ k }) => k === 'exit')).toMatchObject({ code: 7 });
		const stdout = lines.filter(({ k, on }) => k === 'tty' && on === 'o');
		expect(stdout.length).toBeGreaterThan(5);
		expect(steps(lines, 'stream-open').map(({ n }) => n)).toEqual([
			'SYN_STREAM 1 streamtype=error',
			'SYN_STREAM 3 streamtype=stdin',
			'SYN_STREAM 5 streamtype=stdout',
			'SYN_STREAM 7 streamtype=resize'
		]);
	});

	it('interrupts what runs in it by Ctrl-C and stays', async () => {
		const { code } = await session(version, ['/bin/bash'], async (terminal) => {
			await terminal.see(prompt);
			// One process says it and sleeps: between two, Ctrl-C would meet the shell alone.
			terminal.type('sh -c "echo asleep; exec sleep 100"\r');
			await terminal.see(/[\r\n]asleep\r\n/);
			terminal.type('\x03');
			await terminal.see(prompt);
			terminal.type('echo "code $?"\r');
			await terminal.see(/[\r\n]code 130\r\n/);
			await terminal.see(prompt);
			terminal.type('exit 0\r');
		});
		expect(code).toBe(0);
	});

	it('loses nothing of what a command prints before it exits', async () => {
		const count = 'for i in $(seq 2000); do echo line $i; done; exit 5';
		const { code, text } = await session(version, ['sh', '-c', count], async () => {});
		expect(code).toBe(5);
		expect(text).toBe(
			[
				...Array.from({ length: 2000 }, (_, n) => `line ${n + 1}\r\n`),
				'command terminated with exit code 5\r\n'
			].join('')
		);
	});
});

/** The last terminal size that any run was told. */
function lastSize(): string | undefined {
	const run = lab.cluster.tracer.runs.at(-1)!;
	return steps(linesSoFar(lab, run.id), 'resize')
		.map(({ n }) => String(n))
		.at(-1);
}
