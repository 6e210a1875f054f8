import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/lib/server/limits.ts';
import { linesOf } from '../support/check-recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { held, type Held } from '../support/leaks.ts';
import { goodRecording, runKubectl, stepNames, until, wrongWith } from '../support/type-kubectl.ts';

const fixture = readFileSync(path.resolve('tests/fixtures/recordings/date.execscope'), 'utf8');
/** Every step and call of one `kubectl exec nginx -- date`. */
const names = stepNames(linesOf(fixture));

let lab: Lab;
let before: Held;
beforeAll(async () => {
	// A client that waits for an answer that was dropped need not wait for half a minute here.
	lab = await startLab({ limits: { ...defaultLimits, createStreamResponseMs: 4000 } });
	lab.cluster.tracer.holds.drivers(1);
	for (const name of ['discovery', 'date']) expect((await date(name)).code).toBe(0);
	expect((await otherKubectl()).code).toBe(0);
	await quiet();
	before = held();
}, 60_000);
afterAll(() => lab?.close());

const quiet = () =>
	until(() => lab.cluster.tracer.runs.every((run) => !run.open), 'every run has ended');

interface Ended {
	code: number;
	out: string;
	err: string;
}

/** `exec nginx -- date`; our own kubectl asks for discovery only once, so steps of that need another. */
async function date(name: string): Promise<Ended> {
	const args = ['exec', 'nginx', '--', 'date'];
	if (!name.startsWith('discovery')) return lab.kubectl(['kubectl', ...args]);
	const cold = ['--cache-dir', mkdtempSync(path.join(lab.home, 'cache-'))];
	const { code, out, err } = await runKubectl(lab, '1.28', [...cold, ...args]);
	return { code, out: out.toString(), err };
}

const otherKubectl = () => lab.kubectl('kubectl exec web -c sidecar -- hostname');

const post = (path: string) => `Post ${lab.cluster.apiserver}${path}`;
const upgrade = '/api/v1/namespaces/default/pods/nginx/exec?command=date&container=nginx';

