import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunLog } from '../../src/lib/server/tracer/run-log.ts';
import { checkRecording, linesOf, type CheckedLine } from './check-recording.ts';
import type { Lab } from './lab.ts';
import { realKubectl, releaseOf, type KubectlVersion } from './real-kubectl.ts';

export interface Typed {
	code: number;
	out: Buffer;
	err: string;
	/** The recordings that it left, oldest first; several only when a program mistook it for several. */
	runs: string[];
}

/** Environment of an unmodified kubectl that reaches the lab's cluster and keeps its caches in the lab's home. */
export function kubectlEnv(lab: Lab): NodeJS.ProcessEnv {
	return { PATH: process.env['PATH'], HOME: lab.home, KUBECONFIG: lab.cluster.kubeconfigPath };
}

/** Runs an unmodified kubectl to its end, and waits until its run has ended too; other versions may run beside it. */
export async function typeKubectl(
	lab: Lab,
	version: KubectlVersion,
	args: string[],
	stdin?: Buffer
): Promise<Typed> {
	const before = new Set(lab.cluster.tracer.runs);
	const { code, out, err } = await runKubectl(lab, version, args, stdin);
	const runs = runsSince(before, lab, version);
	await until(() => runs.every((run) => !run.open), `the run of kubectl ${args.join(' ')} ends`);
	return { code, out, err, runs: runs.map(({ id }) => id) };
}

/** The runs of a version that have begun since there were those before. */
export function runsSince(
	before: ReadonlySet<RunLog>,
	lab: Lab,
	version: KubectlVersion
): RunLog[] {
	return lab.cluster.tracer.runs.filter(
		(run) => !before.has(run) && run.client.includes(`/v${releaseOf(version)} `)
	);
}

export interface Typing {
	stdin: Writable;
	/** What it printed to stdout so far. */
	printed(): string;
	ended: Promise<Omit<Typed, 'runs'>>;
	kill(): void;
	/** As Ctrl-C does. */
	interrupt(): void;
}

/** Starts an unmodified kubectl and leaves it running. */
export async function startKubectl(
	lab: Lab,
	version: KubectlVersion,
	args: string[]
): Promise<Typing> {
	const child = spawn(await realKubectl(version), args, { env: kubectlEnv(lab) });
	const out: Buffer[] = [];
	const err: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
	child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
	// It may end before it has read all that it is given.
	child.stdin.on('error', () => {});
	const closed = new Promise<number>((resolve) => child.on('close', (n) => resolve(n ?? -1)));
	return {
		stdin: child.stdin,
		printed: () => Buffer.concat(out).toString(),
		ended: closed.then((code) => ({
			code,
			out: Buffer.concat(out),
			err: Buffer.concat(err).toString()
		})),
		kill: () => child.kill('SIGKILL'),
		interrupt: () => child.kill('SIGINT')
	};
}

/** Runs an unmodified kubectl to its end; others may run beside it. */
export async function runKubectl(
	lab: Lab,
	version: KubectlVersion,
	args: string[],
	stdin?: Buffer
): Promise<Omit<Typed, 'runs'>> {
	const typing = await startKubectl(lab, version, args);
	typing.stdin.end(stdin);
	return typing.ended;
}

/** The recording of a run, after it was found to be complete and free of contradictions. */
export function goodRecording(lab: Lab, run: string): CheckedLine[] {
	const text = textOf(lab, run);
	const wrong = checkRecording(text);
	if (wrong.length > 0) throw new Error(`${run}: ${wrong.join('; ')}`);
	return linesOf(text);
}

/** What is wrong with the recording of a run, in sentences. */
export const wrongWith = (lab: Lab, run: string): string[] => checkRecording(textOf(lab, run));

/** The lines of a recording that may still be written; a torn last one is left out. */
export function linesSoFar(lab: Lab, run: string): CheckedLine[] {
	const text = textOf(lab, run);
	return linesOf(text.slice(0, text.lastIndexOf('\n') + 1));
}

function textOf(lab: Lab, run: string): string {
	return readFileSync(path.join(lab.cluster.recordings, `${run}.execscope`), 'utf8');
}

/** Names of the steps and calls in the order in which they were said; those of an earlier try as `try1/cri-exec`. */
export function stepNames(lines: CheckedLine[]): string[] {
	const said = lines.filter((line) => typeof line['s'] === 'string' && line.k !== 'hold');
	const last = Math.max(0, ...said.map((line) => Number(line['try'] ?? 0)));
	return said.map((line) => {
		const attempt = Number(line['try'] ?? 0);
		return attempt > 0 && attempt < last ? `try${attempt}/${String(line['s'])}` : String(line['s']);
	});
}

/** Waits for something that other programs bring about; throws after 20 s what it waited for. */
export async function until(
	done: () => boolean | Promise<boolean>,
	what: string | (() => string),
	ms = 20_000
): Promise<void> {
	const end = Date.now() + ms;
	while (!(await done())) {
		if (Date.now() > end)
			throw new Error(`waited in vain until ${typeof what === 'string' ? what : what()}`);
		await sleep(20);
	}
}
