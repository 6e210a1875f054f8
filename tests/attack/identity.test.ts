import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import type { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPki, type KeyPair, type Pki } from '../../src/lib/server/pki.ts';
import { clientConfig } from '../../src/lib/server/kubeconfig.ts';
import { startLab, type AnyLine, type Lab } from '../support/lab.ts';
import { listeningPorts } from './listening-ports.ts';

/** Programs on this machine that reach the cluster's ports with no proof of who they are, a wrong one, or too little. */
let lab: Lab;
let stranger: Pki;
let folder: string;

beforeAll(async () => {
	lab = await startLab();
	folder = mkdtempSync(path.join(os.tmpdir(), 'execscope-stranger-'));
	stranger = await openPki(folder);
});
afterAll(async () => {
	await lab.close();
	rmSync(folder, { recursive: true });
});

interface Asking {
	as?: KeyPair | undefined;
	headers?: Record<string, string>;
	method?: string;
}

function ask(url: string, { as, headers, method = 'GET' }: Asking = {}) {
	return new Promise<{ status: number; body: string }>((resolve, reject) => {
		const request = (url.startsWith('https:') ? https : http).request(url, {
			...as,
			method,
			headers: headers ?? {},
			agent: false,
			ca: lab.cluster.pki.ca.cert
		});
		request.on('error', reject);
		request.on('upgrade', (response, socket) => {
			socket.destroy();
			resolve({ status: response.statusCode ?? 0, body: '' });
		});
		request.on('response', (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
		});
		request.end();
	});
}

const spdy = {
	Connection: 'Upgrade',
	Upgrade: 'SPDY/3.1',
	'X-Stream-Protocol-Version': 'v4.channel.k8s.io'
};
const kubeletPaths = [
	['POST', '/exec/default/nginx/nginx?command=id&output=1'],
	['GET', '/exec/default/nginx/nginx?command=id&output=1'],
	['POST', '/run/default/nginx/nginx?cmd=id'],
	['GET', '/cri/exec/AAAAAAAA'],
	['GET', '/pods'],
	['GET', '/metrics'],
	['GET', '/healthz'],
	['GET', '/nothing']
] as const;

describe('a kubelet', () => {
	const kubelet = () => lab.cluster.nodes[0]!.kubelet;

	it('answers 401 to whoever shows no certificate, or one of another authority', async () => {
		const asApiserver = { cn: 'kube-apiserver-kubelet-client', o: 'system:masters' };
		const forged = await stranger.issue({ ...asApiserver, usage: 'client' });
		const token = clientConfig(lab.cluster.kubeconfig!, 'dev').token!;
		for (const [method, to] of kubeletPaths)
			for (const asking of [{}, { as: forged }, { headers: { Authorization: `Bearer ${token}` } }])
				for (const upgrade of [{}, spdy]) {
					const headers = { ...('headers' in asking ? asking.headers : {}), ...upgrade };
					const answer = await ask(`${kubelet()}${to}`, { ...asking, method, headers });
					expect(answer, `${method} ${to}`).toEqual({ status: 401, body: 'Unauthorized' });
				}
	});

	it('answers 403 to every name but that of the API server', async () => {
		const names = ['admin', 'system:node:node-1', 'system:node:node-2', 'kube-apiserver', 'dev'];
		for (const cn of names) {
			const as = await lab.cluster.pki.issue({ cn, o: 'system:masters', usage: 'client' });
			for (const [method, to] of kubeletPaths) {
				const answer = await ask(`${kubelet()}${to}`, { as, method, headers: spdy });
				expect(answer.status, `${cn}: ${method} ${to}`).toBe(403);
				expect(answer.body).toContain(`Forbidden (user=${cn}, `);
			}
		}
	});

	it('takes no certificate that was made for servers', async () => {
		const cn = 'kube-apiserver-kubelet-client';
		const as = await lab.cluster.pki.issue({ cn, usage: 'server' });
		expect((await ask(`${kubelet()}/pods`, { as })).status).toBe(401);
	});
});

