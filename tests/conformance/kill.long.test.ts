import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { linesOf } from '../support/check-recording.ts';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';
import { descendants } from '../support/leaks.ts';
import { realKubectl } from '../support/real-kubectl.ts';
import { recordedBytes } from '../support/recorded-bytes.ts';
import { until } from '../support/type-kubectl.ts';

const started: ExecscopeProcess[] = [];
afterAll(async () => {
	for (const one of started.reverse()) await one.close();
});

async function start(flags: string[] = []): Promise<ExecscopeProcess> {
	const one = await startExecscope(flags);
	started.push(one);
	return one;
}

async function kubectl(home: string, args: string[]) {
	const env = { PATH: process.env['PATH'], HOME: home, KUBECONFIG: path.join(home, 'kubeconfig') };
	const child = spawn(await realKubectl('1.28'), args, { env });
	let out = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
	child.stdin.on('error', () => {});
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	return { stdin: child.stdin, printed: () => out, ended };
}

/** Lines of this machine's process table and mount table that name a folder. */
const mountsUnder = (folder: string) =>
	readFileSync('/proc/self/mountinfo', 'utf8')
		.split('\n')
		.filter((line) => line.includes(folder));

const isThere = (pid: number) => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
	} catch {
		return false;
	}
};

it('killed in mid-run, it leaves what it knew, and the next start leaves nothing else of it', async () => {
	const first = await start();
	const { home } = first;
	const shell = await kubectl(home, ['exec', '-i', 'nginx', '--', 'cat']);
	shell.stdin.write('said before the end\n');
	await until(() => shell.printed() === 'said before the end\n', 'cat answers');
	// What is older than a quarter of a second must be on disk, without anything to end the run in order.
	await sleep(250);
	const family = descendants(first.child.pid!);
	expect(family.length).toBeGreaterThan(0);
	const { run } = JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8')) as { run: string };
	first.child.kill('SIGKILL');
	await new Promise((resolve) => first.child.once('close', resolve));
	expect(await shell.ended).not.toBeNull();

	const recordings = path.join(home, 'recordings');
	const name = readdirSync(recordings)
		.sort()
		.findLast((file) => !file.includes('boot'))!;
	const left = readFileSync(path.join(recordings, name), 'utf8');
	const lines = linesOf(left.slice(0, left.lastIndexOf('\n') + 1));
	expect(lines.map(({ i }) => i)).toEqual(lines.map((_, n) => n));
	expect(lines.at(-1)?.k).not.toBe('end');
	const streaming = lines.find((line) => line.k === 'conn' && line['to'] === 'streaming')!;
	for (const dir of ['>', '<'] as const)
		expect(recordedBytes(lines, String(streaming['c']), dir).toString('latin1')).toContain(
			'said before the end'
		);

	const second = await start(['--home', home]);
	expect(second.url).not.toBe('');
	await until(
		() => !family.some(isThere),
		() => `these end: ${family.filter(isThere).join(' ')}`
	);
	expect(existsSync(run)).toBe(false);
	expect(mountsUnder(run)).toEqual([]);
	expect(readFileSync(path.join(recordings, name), 'utf8')).toBe(left);
	const again = await kubectl(home, ['exec', 'nginx', '--', 'hostname']);
	expect(await again.ended).toBe(0);
	expect(again.printed()).toBe('nginx\n');
}, 120_000);
