import { readFileSync } from 'node:fs';
import path from 'node:path';
import grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { criVersions, loadCri, type CriVersion } from '../../src/lib/server/transport/cri-proto.ts';
import type { CheckedLine } from '../support/check-recording.ts';
import { askDocker } from '../support/docker.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { curl, curlExec, type Identity } from '../support/stream-client.ts';
import { goodRecording, stepNames, until } from '../support/type-kubectl.ts';

let lab: Lab;
let admin: Identity;
let apiserver: Identity;
beforeAll(async () => {
	lab = await startLab();
	const file = (name: string) => readFileSync(path.join(lab.home, 'pki', name), 'utf8');
	const ca = file('ca.crt');
	const user = lab.cluster.kubeconfig!.users.find(({ name }) => name === 'admin')!.user;
	const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();
	admin = {
		ca,
		cert: decoded(user['client-certificate-data']),
		key: decoded(user['client-key-data'])
	};
	apiserver = {
		ca,
		cert: file('apiserver-kubelet-client.crt'),
		key: file('apiserver-kubelet-client.key')
	};
}, 60_000);
afterAll(() => lab?.close());

/** Does something as an outsider: the recordings of the runs that it began, all of them good and the client's. */
async function outside<T>(act: () => Promise<T>): Promise<{ said: T; runs: CheckedLine[][] }> {
	const before = new Set(lab.cluster.tracer.runs);
	const said = await act();
	const runs = lab.cluster.tracer.runs.filter((run) => !before.has(run));
	await until(() => runs.every((run) => !run.open), 'its runs have ended');
	return { said, runs: runs.map(({ id }) => goodRecording(lab, id)) };
}

/** Lanes of the run, its first arrow, and all its steps. */
function begun(lines: CheckedLine[]) {
	const first = lines.find(({ k }) => k === 'step')!;
	const { lanes } = lines[0] as unknown as { lanes: string[] };
	return {
		lanes: lanes.slice(0, 1),
		from: first['from'],
		to: first['to'],
		steps: stepNames(lines)
	};
}

const prepared = [
	...['list-containers', 'docker-request', 'docker-request:reply', 'list-containers:reply'],
	...['list-containers#2', 'docker-request#2', 'docker-request:reply#2', 'list-containers:reply#2']
];
const token = ['check-container', 'check-container:reply', 'cache-insert', 'token-url'];
const served = [
	...['token-consume', 'serve-exec', 'switching-protocols'],
	...['stream-open', 'stream-open:reply', 'stream-open#2', 'stream-open:reply#2'],
	...['stream-open#3', 'stream-open:reply#3']
];
const dockerExec = (again: '' | '#2') => [
	...[`check-container${again}`, `check-container:reply${again}`],
	...['docker-create-exec', 'docker-create-exec:reply', 'docker-start-exec', 'hijack'],
	...['process-start', 'io', 'process-exit', 'docker-inspect-exec', 'docker-inspect-exec:reply'],
	...['exit-status', 'close']
];
const redirected = ['follow-redirect', 'kubelet-authorize-redirect', 'cri-handler'];
const success = '{"metadata":{},"status":"Success"}';

describe('the API server', () => {
	it('answers curl', async () => {
		const url = `${lab.cluster.apiserver}/api/v1/namespaces/default/pods/nginx`;
		const { said, runs } = await outside(() => curl(url, admin));
		expect(said.status).toBe(200);
		expect(JSON.parse(said.text)).toMatchObject({ kind: 'Pod', metadata: { name: 'nginx' } });
		expect(runs).toHaveLength(1);
		expect(begun(runs[0]!)).toMatchObject({ lanes: ['client'], from: 'client', to: 'apiserver' });
	});
	it('tells curl why not', async () => {
		const url = `${lab.cluster.apiserver}/api/v1/namespaces/default/pods/web/exec?command=date&stdout=true`;
		const headers = { Connection: 'Upgrade', Upgrade: 'SPDY/3.1' };
		const { said, runs } = await outside(() => curl(url, admin, { method: 'POST', headers }));
		expect(said.status).toBe(400);
		expect(JSON.parse(said.text)).toMatchObject({
			message: 'a container name must be specified for pod web, choose one of: [app sidecar]'
		});
		expect(runs).toHaveLength(1);
	});
});