/** What kubectl prints and exits with when the program that says this step has gone; `date` when it lost nothing. */
function afterDrop(name: string): [code: number, err: string, out?: 'date'] {
	const docker = 'error during connect: EOF\n';
	const internal = 'error: Internal error occurred: error executing command in container: ';
	switch (name.replace(/#[23]$/, '')) {
		// Go asks again when nothing of the answer has come.
		case 'discovery':
		case 'discovery:reply':
			return [0, '', 'date'];
		case 'get-pod':
		case 'authorize-get':
		case 'get-pod:reply':
			return [1, 'Unable to connect to the server: EOF\n'];
		case 'choose-container':
		case 'post-exec':
		case 'authorize':
		case 'connect':
		case 'exec-location':
		case 'kubelet-exec':
		case 'follow-redirect':
			return [
				1,
				`error: error sending request: ${post(`${upgrade}&stderr=true&stdout=true`)}: unexpected EOF\n`
			];
		// The API server says of the kubelet what it saw.
		case 'kubelet-authorize':
		case 'get-exec':
		case 'list-containers':
		case 'cri-exec':
		case 'redirect':
		case 'kubelet-authorize-redirect':
		case 'cri-handler':
		case 'token-consume':
		case 'serve-exec':
		case 'switching-protocols':
			return [1, 'Error from server: unexpected EOF\n'];
		// `rpc error: code = Unavailable desc = transport is closing`: one colon, and kubectl takes it for YAML.
		case 'list-containers:reply':
		case 'docker-request':
		case 'cache-insert':
		case 'token-url':
			return [1, 'Error from server: \n'];
		case 'check-container':
			return name.endsWith('#2') ? [0, ''] : [1, 'Error from server: \n'];
		case 'docker-request:reply':
			return [1, `error: unable to upgrade connection: rpc error: code = Unknown desc = ${docker}`];
		case 'check-container:reply':
			return name.endsWith('#2')
				? [1, internal + docker]
				: [1, `error: unable to upgrade connection: rpc error: code = Unknown desc = ${docker}`];
		case 'stream-open':
		case 'stream-open:reply':
			return [1, 'error: Timeout occured\n'];
		case 'docker-create-exec:reply':
			return [1, `${internal}failed to exec in container - Exec setup failed - ${docker}`];
		case 'hijack':
			return [1, internal + docker];
		case 'process-start':
			return [137, 'command terminated with exit code 137\n'];
		case 'docker-inspect-exec:reply':
			return [1, internal + docker, 'date'];
		// The stream is cut without a status: what has come is printed, and nobody knows better than 0.
		case 'docker-create-exec':
		case 'docker-start-exec':
		case 'io':
			return [0, ''];
		case 'process-exit':
		case 'docker-inspect-exec':
		case 'exit-status':
		case 'close':
			return [0, '', 'date'];
		default:
			throw new Error(`what follows a drop at ${name}?`);
	}
}

const printedDate = /^\w{3} .*20\d\d.*\n$/;

/** A recording may end in the air only where something was dropped: calls that never return, a step without bytes. */
function inTheAir(run: string): string[] {
	return wrongWith(lab, run).filter((what) => !/ never returns$| has no bytes$/.test(what));
}

describe('a hold', () => {
	it.each(names)('at %s', async (s) => {
		const { holds, runs } = lab.cluster.tracer;
		const earlier = new Set(runs);
		holds.add({ run: '*', s, by: 'driver' });
		let ended = 0;
		const both = [date(s), date(s)].map((one) => one.finally(() => ended++));
		await until(() => holds.waiting.length === 2, `both wait at ${s}`);
		expect(ended).toBe(0);
		holds.remove({ run: '*', s });

		expect(await otherKubectl()).toMatchObject({ code: 0, out: 'web\n', err: '' });
		expect(holds.waiting.map((waiting) => waiting.s)).toEqual([s, s]);

		const [one, other] = holds.waiting;
		one!.resume('continued', 'driver');
		other!.resume('dropped', 'driver');
		const results = await Promise.all(both);
		await quiet();
		const [code, err, out] = afterDrop(s);
		const printed = (what: 'date' | undefined) =>
			what ? (expect.stringMatching(printedDate) as string) : '';
		const right = { code: 0, out: printed('date'), err: '' };
		const dropped = { code, out: printed(out), err };
		const fine = results.findIndex((result) => result.code === 0 && result.out !== '');
		expect(results[fine]).toMatchObject(right);
		expect(results[1 - fine]).toMatchObject(dropped);

		for (const run of lab.cluster.tracer.runs.filter((run) => !earlier.has(run))) {
			if (run.id === other!.run) expect(inTheAir(run.id)).toEqual([]);
			else goodRecording(lab, run.id);
		}
		await until(
			() => held().sockets <= before.sockets && held().processes <= before.processes,
			() => `${JSON.stringify(held())} is ${JSON.stringify(before)} again`
		);
	});

	it('goes on hop by hop', async () => {
		const { holds } = lab.cluster.tracer;
		holds.add({ run: '*', s: 'cri-exec', by: 'driver' });
		const run = date('cri-exec');
		const stops: string[] = [];
		for (let n = 0; n < 6; n++) {
			await until(() => holds.waiting.length === 1, 'the next step is held');
			stops.push(holds.waiting[0]!.s);
			holds.remove({ run: '*', s: 'cri-exec' });
			holds.waiting[0]!.resume(n < 5 ? 'stepped' : 'continued', 'driver');
		}
		expect(stops).toEqual([
			...['cri-exec', 'check-container', 'check-container:reply', 'cache-insert', 'token-url'],
			'redirect'
		]);
		expect((await run).code).toBe(0);
		await quiet();
	});
});
