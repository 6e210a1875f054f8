import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPki, testApiserver, testPki } from './support.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
beforeAll(async () => {
	api = await testApiserver();
});
afterAll(() => api.close());

const dev = { token: 'dev-token' };
const nobody = { token: 'nobody-token' };

const unauthorized =
	'{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}\n';

test.each([
	['no proof at all', 'nobody at all' as const],
	['a wrong token', { token: 'dev-tokem' }],
	['a token that begins like a true one', { token: 'dev' }]
])('answers 401 to %s', async (_name, who) => {
	const reply = await api.client.ask(who, 'GET /api/v1/namespaces/default/pods');
	expect(reply.status).toBe(401);
	expect(reply.text).toBe(unauthorized);
	expect(reply.headers['content-type']).toBe('application/json');
});

test('answers 401 to a certificate of another authority, even one that says system:masters', async () => {
	const other = await newPki();
	const certificate = await other.issue({ cn: 'admin', o: 'system:masters', usage: 'client' });
	const reply = await api.client.ask({ certificate }, 'GET /api/v1/namespaces/default/pods');
	expect(reply.text).toBe(unauthorized);
});

test('answers 401 to a server certificate of our own authority', async () => {
	const { issue } = await testPki();
	const certificate = await issue({ cn: 'admin', o: 'system:masters', usage: 'server' });
	expect((await api.client.ask({ certificate }, 'GET /version')).status).toBe(401);
});

test.each([
	[
		'GET /api/v1/namespaces/default/pods',
		'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "default"',
		{ kind: 'pods' }
	],
	[
		'GET /api/v1/namespaces/default/pods/nginx',
		'pods "nginx" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "default"',
		{ name: 'nginx', kind: 'pods' }
	],
	[
		'GET /api/v1/namespaces/default/pods?watch=true',
		'pods is forbidden: User "nobody" cannot watch resource "pods" in API group "" in the namespace "default"',
		{ kind: 'pods' }
	],
	[
		'GET /api/v1/namespaces/default/pods?watch=true&fieldSelector=metadata.name%3Dweb',
		'pods "web" is forbidden: User "nobody" cannot watch resource "pods" in API group "" in the namespace "default"',
		{ name: 'web', kind: 'pods' }
	],
	[
		'POST /api/v1/namespaces/default/pods',
		'pods is forbidden: User "nobody" cannot create resource "pods" in API group "" in the namespace "default"',
		{ kind: 'pods' }
	],
	[
		'DELETE /api/v1/namespaces/default/pods/nginx',
		'pods "nginx" is forbidden: User "nobody" cannot delete resource "pods" in API group "" in the namespace "default"',
		{ name: 'nginx', kind: 'pods' }
	],
	[
		'GET /api/v1/nodes',
		'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope',
		{ kind: 'nodes' }
	],
	[
		'GET /api/v1/pods',
		'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope',
		{ kind: 'pods' }
	],
	[
		'POST /api/v1/namespaces/default/pods/nginx/exec?command=date',
		'pods "nginx" is forbidden: User "nobody" cannot create resource "pods/exec" in API group "" in the namespace "default"',
		{ name: 'nginx', kind: 'pods' }
	],
	[
		'GET /apis/apps/v1/namespaces/default/deployments',
		'deployments.apps is forbidden: User "nobody" cannot list resource "deployments" in API group "apps" in the namespace "default"',
		{ group: 'apps', kind: 'deployments' }
	],
	['GET /metrics', 'forbidden: User "nobody" cannot get path "/metrics"', {}]
])('answers 403 to %s', async (line, message, details) => {
	const reply = await api.client.ask(nobody, line);
	expect(reply.status).toBe(403);
	expect(reply.headers['x-content-type-options']).toBe('nosniff');
	expect(reply.text).toBe(
		`${JSON.stringify({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message,
			reason: 'Forbidden',
			details,
			code: 403
		})}\n`
	);
});

test('lets every known user see the version and what can be asked for', async () => {
	for (const path of ['/version', '/api', '/apis', '/api/v1', '/healthz']) {
		expect((await api.client.ask(nobody, `GET ${path}`)).status).toBe(200);
	}
});

test('lets dev read pods everywhere and do nothing else', async () => {
	const status = async (line: string) => (await api.client.ask(dev, line)).status;
	expect(await status('GET /api/v1/pods')).toBe(200);
	expect(await status('GET /api/v1/namespaces/seed-1/pods')).toBe(200);
	expect(await status('GET /api/v1/namespaces/default/pods/nginx')).toBe(200);
	expect(await status('DELETE /api/v1/namespaces/default/pods/nginx')).toBe(403);
	expect(await status('GET /api/v1/nodes')).toBe(403);
	expect(await status('GET /api/v1/namespaces/default/pods/nginx/exec?command=id')).toBe(403);
});

test('lets admin act as dev, but not dev as admin', async () => {
	const headers = { 'Impersonate-User': 'dev' };
	const as = await api.client.ask(api.admin, 'GET /api/v1/nodes', { headers });
	expect(JSON.parse(as.text)).toMatchObject({
		message:
			'nodes is forbidden: User "dev" cannot list resource "nodes" in API group "" at the cluster scope'
	});
	const up = await api.client.ask(dev, 'GET /api/v1/pods', {
		headers: { 'Impersonate-User': 'admin', 'Impersonate-Group': 'system:masters' }
	});
	expect(JSON.parse(up.text)).toMatchObject({
		message:
			'users "admin" is forbidden: User "dev" cannot impersonate resource "users" in API group "" at the cluster scope'
	});
});

test('believes a traceparent from kubelets only', async () => {
	const { port, close, trace, client, admin, node } = await testApiserver();
	const asked = await trace.boot.step('api-request', { n: 'announced by the kubelet' });
	const headers = { traceparent: trace.boot.traceparent(asked) };
	const said = () => trace.said.filter(({ id }) => id === 'api-request').map(({ n }) => n);
	await client.ask(admin, 'GET /api/v1/nodes', { headers });
	expect(said()).toEqual(['announced by the kubelet', 'GET /api/v1/nodes']);
	await client.ask(await node('node-1'), 'GET /api/v1/nodes?limit=1', { headers });
	expect(said()).toEqual(['announced by the kubelet', 'GET /api/v1/nodes']);
	expect(trace.said.at(-1)).toMatchObject({ id: 'api-request:reply', n: '200 OK' });
	expect(port).toBeGreaterThan(0);
	await close();
});

test('records nothing of a kubelet that names no run', async () => {
	const { close, trace, client, node } = await testApiserver();
	const before = trace.said.length;
	await client.ask(await node('node-1'), 'GET /api/v1/nodes');
	expect(trace.said.length).toBe(before);
	await close();
});
