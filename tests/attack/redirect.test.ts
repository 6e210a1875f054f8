import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeKubelet, testApiserver } from '../server/apiserver/support.ts';
import { exchange, execHead, registered } from '../server/apiserver/upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
	api = await testApiserver();
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

async function server(act: Parameters<typeof fakeKubelet>[0]) {
	const fake = await fakeKubelet(act);
	closing.push(fake.close);
	return fake;
}

const found = (location: string) =>
	`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
const exec = execHead('POST', 'nginx', 'command=date&stdout=true');
const messageOf = (answer: string) =>
	(JSON.parse(answer.split('\r\n\r\n')[1]!) as { message: string }).message;

test('follows a relative redirect on a new connection, as a GET with the same headers', async () => {
	const kubelet = await server((socket, head) => {
		if (head.startsWith('POST')) return void socket.write(found('/cri/exec/k3Jw9aB_'));
		socket.end(
			'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
		);
	});
	await registered(api, kubelet.port);
	expect(await exchange(api, exec)).toMatch(/^HTTP\/1\.1 101 /);
	const [first, second] = kubelet.heads.map((head) => head.split('\r\n'));
	expect(second![0]).toBe('GET /cri/exec/k3Jw9aB_ HTTP/1.1');
	const same = (lines: string[]) =>
		lines.slice(1).filter((line) => !line.startsWith('traceparent'));
	expect(same(second!)).toEqual(same(first!));
	const steps = api.trace.said.map(({ id }) => id);
	expect(steps.slice(steps.indexOf('kubelet-exec'))).toEqual(['kubelet-exec', 'follow-redirect']);
});

test('does not go where a kubelet sends it on another port of its host', async () => {
	const victim = await server((socket) => socket.end());
	const kubelet = await server((socket) => {
		socket.write(found(`https://127.0.0.1:${victim.port}/secret`));
	});
	await registered(api, kubelet.port);
	const answer = await exchange(api, exec);
	expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway/);
	expect(messageOf(answer)).toBe(
		`redirect to https://127.0.0.1:${victim.port} refused: no kubelet of this cluster listens there`
	);
	expect(victim.heads).toEqual([]);
	expect(api.trace.said.at(-1)).toMatchObject({
		id: 'post-exec:reply',
		facts: { status: 502, redirect: 'same host name, but no address of a node' }
	});
});

test('does not go to a kubelet without TLS', async () => {
	let port = 0;
	const kubelet = await server((socket) => void socket.write(found(`http://127.0.0.1:${port}/x`)));
	port = kubelet.port;
	await registered(api, port);
	expect(await exchange(api, exec)).toMatch(/^HTTP\/1\.1 502 /);
	expect(kubelet.heads).toHaveLength(1);
});

test.each(['https://localhost:PORT/x', 'https://evil.example/x', '//evil.example:1/x'])(
	'hands a redirect to another host name, %s, to the client',
	async (to) => {
		const kubelet = await server((socket, head) => {
			const [, port = ''] = /Host: 127\.0\.0\.1:(\d+)/.exec(head) ?? [];
			socket.write(found(to.replace('PORT', port)));
		});
		await registered(api, kubelet.port);
		const answer = await exchange(api, exec);
		expect(answer).toBe(found(to.replace('PORT', String(kubelet.port))));
		expect(kubelet.heads).toHaveLength(1);
		expect(api.trace.said.at(-1)?.facts).toMatchObject({
			redirect: 'other host name: handed to the client'
		});
	}
);

test('gives up after ten redirects', async () => {
	const kubelet = await server((socket) => void socket.write(found('/again')));
	await registered(api, kubelet.port);
	const answer = await exchange(api, exec);
	expect(answer).toMatch(/^HTTP\/1\.1 500 /);
	expect(messageOf(answer)).toBe('too many redirects (10)');
	expect(kubelet.heads).toHaveLength(10);
});

test.each([
	[
		'a redirect to nowhere',
		'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n',
		'302 response missing Location header'
	],
	[
		'a redirect to what is no URL',
		found('https://:bad:/'),
		'malformed Location header: parse https://:bad:/: invalid URI for request'
	],
	[
		'what is no HTTP',
		'SSH-2.0-OpenSSH_9.2\r\n\r\n',
		'malformed HTTP response: malformed start line "SSH-2.0-OpenSSH_9.2"'
	],
	[
		'a head without an end in 16384 bytes',
		`HTTP/1.1 302 Found\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
		'unexpected EOF'
	]
])('answers 500 to %s', async (_what, bytes, message) => {
	const kubelet = await server((socket) => void socket.write(bytes));
	await registered(api, kubelet.port);
	expect(messageOf(await exchange(api, exec))).toBe(message);
});

test.each([301, 303, 307, 308])('does not follow a %d', async (code) => {
	const answer = found('/again').replace('302 Found', `${code} Elsewhere`);
	const kubelet = await server((socket) => void socket.write(answer));
	await registered(api, kubelet.port);
	expect(await exchange(api, exec)).toBe(answer);
	expect(kubelet.heads).toHaveLength(1);
});