describe('a kubelet', () => {
	it("answers the API server's certificate", async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		const { said, runs } = await outside(() => curl(`${kubelet}/pods`, apiserver));
		expect(said.status).toBe(200);
		const { items } = JSON.parse(said.text) as { items: { metadata: { name: string } }[] };
		expect(items.map(({ metadata }) => metadata.name)).toContain('nginx');
		expect(begun(runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'kubelet' },
			steps: ['kubelet-request', 'kubelet-authorize', 'kubelet-request:reply']
		});
	});
	it('answers nobody else', async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		expect((await curl(`${kubelet}/pods`, { ca: admin.ca })).status).toBe(401);
		expect((await curl(`${kubelet}/pods`, admin)).status).toBe(403);
	});
	it('hands out a token URL, which is good for one exec', async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		const url = `${kubelet}/exec/default/nginx/nginx?command=hostname&output=1&error=1`;
		const first = await outside(() => curl(url, apiserver, { method: 'POST' }));
		expect(first.said.status).toBe(302);
		expect(first.runs).toHaveLength(1);
		expect(begun(first.runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'kubelet' },
			steps: [
				...['kubelet-exec', 'kubelet-authorize', 'get-exec', ...prepared],
				...['cri-exec', ...token, 'redirect']
			]
		});
		const location = new URL(String(first.said.headers['location']), kubelet).href;
		const second = await outside(() => curlExec(location, apiserver));
		expect(second.said).toEqual({ stdout: 'nginx\n', stderr: '', error: success });
		expect(second.runs).toHaveLength(1);
		expect(begun(second.runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'kubelet' },
			steps: [...redirected, ...served, ...dockerExec('')]
		});
		// The run that made the token has ended; this one says which that was.
		const { run } = first.runs[0]![0] as unknown as { run: string };
		const after = second.runs[0]!.find(({ k }) => k === 'cmd')!['after'];
		expect(String(after)).toContain(run);
		await expect(curlExec(location, apiserver)).rejects.toThrow('refused with 404');
	});
});

describe('CRI', () => {
	const call = <T>(method: string, request: object, version?: CriVersion): Promise<T> => {
		const { RuntimeService } = loadCri(version);
		const target = lab.cluster.nodes[0]!.cri.replace('unix://', 'unix:');
		const client = new RuntimeService(target, grpc.credentials.createInsecure());
		return new Promise<T>((resolve, reject) => {
			const unary = (client as unknown as Record<string, Unary<T>>)[method]!.bind(client);
			unary(request, (error, answer) => (error ? reject(error) : resolve(answer)));
		}).finally(() => client.close());
	};

	it.each(criVersions)('says what it is to who speaks runtime.%s', async (version) => {
		const { said, runs } = await outside(() => call('Version', { version: '0.1.0' }, version));
		expect(said).toMatchObject({ version: '0.1.0', runtime_name: 'docker' });
		expect(runs).toHaveLength(1);
		expect(begun(runs[0]!)).toMatchObject({ lanes: ['client'], from: 'client', to: 'dockershim' });
		expect(stepNames(runs[0]!).slice(0, 1)).toEqual(['cri-call']);
	});
	it.each(criVersions)('hands out a token URL by %s, redeemed at the kubelet', async (version) => {
		const filter = { label_selector: { 'io.kubernetes.container.name': 'nginx' } };
		const { containers } = await call<{ containers: { id: string }[] }>(
			'ListContainers',
			{ filter },
			version
		);
		const [container] = containers;
		const exec = { container_id: container!.id, cmd: ['hostname'], stdout: true, stderr: true };
		const first = await outside(() => call<{ url: string }>('Exec', exec, version));
		expect(first.runs).toHaveLength(1);
		expect(begun(first.runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'dockershim' },
			steps: ['cri-exec', ...token]
		});
		const url = new URL(first.said.url, lab.cluster.nodes[0]!.streaming).href;
		const second = await outside(() => curlExec(url, apiserver, 'GET'));
		expect(second.said).toEqual({ stdout: 'nginx\n', stderr: '', error: success });
		expect(second.runs).toHaveLength(1);
	});
});

