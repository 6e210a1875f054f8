import { randomUUID } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { parsePrompt } from '../../src/lib/server/kubectl/prompt.ts';
import type { Kubeconfig } from '../../src/lib/server/kubectl/rest-config.ts';
import { runKubectl, type DiscoveryCache } from '../../src/lib/server/kubectl/run-kubectl.ts';
import { defaultLimits, systemClock } from '../../src/lib/server/limits.ts';
import { normaliseLines } from './normalise.ts';
import type { Transcript, Typed } from './transcripts.ts';

export interface Reached {
	kubeconfig: Kubeconfig;
	kubeconfigPath: string;
	/** Warm, as the articles' were: their logs show no discovery. */
	discovery: DiscoveryCache;
}

interface Ended {
	code: number;
	stdout: string;
	stderr: string;
}

/** Types one line of an article into the prompt and compares what it prints, line by line. */
export async function replay(
	{ context, otherVersion }: Transcript,
	typed: Typed,
	cluster: Reached
): Promise<void> {
	const parsed = parsePrompt(typed.line);
	if ('refusal' in parsed) throw new Error(`${typed.line}: ${parsed.refusal.text}`);
	const here = { ...cluster, kubeconfig: { ...cluster.kubeconfig, 'current-context': context } };
	let ended = await run(parsed.argv, typed, here);
	while (typed.patiently && !isAsExpected(ended, typed, otherVersion)) {
		await pause(100);
		ended = await run(parsed.argv, typed, here);
	}
	if (typed.fails) {
		expect(`${ended.stdout}${ended.stderr}`).toMatch(typed.fails);
		expect(ended.code).not.toBe(0);
		return;
	}
	const stdout = normaliseLines(ended.stdout, otherVersion);
	if (typed.output) expect(firstLines(stdout, typed)).toEqual(typed.output);
	if (typed.among) expect(stdout).toEqual(expect.arrayContaining([...typed.among]));
	expect(normaliseLines(ended.stderr, otherVersion)).toEqual(typed.log ?? []);
	expect(ended.code).toBe(0);
}

/** Of a session in a shell the article shows the prompt only: what we typed to leave it does not count. */
function firstLines(stdout: string[], { into, output = [] }: Typed): string[] {
	if (into === undefined) return stdout;
	return stdout.slice(0, output.length).map((line) => line.replace(` ${into.trim()}`, ''));
}

function isAsExpected(ended: Ended, typed: Typed, otherVersion: boolean): boolean {
	return normaliseLines(ended.stdout, otherVersion).join('\n') === typed.output?.join('\n');
}

async function run(argv: string[], typed: Typed, cluster: Reached): Promise<Ended> {
	const ended = { stdout: '', stderr: '' };
	const stdin = new PassThrough();
	let into = typed.into;
	const sink = (name: 'stdout' | 'stderr') =>
		new Writable({
			write(chunk: Buffer, _encoding, done) {
				ended[name] += chunk.toString();
				if (into !== undefined && ended.stdout.includes('root@nginx:/#')) {
					stdin.write(into);
					into = undefined;
				}
				done();
			}
		});
	const code = await runKubectl({
		argv,
		...cluster,
		session: randomUUID(),
		stdin,
		stdout: sink('stdout'),
		stderr: sink('stderr'),
		terminal: { size: () => ({ cols: 120, rows: 40 }), onResize: () => () => {}, raw: () => {} },
		now: () => new Date(),
		pid: process.pid,
		limits: defaultLimits,
		clock: systemClock
	});
	return { code, ...ended };
}
