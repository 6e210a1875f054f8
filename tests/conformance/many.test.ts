import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Programs } from '../../src/lib/server/cluster.ts';
import { startDockershim } from '../../src/lib/server/dockershim/docker-service.ts';
import { startKubelet } from '../../src/lib/server/kubelet/server.ts';
import { askDocker } from '../support/docker.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { held, type Held } from '../support/leaks.ts';
import { kubectlVersions, type KubectlVersion } from '../support/real-kubectl.ts';
import { goodRecording, runKubectl, startKubectl, until } from '../support/type-kubectl.ts';

/** Stops one program of one node, as if it had been killed. */
const stop = new Map<string, () => Promise<void>>();
const programs: Partial<Programs> = {
	async startKubelet(options) {
		const kubelet = await startKubelet(options);
		stop.set(`kubelet ${options.node}`, () => kubelet.close());
		return kubelet;
	},
	async startDockershim(options) {
		const shim = await startDockershim(options);
		stop.set(`dockershim ${options.node}`, () => shim.close());
		return shim;
	}
};

let lab: Lab;
let before: Held;
beforeAll(async () => {
	lab = await startLab({ programs });
	for (const version of kubectlVersions)
		await runKubectl(lab, version, ['exec', 'nginx', '--', 'true']);
	await quiet();
	before = held();
}, 60_000);
afterAll(() => lab?.close());

const quiet = () =>
	until(() => lab.cluster.tracer.runs.every((run) => !run.open), 'every run has ended');

/** Nothing may be left of an exec that has ended: no socket, no process. */
async function nothingLeft(): Promise<void> {
	await quiet();
	const same = () => {
		const now = held();
		return now.sockets <= before.sockets && now.processes <= before.processes;
	};
	await until(same, () => `${JSON.stringify(held())} is ${JSON.stringify(before)} again`, 10_000);
}

describe('ten execs at once', () => {
	it('do not mix', async () => {
		const earlier = new Set(lab.cluster.tracer.runs);
		const who = Array.from({ length: 10 }, (_, n) => ({
			version: kubectlVersions[n % kubectlVersions.length]!,
			pod: n % 2 === 0 ? ['nginx'] : ['web', '-c', 'sidecar'],
			code: n + 1,
			mark: `mark-${String(n).padStart(2, '0')}`
		}));
		const results = await Promise.all(
			who.map(async ({ version, pod, code, mark }) => {
				const script = `echo ${mark}; cat; echo err-${mark} >&2; exit ${code}`;
				const args = ['exec', '-i', ...pod, '--', 'sh', '-c', script];
				const { out, ...rest } = await runKubectl(lab, version, args, Buffer.from(`in-${mark}\n`));
				return { ...rest, out: out.toString() };
			})
		);
		expect(results).toEqual(
			who.map(({ code, mark }) => ({
				code,
				out: `${mark}\nin-${mark}\n`,
				err: `err-${mark}\ncommand terminated with exit code ${code}\n`
			}))
		);
		await quiet();
		const runs = lab.cluster.tracer.runs.filter((run) => !earlier.has(run));
		expect(runs).toHaveLength(10);
		for (const { id } of runs) goodRecording(lab, id);
		const marks = runs.map(({ id }) => {
			const text = readFileSync(path.join(lab.cluster.recordings, `${id}.execscope`), 'utf8');
			return [...new Set(text.match(/mark-\d\d/g))];
		});
		expect(marks.map((own) => own.length)).toEqual(Array(10).fill(1));
		expect(marks.flat().sort()).toEqual(who.map(({ mark }) => mark));
		await nothingLeft();
	});
});

/** Starts `cat` in a pod and waits until a line has gone there and back. */
async function catIn(version: KubectlVersion, pod: string) {
	const typing = await startKubectl(lab, version, ['exec', '-i', pod, '--', 'cat']);
	typing.stdin.write('echo\n');
	await until(() => typing.printed() === 'echo\n', 'cat answers');
	return typing;
}

