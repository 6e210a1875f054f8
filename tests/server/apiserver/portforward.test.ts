import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeKubelet, testApiserver } from './support.ts';
import { exchange, execHead, registered } from './upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
	api = await testApiserver();
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

const head = (pod: string, query: string) =>
	execHead('POST', pod, query)
		.replace(`/exec?${query}`, `/portforward${query && `?${query}`}`)
		.replaceAll(/v\d\.channel\.k8s\.io/g, 'portforward.k8s.io');

test('goes to the pod, not to a container, on its kubelet', async () => {
	const switched =
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
	const fake = await fakeKubelet((socket) => void socket.end(switched));
	closing.push(fake.close);
	await registered(api, fake.port);
	expect(await exchange(api, head('nginx', ''))).toBe(switched);
	expect(fake.heads[0]).toMatch(/^POST \/portForward\/default\/nginx HTTP\/1\.1\r\n/);
	const from = api.trace.said.findIndex(({ id }) => id === 'post-portforward');
	expect(api.trace.said.slice(from).map(({ id, n }) => `${id} ${n}`)).toEqual([
		'post-portforward POST /api/v1/namespaces/default/pods/nginx/portforward',
		'authorize RBAC: admin may create pods/portforward',
		'connect PortForwardREST.Connect',
		`portforward-location PortForwardLocation is https://127.0.0.1:${fake.port}/portForward/default/nginx`,
		'kubelet-portforward POST /portForward/default/nginx'
	]);
});

test.each([
	['ports=x', 'invalid syntax'],
	['ports=80,-1', 'invalid syntax'],
	['ports=65536', 'value out of range']
])('refuses a query with %s', async (query, why) => {
	const answer = await exchange(api, head('nginx', query));
	expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
	expect(answer).toContain(why);
});
