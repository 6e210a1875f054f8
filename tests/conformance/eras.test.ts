import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eras } from '../../src/lib/trace/eras.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { realKubectl } from '../support/real-kubectl.ts';
import { goodRecording, runKubectl, startKubectl, until } from '../support/type-kubectl.ts';

let lab: Lab;
beforeAll(async () => {
	await realKubectl('1.28');
	lab = await startLab();
}, 180_000);
afterAll(() => lab?.close());

interface ClusterFile {
	era: string;
	url: string;
	nodes: { name: string; streaming: string }[];
}
const clusterFile = () =>
	JSON.parse(readFileSync(path.join(lab.home, 'cluster.json'), 'utf8')) as ClusterFile;

async function versions(): Promise<string[]> {
	const { out, err } = await runKubectl(lab, '1.28', ['get', 'nodes', '--no-headers']);
	return err === ''
		? out
				.toString()
				.trim()
				.split('\n')
				.map((line) => line.split(/\s+/)[4] ?? '')
		: [err];
}

async function serverVersion(): Promise<unknown> {
	const { out } = await runKubectl(lab, '1.28', ['version', '-o', 'json']);
	return (JSON.parse(out.toString()) as { serverVersion: { gitVersion: string } }).serverVersion
		.gitVersion;
}

describe('a switch of the era', () => {
	it('is of the next run: an exec that is open keeps its own to its end', async () => {
		const typing = await startKubectl(lab, '1.28', ['exec', '-i', 'nginx', '--', 'cat']);
		typing.stdin.write('before\n');
		await until(() => typing.printed() === 'before\n', 'the exec echoes');
		const run = lab.cluster.tracer.runs.find(
			({ open, query }) => open && query?.['verb'] === 'exec'
		)!;

		await lab.cluster.setEra('1.36');
		typing.stdin.end('after\n');
		expect(await typing.ended).toMatchObject({ code: 0, err: '' });
		expect(typing.printed()).toBe('before\nafter\n');
		await until(() => !run.open, 'its run ends');
		expect(run.era).toBe('1.15-redirect');
		expect(goodRecording(lab, run.id)[0]).toMatchObject({ k: 'hdr', era: '1.15-redirect' });
	});

	it('shows in what every client asks: the versions of server and nodes', async () => {
		expect(await versions()).toEqual(['v1.36.3', 'v1.36.3']);
		expect(await serverVersion()).toBe('v1.36.3');
		await lab.cluster.setEra('1.24-cri');
		expect(await versions()).toEqual(['v1.24.17', 'v1.24.17']);
		expect(await serverVersion()).toBe('v1.24.17');
	});

	it('is written to cluster.json, whole', async () => {
		const redirect = /^https:\/\/127\.0\.0\.1:\d+\/cri\/$/;
		const proxy = /^http:\/\/127\.0\.0\.1:\d+\/$/;
		for (const era of ['1.15-redirect', '1.15-proxy'] as const) {
			await lab.cluster.setEra(era);
			expect(clusterFile()).toMatchObject({ era, url: 'http://127.0.0.1:1' });
			const shape = eras[era].stream === 'redirect' ? redirect : proxy;
			expect(clusterFile().nodes.map(({ name }) => name)).toEqual(['node-1', 'node-2']);
			for (const { streaming } of clusterFile().nodes) expect(streaming).toMatch(shape);
			expect(clusterFile().nodes).toEqual(lab.cluster.nodes);
		}
	});

	it('ends with the last of several at once', async () => {
		await Promise.all([
			lab.cluster.setEra('1.35'),
			lab.cluster.setEra('1.24-cri'),
			lab.cluster.setEra('1.15-redirect')
		]);
		expect(clusterFile().era).toBe('1.15-redirect');
		expect(await versions()).toEqual(['v1.15.3', 'v1.15.3']);
	});

	it('begins no run', async () => {
		const before = lab.recordings();
		await lab.cluster.setEra('1.36');
		await lab.cluster.setEra('1.15-redirect');
		expect(lab.recordings()).toEqual(before);
	});
});