type Unary<T> = (request: object, done: (error: Error | null, answer: T) => void) => void;

describe('the engine', () => {
	it('answers the docker command', async () => {
		const { docker } = lab.cluster.nodes[0]!;
		const { said, runs } = await outside(() => askDocker(docker, 'GET', '/version'));
		expect(said.status).toBe(200);
		expect(JSON.parse(said.text)).toMatchObject({ Os: 'linux' });
		expect(runs).toHaveLength(1);
		expect(begun(runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'engine' },
			steps: ['docker-request', 'docker-request:reply']
		});
	});
	it('execs for it, all in one run', async () => {
		const { docker } = lab.cluster.nodes[0]!;
		const found = await askDocker(docker, 'GET', '/v1.41/containers/json');
		const list = JSON.parse(found.text) as { Id: string; Names: string[] }[];
		const { Id: id } = list.find(({ Names: [name] }) => name!.startsWith('/k8s_nginx_'))!;
		const { said, runs } = await outside(async () => {
			const body = { Cmd: ['hostname'], AttachStdout: true };
			const created = await askDocker(docker, 'POST', `/v1.41/containers/${id}/exec`, body);
			const { Id: exec } = JSON.parse(created.text) as { Id: string };
			const start = { Detach: false, Tty: true };
			const started = await askDocker(docker, 'POST', `/v1.41/exec/${exec}/start`, start);
			await askDocker(docker, 'GET', `/v1.41/exec/${exec}/json`);
			return started.text;
		});
		expect(said).toContain('nginx');
		expect(runs).toHaveLength(1);
		expect(begun(runs[0]!)).toEqual({
			...{ lanes: ['client'], from: 'client', to: 'engine' },
			steps: [
				...['docker-create-exec', 'docker-create-exec:reply', 'docker-start-exec', 'hijack'],
				...[
					'process-start',
					'io',
					'process-exit',
					'docker-inspect-exec',
					'docker-inspect-exec:reply'
				]
			]
		});
	});
	it('attaches for it, and tells the end of the process', async () => {
		const { docker } = lab.cluster.nodes[0]!;
		const ask = (method: string, path: string, body?: object) =>
			askDocker(docker, method, `/v1.41/containers/${path}`, body);
		const body = { Image: 'busybox', Cmd: ['sh', '-c', 'echo hi; exit 3'], Tty: true };
		await ask('POST', 'create?name=listened-to', body);
		const { said, runs } = await outside(async () => {
			const before = lab.cluster.tracer.runs.length;
			const attached = ask('POST', 'listened-to/attach?stream=1&stdout=1');
			await until(() => lab.cluster.tracer.runs.length > before, 'it is attached');
			await ask('POST', 'listened-to/start');
			const waited = await ask('POST', 'listened-to/wait');
			const logs = await ask('GET', 'listened-to/logs?stdout=1');
			return [(await attached).text, waited.text, logs.text];
		});
		await ask('DELETE', 'listened-to');
		expect(said).toEqual(['hi\r\n', '{"Error":null,"StatusCode":3}\n', 'hi\r\n']);
		expect(runs.map((lines) => begun(lines).steps)).toEqual([
			['docker-attach', 'hijack', 'io', 'process-exit'],
			...Array<string[]>(3).fill(['docker-request', 'docker-request:reply'])
		]);
	});
});
