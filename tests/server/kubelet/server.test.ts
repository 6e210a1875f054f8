import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { openPki } from '../../../src/lib/server/pki.ts';
import { startWorld, type World } from './fakes.ts';

let world: World;
afterEach(() => world.close());

const exec = '/exec/default/nginx/nginx?command=date&error=1&output=1';
const said = () => world.trace.said.map(({ id, n }) => `${id} ${n}`);

describe('who may talk to the kubelet', () => {
	it('answers 401 without a certificate', async () => {
		world = await startWorld();
		const answer = await world.ask({ path: exec, upgrade: true, as: null });
		expect([answer.status, answer.body]).toEqual([401, 'Unauthorized']);
		expect(world.trace.said.at(-2)).toMatchObject({
			id: 'kubelet-authorize',
			facts: { decision: 'deny', reason: 'no client certificate' }
		});
		expect(said().at(-1)).toBe('kubelet-exec:reply 401 Unauthorized');
	});

	it('answers 401 to a certificate of another authority', async () => {
		world = await startWorld();
		const dir = await mkdtemp(path.join(os.tmpdir(), 'execscope-other-'));
		const other = await openPki(dir);
		const pair = await other.issue({ cn: 'kube-apiserver-kubelet-client', usage: 'client' });
		const { host, port } = world.kubelet.address as { host: string; port: number };
		const socket = tls.connect({ host, port, ca: world.pki.ca.cert, ...pair });
		socket.write('GET /pods HTTP/1.1\r\nHost: k\r\nConnection: close\r\n\r\n');
		let text = '';
		for await (const chunk of socket) text += String(chunk);
		expect(text).toMatch(/^HTTP\/1\.1 401 /);
		await rm(dir, { recursive: true });
	});

	it('answers 403 to another name, saying what it wanted', async () => {
		world = await startWorld();
		const asked: [string, string, string][] = [
			['POST', exec, 'verb=create, resource=nodes, subresource=proxy'],
			['GET', '/metrics', 'verb=get, resource=nodes, subresource=metrics'],
			['GET', '/stats/summary', 'verb=get, resource=nodes, subresource=stats'],
			['GET', '/logs/', 'verb=get, resource=nodes, subresource=log'],
			['PUT', '/debug/flags/v', 'verb=update, resource=nodes, subresource=proxy'],
			['GET', '/cri/exec/k3Jw9aB_', 'verb=get, resource=nodes, subresource=proxy'],
			['GET', '/nothing', 'verb=get, resource=nodes, subresource=proxy']
		];
		for (const [method, path, attributes] of asked) {
			const answer = await world.ask({ method, path, as: 'admin' });
			expect([answer.status, answer.body]).toEqual([403, `Forbidden (user=admin, ${attributes})`]);
		}
	});
});

describe('the routes', () => {
	it('are announced by the kubelet when a foreign client asks', async () => {
		world = await startWorld();
		world.trace.said.length = 0;
		const answer = await world.ask({ method: 'GET', path: '/healthz' });
		expect([answer.status, answer.body]).toEqual([200, 'ok']);
		expect(said()).toEqual([
			'kubelet-request GET /healthz',
			'kubelet-authorize kube-apiserver-kubelet-client may get nodes/proxy',
			'kubelet-request:reply 200 OK'
		]);
	});

	it('list the pods of the API server, and those that the runtime has', async () => {
		world = await startWorld();
		const pods = await world.ask({ method: 'GET', path: '/pods' });
		expect(JSON.parse(pods.body)).toMatchObject({
			kind: 'PodList',
			items: [{ metadata: { name: 'nginx' } }]
		});
		const running = await world.ask({ method: 'GET', path: '/runningpods/' });
		expect(JSON.parse(running.body)).toMatchObject({
			items: [{ metadata: { name: 'nginx' }, spec: { containers: [{ name: 'nginx' }] } }]
		});
	});

	it('count the calls to the runtime', async () => {
		world = await startWorld();
		const count = async (line: string) => {
			const { body } = await world.ask({ method: 'GET', path: '/metrics' });
			return body.split('\n').find((each) => each.startsWith(line));
		};
		await world.ask({ path: exec, upgrade: true });
		await world.ask({ path: exec, upgrade: true });
		world.answers['Exec'] = () => {
			throw new Error('broken');
		};
		await world.ask({ path: exec, upgrade: true });
		const label = '{operation_type="exec"}';
		expect(await count(`kubelet_runtime_operations_total${label}`)).toMatch(/ 3$/);
		expect(await count(`kubelet_runtime_operations${label}`)).toMatch(/ 3$/);
		expect(await count(`kubelet_runtime_operations_errors_total${label}`)).toMatch(/ 1$/);
		expect(await count(`kubelet_runtime_operations_duration_seconds_count${label}`)).toMatch(/ 3$/);
		expect(
			await count('kubelet_runtime_operations_total{operation_type="list_podsandbox"}')
		).toMatch(/ 4$/);
	});

	it('say what is not there, and what is there for another method', async () => {
		world = await startWorld();
		expect(await world.ask({ method: 'GET', path: '/nothing' })).toMatchObject({
			status: 404,
			body: '404: Page Not Found'
		});
		expect(await world.ask({ method: 'DELETE', path: exec })).toMatchObject({
			status: 405,
			body: '405: Method Not Allowed'
		});
		expect((await world.ask({ method: 'GET', path: '/exec/%zz/b/c' })).status).toBe(404);
	});

	it('say of each stream that this version does not serve it', async () => {
		world = await startWorld();
		for (const [path, name] of [
			['/attach/default/nginx/nginx?output=1', '/attach'],
			['/run/default/nginx/nginx?cmd=date', '/run']
		] as const) {
			const answer = await world.ask({ path, upgrade: true });
			expect([answer.status, answer.body]).toEqual([501, `This version does not serve ${name}.\n`]);
		}
	});
});

describe('without debugging handlers', () => {
	it('refuses everything under their paths with 405', async () => {
		world = await startWorld({ debuggingHandlers: false });
		for (const path of [
			exec,
			'/run/a',
			'/attach/a/b/c',
			'/portForward/a/b',
			'/logs/',
			'/runningpods/'
		])
			expect(await world.ask({ path, upgrade: true })).toMatchObject({
				status: 405,
				body: 'Debug endpoints are disabled.\n'
			});
		expect(said()).toContain('kubelet-exec:reply 405 Method Not Allowed');
		expect(said()).toContain('debugging-disabled InstallDebuggingDisabledHandlers');
	});

	it('has no /cri/ either, but still says how it is', async () => {
		world = await startWorld({ debuggingHandlers: false });
		expect((await world.ask({ method: 'GET', path: '/cri/exec/k3Jw9aB_' })).status).toBe(404);
		expect((await world.ask({ method: 'GET', path: '/healthz' })).status).toBe(200);
	});
});

describe('the start', () => {
	it('says what it calls, in the order of upstream', async () => {
		world = await startWorld();
		const calls = [
			'pre-init-runtime',
			'run-kubelet',
			'new-server',
			'debugging-handlers',
			'debugging-disabled'
		];
		expect(world.trace.said.map(({ id }) => id).filter((id) => calls.includes(id))).toEqual(
			calls.slice(0, 4)
		);
	});
});
