import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatKubeconfig } from '../../src/lib/server/kubeconfig.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { realKubectl } from '../support/real-kubectl.ts';
import { openTerminal } from '../support/terminal.ts';
import { normaliseLines } from './normalise.ts';
import { transcripts, type Transcript, type Typed } from './transcripts.ts';

let lab: Lab;
let binary: string;

beforeAll(async () => {
	lab = await startLab();
	binary = await realKubectl('1.20');
}, 120_000);
afterAll(() => lab?.close());

/** The articles' context as the current one: their command lines name none. */
function environment({ context }: Transcript): NodeJS.ProcessEnv {
	const file = path.join(lab.home, `kubeconfig-${context}`);
	const config = { ...lab.cluster.kubeconfig!, 'current-context': context };
	writeFileSync(file, formatKubeconfig(config), { mode: 0o600 });
	return { PATH: process.env['PATH'], HOME: lab.home, KUBECONFIG: file };
}

interface Ended {
	code: number;
	stdout: string;
	stderr: string;
}

function type(transcript: Transcript, line: string): Promise<Ended> {
	const child = spawn(binary, line.split(' ').slice(1), { env: environment(transcript) });
	const ended = { stdout: '', stderr: '' };
	child.stdin.end();
	for (const name of ['stdout', 'stderr'] as const)
		child[name].on('data', (chunk: Buffer) => (ended[name] += String(chunk)));
	return new Promise((resolve) =>
		child.on('close', (code) => resolve({ code: code ?? -1, ...ended }))
	);
}

/** A line that opens a shell needs a terminal, and there both outputs are one. */
async function typeInTerminal(transcript: Transcript, { line, into }: Typed): Promise<Ended> {
	const terminal = openTerminal(binary, line.split(' ').slice(1), {
		cols: 200,
		rows: 40,
		env: environment(transcript)
	});
	await terminal.see(/root@nginx:\/#/);
	terminal.type((into ?? '').replaceAll('\n', '\r'));
	const code = await terminal.ended;
	return { code, stdout: terminal.text, stderr: '' };
}

/** 1.20 says of itself that it is 1.20, and of old ways that they are old. */
const itsOwn =
	/^(Client Version|Flag --generator has been deprecated|kubectl exec \[POD\] \[COMMAND\] is DEPRECATED)/;

const header = /^I<time> <pid> <source>\] {5}/;

/** Go prints a map of headers in any order: theirs is made one. */
function comparable(lines: (string | undefined)[]): string[] {
	const out: string[] = [];
	let headers: string[] = [];
	for (const line of lines.map((each = '') =>
		each.replace(/User-Agent: .*/, 'User-Agent: <agent>')
	)) {
		if (header.test(line)) headers.push(line);
		else out.push(...headers.sort(), line);
		if (!header.test(line)) headers = [];
	}
	return [...out, ...headers.sort()];
}

describe('the articles through an unmodified kubectl 1.20', () => {
	for (const transcript of transcripts)
		for (const typed of transcript.typed)
			it(`${transcript.context}: ${typed.line}`, { timeout: 60_000 }, async () => {
				const type20 = () =>
					typed.into === undefined
						? type(transcript, typed.line)
						: typeInTerminal(transcript, typed);
				let ended = await type20();
				const lines = () => normaliseLines(ended.stdout + ended.stderr, true);
				for (let tries = 0; typed.patiently && tries < 50; tries++) {
					if (lines().includes(typed.output!.at(-1)!)) break;
					await pause(200);
					ended = await type20();
				}
				if (typed.fails) {
					expect(ended.stdout + ended.stderr).toMatch(typed.fails);
					return expect(ended.code).not.toBe(0);
				}
				const wanted = [...(typed.output ?? []), ...(typed.among ?? [])].filter(
					(line) => !itsOwn.test(line) && line !== 'root@nginx:/#'
				);
				for (const line of wanted) expect(lines()).toContain(line);
				const log = lines().filter((line) => line.startsWith('I<time>'));
				const expected = (typed.log ?? []).map(
					(line) => normaliseLines(line.replace(/\S+\.go:\d+\]/, '<source>]'), true)[0]
				);
				expect(comparable(log)).toEqual(comparable(expected));
				expect(ended.code).toBe(0);
			});
});
