import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDockershim } from '../../src/lib/server/dockershim/docker-service.ts';
import { startKubelet } from '../../src/lib/server/kubelet/server.ts';
import { defaultLimits } from '../../src/lib/server/limits.ts';
import { eras, isBuiltEra } from '../../src/lib/trace/eras.ts';
import { pathOf } from '../../src/lib/trace/paths.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { kubectlVersions, realKubectl } from '../support/real-kubectl.ts';
import { curl, curlExec, type Identity } from '../support/stream-client.ts';
import {
	goodRecording,
	linesSoFar,
	runKubectl,
	stepNames,
	typeKubectl,
	until
} from '../support/type-kubectl.ts';

/** The eras in which the kubelet goes to the streaming server itself, and nobody translates for a WebSocket. */
const proxyEras = Object.keys(eras)
	.filter(isBuiltEra)
	.filter((era) => eras[era].stream === 'proxy' && eras[era].webSocket === 'spliced');
const date = ['exec', 'nginx', '--', 'date'];

/** What stands in a run beside its path: it depends on caches, on the size of chunks and on time. */
const beside = /^(try\d\/)?(discovery|docker-request|io|ping|stdin-close|resize)\b/;
/** Streams come as often as they come: once is enough for a path. */
const again = /^(try\d\/)?stream-open(:reply)?#\d+$/;
const pathIn = (lab: Lab, run: string) =>
	stepNames(goodRecording(lab, run)).filter((name) => !beside.test(name) && !again.test(name));

