import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeKubelet, newPki, nodeObject, testApiserver } from './support.ts';
import { execHead, exchange, registered } from './upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
	api = await testApiserver();
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

const switched =
	'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n';

async function kubelet(act: Parameters<typeof fakeKubelet>[0]) {
	const fake = await fakeKubelet(act);
	closing.push(fake.close);
	await registered(api, fake.port);
	return fake;
}

test('sends the exec to the kubelet as its own request and says each step before it acts', async () => {
	const fake = await kubelet((socket) => {
		socket.write(`${switched}hello`);
		socket.end();
	});
	const back = await exchange(
		api,
		execHead('POST', 'nginx', 'command=date&container=nginx&stdout=true&stderr=true')
	);
	expect(back).toBe(`${switched}hello`);
	const lines = fake.heads[0]!.split('\r\n');
	expect(lines.slice(0, -3)).toEqual([
		'POST /exec/default/nginx/nginx?command=date&error=1&output=1 HTTP/1.1',
		`Host: 127.0.0.1:${fake.port}`,
		'User-Agent: kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5',
		'Content-Length: 0',
		'Connection: Upgrade',
		'Upgrade: SPDY/3.1',
		'X-Forwarded-For: 127.0.0.1',
		'X-Stream-Protocol-Version: v4.channel.k8s.io',
		'X-Stream-Protocol-Version: v3.channel.k8s.io'
	]);
	expect(lines.at(-3)).toMatch(/^traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
	const from = api.trace.said.findIndex(({ id }) => id === 'choose-container');
	expect(api.trace.said.slice(from).map(({ id }) => id)).toEqual([
		'choose-container',
		'post-exec',
		'authorize',
		'connect',
		'exec-location',
		'kubelet-exec'
	]);
});

test('shows the kubelet its client certificate and nothing of who the client is', async () => {
	let shown = '';
	const fake = await kubelet((socket) => {
		shown = String(socket.getPeerCertificate().subject.CN);
		socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
	});
	const forged = `00-${'f'.repeat(32)}-${'f'.repeat(16)}-01`;
	const more = `Authorization: Bearer secret\r\nImpersonate-User: admin\r\nImpersonate-Group: system:masters\r\nX-Forwarded-For: 10.0.0.7\r\ntraceparent: ${forged}`;
	const head = execHead('POST', 'nginx', 'command=id').replace('\r\n\r\n', `\r\n${more}\r\n\r\n`);
	await exchange(api, head);
	expect(shown).toBe('kube-apiserver-kubelet-client');
	expect(fake.heads[0]).not.toMatch(/authorization|secret|impersonate/i);
	expect(fake.heads[0]).not.toContain(forged);
	expect(fake.heads[0]).toContain('X-Forwarded-For: 10.0.0.7, 127.0.0.1\r\n');
});

test('copies bytes both ways after the 101 and ends with the first direction that ends', async () => {
	await kubelet((socket) => {
		socket.write(switched);
		socket.on('data', (chunk: Buffer) => {
			socket.write(`<${chunk.toString()}>`);
			if (chunk.toString().endsWith('bye')) socket.end();
		});
	});
	const socket = await api.client.raw(api.admin);
	let text = '';
	socket.setEncoding('utf8').on('data', (part: string) => {
		text += part;
		if (text === switched) socket.write('one');
		if (text.endsWith('<one>')) socket.write('bye');
	});
	socket.write(execHead('POST', 'nginx', 'command=cat&stdin=true'));
	await new Promise((resolve) => socket.on('end', resolve));
	expect(text).toBe(`${switched}<one><bye>`);
	socket.destroy();
});

test('carries ten megabytes unharmed, whoever reads slowly', async () => {
	const size = 10 * 1024 * 1024;
	await kubelet((socket) => {
		socket.write(switched);
		socket.end(Buffer.alloc(size, 'x'));
	});
	const back = await exchange(api, execHead('POST', 'nginx', 'command=cat'));
	expect(back.length).toBe(switched.length + size);
});

test('lets the kubelet go when the client goes', async () => {
	let gone = () => {};
	const closed = new Promise<void>((resolve) => (gone = resolve));
	await kubelet((socket) => {
		socket.write(switched);
		socket
			.resume()
			.on('end', () => socket.end())
			.on('close', gone);
	});
	const socket = await api.client.raw(api.admin);
	socket.write(execHead('POST', 'nginx', 'command=cat'));
	await new Promise((resolve) => socket.once('data', resolve));
	socket.destroy();
	await closed;
});

test('hands the answer of a kubelet that refuses back as it is', async () => {
	const answer =
		'HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 19\r\n\r\npod does not exist\n';
	await kubelet((socket) => void socket.write(answer));
	expect(await exchange(api, execHead('POST', 'nginx', 'command=date'))).toBe(answer);
	expect(api.trace.said.at(-1)).toMatchObject({ id: 'post-exec:reply', n: '404 Not Found' });
});

test('says of a WebSocket request what it is, and asks for the verb get', async () => {
	const fake = await kubelet((socket) =>
		socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
	);
	const head = execHead('GET', 'nginx', 'command=date').replace('SPDY/3.1', 'websocket');
	await exchange(api, head);
	expect(fake.heads[0]).toMatch(/^GET \/exec\/default\/nginx\/nginx/);
	const [asked, authorized] = api.trace.said.filter(
		({ id }) => id === 'websocket-exec' || id === 'authorize'
	);
	expect(asked?.id).toBe('websocket-exec');
	expect(authorized?.n).toBe('RBAC: admin may get pods/exec');
});

const status = (code: number, reason: string | undefined, message: string) =>
	`${JSON.stringify({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		...(reason ? { reason } : {}),
		code
	})}\n`;

test('answers 500 without a reason when the kubelet cannot be reached', async () => {
	const fake = await fakeKubelet(() => {});
	await fake.close();
	await registered(api, fake.port);
	const back = await exchange(api, execHead('POST', 'nginx', 'command=date'));
	expect(back.split('\r\n\r\n')[1]).toBe(
		status(
			500,
			undefined,
			`error dialing backend: dial tcp 127.0.0.1:${fake.port}: connect: connection refused`
		)
	);
});

test('does not talk to a kubelet whose certificate is not ours', async () => {
	const tls = await import('node:tls');
	const other = await newPki();
	const pair = await other.issue({ cn: 'node-1', ips: ['127.0.0.1'], usage: 'server' });
	const server = tls.createServer(pair);
	server.on('tlsClientError', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	closing.push(() => new Promise((resolve) => server.close(() => resolve())));
	await registered(api, (server.address() as { port: number }).port);
	const back = await exchange(api, execHead('POST', 'nginx', 'command=date'));
	expect(back.split('\r\n\r\n')[1]).toBe(
		status(500, undefined, 'error dialing backend: x509: certificate signed by unknown authority')
	);
});

test('answers 400 to an exec that is no upgrade, and to a dry run', async () => {
	await registered(api, 1);
	const target = 'POST /api/v1/namespaces/default/pods/nginx/exec?command=date';
	expect((await api.client.ask(api.admin, target)).text).toBe(
		status(400, 'BadRequest', 'Upgrade request required')
	);
	expect((await api.client.ask(api.admin, `${target}&dryRun=All`)).text).toBe(
		status(400, 'BadRequest', 'dryRun is not supported')
	);
});

test('answers an upgrade request for anything else as if it were none', async () => {
	const head = 'GET /version HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
	expect(await exchange(api, head)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"gitVersion":"v1\.15\.3"/);
});

test('ends the connection when the driver drops the exec', async () => {
	const { Dropped } = await import('../../../src/lib/trace/trace.ts');
	const fake = await kubelet(() => {});
	const step = api.trace.boot.step.bind(api.trace.boot);
	api.trace.boot.step = (id, message) =>
		id === 'kubelet-exec' ? Promise.reject(new Dropped(id)) : step(id, message);
	expect(await exchange(api, execHead('POST', 'nginx', 'command=date'))).toBe('');
	expect(fake.heads).toEqual([]);
});

test('registers a node once and shows it', async () => {
	const node = await api.node('node-1');
	const body = nodeObject('node-1', 1);
	expect((await api.client.ask(node, 'POST /api/v1/nodes', { body })).status).toBe(201);
	expect((await api.client.ask(node, 'POST /api/v1/nodes', { body })).status).toBe(409);
});

test.each(['*', '//', 'http://elsewhere/api', '/%', '/api/v1/namespaces/%ff/pods'])(
	'survives a request for %s',
	async (target) => {
		const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
		expect(await exchange(api, head)).toMatch(/^HTTP\/1\.1 (200|404|400) /);
	}
);
