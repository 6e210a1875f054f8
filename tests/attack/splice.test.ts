import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeKubelet, testApiserver } from '../server/apiserver/support.ts';
import { exchange, execHead, registered } from '../server/apiserver/upgrades.ts';
import { noUpgrades, smuggled } from './no-upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
	api = await testApiserver({ limits: { refusalCopyMs: 50 } });
});
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

async function kubelet(answer: string) {
	const after: string[] = [];
	const fake = await fakeKubelet((socket) => {
		socket.on('data', (chunk: Buffer) => {
			after.push(chunk.toString());
			// One byte that should not have come is enough: else a splice would keep both ends waiting.
			socket.destroy();
		});
		socket.write(answer);
	});
	closing.push(fake.close);
	await registered(api, fake.port);
	return after;
}

test.each(noUpgrades)(
	'is not spliced and ends after its own bytes: %s',
	async (_what, answer, trailing) => {
		const after = await kubelet(`${answer}${trailing}`);
		const back = await exchange(api, `${execHead('POST', 'nginx', 'command=id')}${smuggled}`);
		expect(back).toBe(answer);
		expect(after).toEqual([]);
	}
);

test('nothing that the client sends after a refusal reaches the kubelet', async () => {
	const after = await kubelet('HTTP/1.1 200 OK\r\n\r\nwithout an end');
	const socket = await api.client.raw(api.admin);
	socket.on('error', () => {});
	let text = '';
	socket.setEncoding('utf8').on('data', (part: string) => {
		text += part;
		socket.write(smuggled);
	});
	socket.write(execHead('POST', 'nginx', 'command=id'));
	await new Promise((resolve) => socket.on('close', resolve));
	expect(text).toBe('HTTP/1.1 200 OK\r\n\r\nwithout an end');
	expect(after).toEqual([]);
});

test('an exec that is not allowed never reaches the kubelet', async () => {
	const after = await kubelet(
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
	);
	const socket = await api.client.raw('nobody at all');
	socket.on('error', () => {});
	let text = '';
	socket.setEncoding('utf8').on('data', (part: string) => (text += part));
	const head = execHead('POST', 'nginx', 'command=id');
	socket.write(
		`${head.replace('\r\n\r\n', '\r\nAuthorization: Bearer dev-token\r\n\r\n')}${smuggled}`
	);
	await new Promise((resolve) => socket.on('close', resolve));
	expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
	expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
	expect(after).toEqual([]);
	expect(api.trace.said.some(({ id }) => id === 'kubelet-exec')).toBe(false);
});