describe.each(proxyEras)('in era %s', (era) => {
	let lab: Lab;
	let apiserver: Identity;
	beforeAll(async () => {
		await Promise.all(kubectlVersions.map((version) => realKubectl(version)));
		lab = await startLab({ era });
		const file = (name: string) => readFileSync(path.join(lab.home, 'pki', name), 'utf8');
		apiserver = {
			ca: file('ca.crt'),
			cert: file('apiserver-kubelet-client.crt'),
			key: file('apiserver-kubelet-client.key')
		};
		lab.cluster.tracer.holds.drivers(1);
		for (const version of kubectlVersions) await runKubectl(lab, version, ['get', 'po']);
	}, 180_000);
	afterAll(() => lab?.close());

	describe.each(kubectlVersions)('kubectl %s', (version) => {
		const protocol = version === '1.36' ? 'websocket' : 'spdy';
		const wanted = pathOf(era, 'exec', protocol).filter((name) => !beside.test(name));

		it.each([
			['prints', 0, '', date, undefined, /^\w{3} .*20\d\d.*\n$/],
			[
				'hands on what was piped in, and the exit code',
				3,
				'err\ncommand terminated with exit code 3\n',
				['exec', '-i', 'nginx', '--', 'sh', '-c', 'cat; echo err >&2; exit 3'],
				'one\ntwo\n',
				/^one\ntwo\n$/
			]
		])('%s, on the path of the era', async (_, code, err, args, stdin, out) => {
			const typed = await typeKubectl(lab, version, args, stdin ? Buffer.from(stdin) : undefined);
			expect({ code: typed.code, err: typed.err }).toEqual({ code, err });
			expect(typed.out.toString()).toMatch(out);
			expect(typed.runs).toHaveLength(1);
			expect(pathIn(lab, typed.runs[0]!)).toEqual(wanted);
			expect(goodRecording(lab, typed.runs[0]!)[0]).toMatchObject({ k: 'hdr', era });
		});

		it('is told that the token is spent by another', async () => {
			const { holds } = lab.cluster.tracer;
			// The last try of a new kubectl is its second.
			const attempt = protocol === 'websocket' ? 2 : 1;
			holds.add({ run: '*', s: 'kubelet-proxy', try: attempt, by: 'driver' });
			const typed = typeKubectl(lab, version, date);
			await until(() => holds.waiting.length === 1, 'the kubelet has its token');
			const [waiting] = holds.waiting;
			const asked = linesSoFar(lab, waiting!.run).findLast(({ s }) => s === 'token-url');
			const { url } = asked!['facts'] as { url: string };
			const thief = await curl(url, apiserver, { method: 'POST' });
			expect(thief.status).toBe(400);
			holds.remove({ run: '*', s: 'kubelet-proxy', try: attempt });
			waiting!.resume('continued', 'driver');
			const { code, err, runs } = await typed;
			expect({ code, err }).toEqual({
				code: 1,
				err: 'error: unable to upgrade connection: 404 page not found\n'
			});
			const names = pathIn(lab, runs[0]!);
			expect(names.slice(-3)).toEqual([
				...['kubelet-proxy:reply', 'kubelet-exec:reply', 'post-exec:reply']
			]);
		});
	});

	/** What the runs say that began since there were those before, and that have ended. */
	async function outside<T>(act: () => Promise<T>) {
		const before = new Set(lab.cluster.tracer.runs);
		const said = await act();
		const runs = lab.cluster.tracer.runs.filter((run) => !before.has(run));
		await until(() => runs.every((run) => !run.open), 'its runs have ended');
		return { said, paths: runs.map(({ id }) => pathIn(lab, id)) };
	}
	const exec = '/exec/default/nginx/nginx?command=hostname&output=1&error=1';
	const success = '{"metadata":{},"status":"Success"}';
	const wholePath = pathOf(era, 'exec', 'spdy').filter((name) => !beside.test(name));
	const from = (id: string) => wholePath.slice(wholePath.indexOf(id));

	it('passes the stream to whoever asks the kubelet with a certificate of the API server', async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		const { said, paths } = await outside(() => curlExec(`${kubelet}${exec}`, apiserver));
		expect(said).toEqual({ stdout: 'nginx\n', stderr: '', error: success });
		expect(paths).toEqual([from('kubelet-exec')]);
	});

	it('hands out no URL at the kubelet: who wants no upgrade is refused', async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		const { said } = await outside(() => curl(`${kubelet}${exec}`, apiserver, { method: 'POST' }));
		expect([said.status, said.text]).toEqual([500, 'Upgrade request required\n']);
		const gone = await curl(`${kubelet}/cri/exec/AAAAAAAA`, apiserver);
		expect([gone.status, gone.text]).toEqual([404, '404: Page Not Found']);
	});

	it('has a door of its own for tokens, without a certificate, but not for pages', async () => {
		const { streaming } = lab.cluster.nodes[0]!;
		expect(streaming).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
		const url = `${streaming}exec/AAAAAAAA`;
		const nobody = { ca: '' };
		expect((await curl(url, nobody)).status).toBe(404);
		const page = { headers: { Origin: 'https://evil.example' } };
		expect((await curl(url, nobody, page)).status).toBe(403);
		const rebound = { headers: { Host: 'evil.example' } };
		expect((await curl(url, nobody, rebound)).status).toBe(421);
	});
});

/** A streaming server that is gone when the kubelet comes, or a token that is too old by then. */
describe.each(kubectlVersions)('kubectl %s is told', (version) => {
	const era = proxyEras[0]!;
	const dead = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;

	it('that nobody listens at the URL', async () => {
		const lab = await startLab({
			era,
			programs: {
				startDockershim: (options) =>
					startDockershim({ ...options, baseUrl: 'http://127.0.0.1:1/' }),
				startKubelet: (options) => startKubelet({ ...options, criHandler: dead })
			}
		});
		try {
			const { code, err, runs } = await typeKubectl(lab, version, date);
			expect({ code, err }).toEqual({
				code: 1,
				err: 'error: unable to upgrade connection: error dialing backend: dial tcp 127.0.0.1:1: connect: connection refused\n'
			});
			expect(pathIn(lab, runs[0]!).slice(-3)).toEqual([
				...['token-url', 'kubelet-exec:reply', 'post-exec:reply']
			]);
		} finally {
			await lab.close();
		}
	});

	it('that there is no such page when the token has expired', async () => {
		const lab = await startLab({ era, limits: { ...defaultLimits, tokenTtlMs: -1 } });
		try {
			const { code, err } = await typeKubectl(lab, version, date);
			expect({ code, err }).toEqual({
				code: 1,
				err: 'error: unable to upgrade connection: 404 page not found\n'
			});
		} finally {
			await lab.close();
		}
	});
});