describe('the API server', () => {
	const to = (what: string) => `${lab.cluster.apiserver}${what}`;
	const pods = '/api/v1/namespaces/default/pods';
	const exec = `${pods}/nginx/exec?command=id&stdout=true`;
	const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
	const tokenOf = (context: string) => clientConfig(lab.cluster.kubeconfig!, context).token!;

	it('answers 401 to whoever shows nothing, a wrong token, or a certificate of another authority', async () => {
		const forged = await stranger.issue({ cn: 'admin', o: 'system:masters', usage: 'client' });
		const token = tokenOf('dev');
		const wrong = [`${token}x`, token.slice(1), token.toUpperCase(), ''];
		for (const asking of [
			{},
			{ as: forged },
			...wrong.map((each) => ({ headers: bearer(each) })),
			{ headers: { Authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}` } }
		]) {
			expect((await ask(to(pods), asking)).status).toBe(401);
			const headers = { ...spdy, ...('headers' in asking ? asking.headers : {}) };
			const answer = await ask(to(exec), { ...asking, headers, method: 'POST' });
			expect(answer.status).toBe(401);
		}
	});

	it('lets nobody exec who may not, nor become somebody who may', async () => {
		const nobodyElse: Record<string, string> = {};
		for (const context of ['dev', 'nobody'])
			for (const as of [
				nobodyElse,
				{ 'Impersonate-User': 'admin', 'Impersonate-Group': 'system:masters' }
			])
				for (const method of ['POST', 'GET']) {
					const headers = { ...bearer(tokenOf(context)), ...spdy, ...as };
					expect((await ask(to(exec), { headers, method })).status).toBe(403);
				}
		expect((await ask(to(pods), { headers: bearer(tokenOf('nobody')) })).status).toBe(403);
		expect((await ask(to(pods), { headers: bearer(tokenOf('dev')) })).status).toBe(200);
	});
});

describe('a traceparent that somebody found in a recording', () => {
	let victim: { run: string; stdin: PassThrough; done: Promise<number> };
	beforeAll(async () => {
		const running = await new Promise<{ run: string } & ReturnType<Lab['cluster']['kubectl']>>(
			(resolve) => {
				const made = lab.cluster.kubectl(['kubectl', 'exec', '-i', 'nginx', '--', 'cat'], {
					owner: 'driver',
					began: (run) => resolve({ ...made, run })
				});
			}
		);
		victim = running;
		await vi.waitFor(() => expect(text()).toContain('"s":"hijack"'), 10_000);
	});

	const text = () => read(victim.run);
	const stolen = () => [...new Set(text().match(/00-[0-9a-f]{32}-[0-9a-f]{16}-01/g))];
	const admin = () => {
		const { cert, key } = clientConfig(lab.cluster.kubeconfig!, 'admin');
		return { cert: cert!, key: key! };
	};

	const read = (name: string) =>
		readFileSync(path.join(lab.cluster.recordings, `${name}.execscope`), 'utf8');
	const recorded = () => lab.recordings().map(read).join('');
	/** Nobody says where they are: clients reach them through a kubelet alone. */
	const streamingServers = () => {
		const named = [lab.cluster.apiserver!, ...lab.cluster.nodes.map(({ kubelet }) => kubelet)];
		const others = listeningPorts(process.pid).filter(
			({ port }) => !named.some((url) => url.endsWith(`:${port}`))
		);
		return others.map(({ port }) => `http://127.0.0.1:${port}`);
	};
	/** What somebody makes of one: the same without its step, which names the run alone. */
	const ofRun = (traceparent: string) =>
		traceparent.replace(/[0-9a-f]{16}-01$/, '0000000100000000-01');

	it('puts nothing into its run, whatever port it is shown to', async () => {
		expect(stolen().length).toBeGreaterThan(3);
		expect(streamingServers()).toHaveLength(2);
		const { token } = clientConfig(lab.cluster.kubeconfig!, 'dev');
		const kubelet = lab.cluster.nodes[0]!.kubelet;
		let asked = 0;
		for (const traceparent of [...stolen(), ofRun(stolen()[0]!)]) {
			const marks: string[] = [];
			const mark = () => marks[marks.push(`attack-${++asked}-`) - 1]!;
			const headers = { traceparent, 'User-Agent': 'attacker' };
			const answers = [
				await ask(`${lab.cluster.apiserver}/api/v1/pods?${mark()}`, { as: admin(), headers }),
				await ask(`${lab.cluster.apiserver}/api/v1/namespaces/default/pods?${mark()}`, {
					headers: { ...headers, Authorization: `Bearer ${token}` }
				}),
				await ask(`${lab.cluster.apiserver}/version?${mark()}`, { headers }),
				await ask(`${kubelet}/pods?${mark()}`, { headers }),
				await ask(`${kubelet}/pods?${mark()}`, { as: admin(), headers })
			];
			expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401, 403]);
			for (const server of streamingServers())
				for (const more of [{}, spdy]) {
					const answer = await ask(`${server}/cri/exec/${mark()}`, {
						headers: { ...headers, ...more }
					});
					expect(answer.status).toBe(404);
				}
			// Now, because only the last runs are kept.
			await vi.waitFor(() => {
				const all = recorded();
				expect(marks.filter((each) => !all.includes(each))).toEqual([]);
			});
		}
		victim.stdin.end();
		expect(await victim.done).toBe(0);
		const lines: AnyLine[] = await lab.recording(victim.run);
		expect(lines.at(-1)).toMatchObject({ k: 'end' });
		expect(text().match(/attack-\d+-/g) ?? []).toEqual([]);
	});

	it('does not take the place of a request that is held before it is sent', async () => {
		const { holds } = lab.cluster.tracer;
		holds.add({ run: '*', s: 'cri-handler', by: 'driver' });
		let run = '';
		const running = lab.cluster.kubectl(['kubectl', 'exec', 'nginx', '--', 'true'], {
			owner: 'driver',
			began: (id) => (run = id)
		});
		await vi.waitFor(() => expect(holds.waiting).toHaveLength(1), 10_000);
		holds.remove({ run: '*', s: 'cri-handler' });
		const held = /.*"s":"cri-handler".*/.exec(read(run))![0];
		const [trace] = /00-[0-9a-f]{32}-/.exec(read(run))!;
		const { i } = JSON.parse(held) as AnyLine;
		const traceparent = `${trace}${(i + 1).toString(16).padStart(16, '0')}-01`;
		for (const server of streamingServers()) {
			const headers = { traceparent, 'User-Agent': 'attacker' };
			expect((await ask(`${server}/cri/exec/early`, { headers })).status).toBe(404);
		}
		for (const waiting of holds.waiting) waiting.resume('continued', 'driver');
		expect(await running.done).toBe(0);
		await lab.recording(run);
		expect(read(run)).toContain(traceparent);
		expect(read(run)).not.toContain('early');
	});
});