describe('a container that is removed in mid-exec', () => {
	it.each(kubectlVersions)('ends the exec of kubectl %s', async (version) => {
		const pod = `victim-${version.replace('.', '-')}`;
		await lab.kubectl(`kubectl run ${pod} --image=nginx --restart=Never --generator=run-pod/v1`);
		await until(
			async () => (await lab.kubectl(`kubectl get po ${pod}`)).out.includes('Running'),
			`${pod} runs`
		);
		const typing = await catIn(version, pod);
		const { docker, id } = await containerOf(pod);
		expect(await askDocker(docker, 'DELETE', `/v1.41/containers/${id}?force=1`)).toEqual({
			status: 204,
			text: ''
		});
		const { code, out, err } = await typing.ended;
		expect((await lab.kubectl(`kubectl delete pod ${pod}`)).code).toBe(0);
		// Docker forgets the execs of a container that has gone: a shim that asks too late for the code is told so.
		expect({ code, err }).toEqual(
			code === 137
				? { code, err: 'command terminated with exit code 137\n' }
				: { code: 1, err: expect.stringMatching(noSuchExec) as string }
		);
		expect(out.toString()).toBe('echo\n');
		await nothingLeft();
	});
});

const noSuchExec =
	/^error: Internal error occurred: error executing command in container: Error response from daemon: No such exec instance: [0-9a-f]{64}\n$/;

async function containerOf(pod: string): Promise<{ docker: string; id: string }> {
	const filters = JSON.stringify({ label: [`io.kubernetes.pod.name=${pod}`] });
	for (const { docker } of lab.cluster.nodes) {
		const query = `/v1.41/containers/json?filters=${encodeURIComponent(filters)}`;
		const found = JSON.parse((await askDocker(docker, 'GET', query)).text) as {
			Id: string;
			Names: string[];
		}[];
		const own = found.find(({ Names: [name] }) => !name!.startsWith('/k8s_POD_'));
		if (own) return { docker, id: own.Id };
	}
	throw new Error(`no container of ${pod}`);
}

/**
 * Without a status the clients know nothing of an exit code: they print what has come and exit with 0
 * (reference: a connection that is cut).
 */
const cut = { code: 0, out: Buffer.from('echo\n') };

describe('a shim that stops in mid-exec', () => {
	it('cuts the stream, and the next exec is told that there is no runtime', async () => {
		const all = await Promise.all(kubectlVersions.map((version) => catIn(version, 'nginx')));
		const { cri } = lab.cluster.nodes[0]!;
		await stop.get('dockershim node-1')!();
		// A Go listener takes its socket with it.
		rmSync(cri.replace('unix://', ''));
		for (const typing of all) expect(await typing.ended).toMatchObject(cut);
		await nothingLeft();
		for (const version of kubectlVersions) {
			const after = await runKubectl(lab, version, ['exec', 'nginx', '--', 'date']);
			expect(after.err).toBe(
				`error: unable to upgrade connection: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial ${cri.replace('://', ' ')}: connect: no such file or directory"\n`
			);
			expect(after.code).toBe(1);
		}
		await nothingLeft();
	});
});

describe('a kubelet that stops in mid-exec', () => {
	it('cuts the stream, and the next exec is told that nobody listens', async () => {
		const all = await Promise.all(kubectlVersions.map((version) => catIn(version, 'web')));
		await stop.get('kubelet node-2')!();
		for (const typing of all) expect(await typing.ended).toMatchObject(cut);
		await nothingLeft();
		const refused = `error dialing backend: dial tcp ${new URL(lab.cluster.nodes[1]!.kubelet).host}: connect: connection refused\n`;
		for (const version of kubectlVersions) {
			const args = ['exec', 'web', '-c', 'app', '--', 'date'];
			const after = await runKubectl(lab, version, args);
			expect(after.err).toBe(
				version === '1.36'
					? `error: unable to upgrade connection: ${refused}`
					: `Error from server: ${refused}`
			);
			expect(after.code).toBe(1);
		}
		await nothingLeft();
	});
});
