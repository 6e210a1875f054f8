import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubectlLog } from '../../src/lib/inspector/kubectl-log/kubectl-log.ts';
import { logLevels, type LogLevel } from '../../src/lib/inspector/kubectl-log/log-messages.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions } from '../support/real-kubectl.ts';
import { typeKubectl } from '../support/type-kubectl.ts';

/** The log that the page derives from the requests of a run, beside what that run's kubectl really printed. */
let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
});
afterAll(() => lab?.close());

/** What no request shows: settings, containers chosen, and what the transport measures of itself. */
const ofItself =
	/loader\.go|envvar\.go|podcmd\.go|HTTP (Trace|Statistics)|^goroutine |^error: |^Error from/;
const header = /^[IF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\S+ /;

/** Messages of several lines are one each; headers, which Go prints in any order, are in one. */
function comparable(printed: string): string[] {
	const messages: string[] = [];
	for (const line of printed.split('\n')) {
		if (header.test(line)) messages.push(line.replace(header, (start) => `${start[0]} `));
		else if (messages.length > 0 && /^[\t }]|^\}\]/.test(line))
			messages.push(`${messages.pop()}\n${line}`);
		else if (ofItself.test(line)) break;
	}
	const out: string[] = [];
	let headers: string[] = [];
	for (const message of messages.filter((each) => !ofItself.test(each)).map(timeless)) {
		const isHeader = / {5}[\w-]+: /.test(message);
		if (isHeader) headers.push(message);
		else {
			out.push(...headers.sort(), message);
			headers = [];
		}
	}
	return [...out, ...headers.sort()];
}

function timeless(message: string): string {
	return message
		.replace(/ in \d+ milliseconds$/, ' in <n> milliseconds')
		.replace(/ milliseconds=\d+.*/, ' milliseconds=<n>')
		.replace(/ -H "[^\n]*(?= ')/, (given) => given.split(' -H ').sort().join(' -H '));
}

function derived(run: string, level: LogLevel): string[] {
	const file = path.join(lab.cluster.recordings, `${run}.execscope`);
	const recording = readRecording(run, readFileSync(file, 'utf8'));
	// Without its command a run does not say that it printed a log: the page must derive one.
	recording.command = undefined;
	const log = new KubectlLog(recording);
	log.sync();
	const { origin, lines } = log.run(level);
	expect(origin).toBe('derived');
	return comparable(lines.map(({ text }) => text).join('\n'));
}

const cases = logLevels.flatMap((level) =>
	(['admin', 'dev', 'nobody'] as const).map((context) => ({ level, context }))
);

describe.each(kubectlVersions)('kubectl %s', (version) => {
	it.each(cases)('-v=$level as $context', async ({ level, context }) => {
		const args = [`-v=${level}`, `--context=${context}`, 'exec', 'nginx', '--', 'date'];
		const { err, runs } = await typeKubectl(lab, version, args);
		expect(derived(runs[0]!, level)).toEqual(comparable(err));
	});
});

describe('the embedded kubectl', () => {
	it.each(cases)('-v=$level as $context', async ({ level, context }) => {
		const line = `kubectl -v=${level} --context=${context} exec nginx -- date`;
		const { err, run } = await lab.kubectl(line);
		await lab.recording(run!);
		// Go's client takes this header out of an answer; Node's, in which ours is written, does not.
		const printed = comparable(err).filter((each) => !each.endsWith('Connection: close'));
		expect(derived(run!, level)).toEqual(printed);
	});
});
