import { once } from 'node:events';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../src/lib/server/limits.ts';
import type { EraId } from '../../../src/lib/trace/eras.ts';
import { Dropped } from '../../../src/lib/trace/trace.ts';
import { noUpgrades, smuggled } from '../../attack/no-upgrades.ts';
import { startFakeStreaming, startWorld, type World } from './fakes.ts';

let world: World;
let streaming: Awaited<ReturnType<typeof startFakeStreaming>>;
afterEach(async () => {
	await world.close();
	streaming.close();
});

const path = '/exec/default/nginx/nginx?command=date&output=1';
const switching =
	'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
const saidOfRun = () => {
	const from = world.trace.said.findIndex(({ id }) => id === 'kubelet-exec');
	return world.trace.said.slice(from).map(({ id, n }) => `${id} ${n}`);
};

/** Starts both; the runtime says that streams are served there. */
async function start(accept: (socket: Socket) => void, era: EraId = '1.15-proxy') {
	streaming = await startFakeStreaming(accept);
	const { port } = streaming.address as { port: number };
	world = await startWorld({
		criHandler: streaming.address,
		era: () => era,
		limits: { ...defaultLimits, refusalCopyMs: 50 }
	});
	world.answers['Exec'] = () => ({ url: `http://127.0.0.1:${port}/exec/k3Jw9aB_` });
	return port;
}

/** A client that has sent its upgrade request. */
async function upgrade(after = ''): Promise<tls.TLSSocket> {
	const { host, port } = world.kubelet.address as { host: string; port: number };
	const client = tls.connect({
		host,
		port,
		ca: world.pki.ca.cert,
		...(await world.identity('kube-apiserver-kubelet-client'))
	});
	client.on('error', () => {});
	client.write(
		`POST ${path} HTTP/1.1\r\nHost: node-1:10250\r\nUser-Agent: curl/8\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\ntraceparent: forged\r\nX-Forwarded-For: 10.1.2.3\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\n${after}`
	);
	return client;
}

async function textOf(socket: tls.TLSSocket): Promise<string> {
	let text = '';
	for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
	return text;
}

describe('proxyStream', () => {
	it('asks the streaming server as it was asked, step by step, and copies both ways after the 101', async () => {
		let heard = '';
		const port = await start((socket) =>
			socket.on('data', (chunk) => {
				heard += chunk.toString('latin1');
				if (heard.endsWith('\r\n\r\n')) socket.write(`${switching}from the streaming server;`);
				if (heard.endsWith('from kubectl;')) socket.end('last words;');
			})
		);
		const client = await upgrade();
		client.once('data', () => client.write('from kubectl;'));
		let answer = '';
		client.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
		await once(client, 'close');
		expect(answer).toBe(`${switching}from the streaming server;last words;`);
		const traceparent = /traceparent: (.*)\r\n/.exec(heard)?.[1];
		expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
		expect(heard).toBe(
			`POST /exec/k3Jw9aB_ HTTP/1.1\r\nHost: node-1:10250\r\nUser-Agent: curl/8\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Forwarded-For: 10.1.2.3, 127.0.0.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\ntraceparent: ${traceparent}\r\n\r\nfrom kubectl;`
		);
		expect(saidOfRun()).toEqual([
			`kubelet-exec POST ${path}`,
			'kubelet-authorize kube-apiserver-kubelet-client may create nodes/proxy',
			'get-exec getExec default/nginx/nginx',
			'list-containers ListPodSandbox',
			'list-containers ListContainers',
			'cri-exec Exec ["date"] stdout',
			'kubelet-proxy POST /exec/k3Jw9aB_'
		]);
		const { facts } = world.trace.said.at(-1)!;
		expect(facts).toEqual({
			method: 'POST',
			url: `http://127.0.0.1:${port}/exec/k3Jw9aB_`,
			metrics: { 'kubelet_runtime_operations_total{operation_type="exec"}': 1 }
		});
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});

	it('wants an upgrade, and says so as text', async () => {
		await start((socket) => socket.destroy());
		const answer = await world.ask({ path });
		expect(answer).toMatchObject({ status: 500, body: 'Upgrade request required\n' });
		expect(answer.head).toContain('Content-Type: text/plain; charset=utf-8');
		expect(saidOfRun().at(-1)).toBe('kubelet-exec:reply 500 Internal Server Error');
	});

	it('says in Go’s words that the streaming server is not there', async () => {
		const port = await start(() => {});
		streaming.close();
		expect(await world.ask({ path, upgrade: true })).toMatchObject({
			status: 500,
			body: `error dialing backend: dial tcp 127.0.0.1:${port}: connect: connection refused\n`
		});
	});

	it.each([
		['says nothing', '', 'unexpected EOF\n'],
		[
			'speaks no HTTP',
			'SSH-2.0-OpenSSH_9.2\r\n\r\n',
			'malformed HTTP response: malformed start line "SSH-2.0-OpenSSH_9.2"\n'
		]
	])('tells what it read when the streaming server %s', async (_what, bytes, body) => {
		await start((socket) => socket.end(bytes));
		expect(await world.ask({ path, upgrade: true })).toMatchObject({ status: 500, body });
	});

	it('passes a redirect on as it is, and from 1.24 on makes an error of it', async () => {
		const found =
			'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n';
		await start((socket) => void socket.write(found));
		expect(await textOf(await upgrade())).toBe(found);
		await world.close();
		streaming.close();
		await start((socket) => void socket.write(found), '1.24-cri');
		expect(await world.ask({ path, upgrade: true })).toMatchObject({
			status: 500,
			body: 'invalid upgrade response: status code 302\n'
		});
		expect(saidOfRun().at(-1)).toBe('kubelet-exec:reply 500 Internal Server Error');
	});

	it('lets go of the streaming server when the client leaves before the answer', async () => {
		let arrived = () => {};
		const waiting = new Promise<void>((resolve) => (arrived = resolve));
		await start((socket) => {
			socket.once('data', arrived);
			socket.on('end', () => socket.end());
		});
		const client = await upgrade();
		await waiting;
		client.end();
		client.resume();
		await expect.poll(() => streaming.sockets.size).toBe(0);
		await expect.poll(() => client.destroyed).toBe(true);
	});

	it('hangs up on both when the step is dropped', async () => {
		await start((socket) => socket.on('end', () => socket.end()));
		const { boot } = world.trace;
		const { step } = boot;
		boot.step = (id, message) =>
			id === 'kubelet-proxy' ? Promise.reject(new Dropped(id)) : step(id, message);
		expect(await textOf(await upgrade()).catch(() => '')).toBe('');
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});

	it.each(noUpgrades)(
		'does not splice and ends after its own bytes: %s',
		async (_, answer, more) => {
			let after = '';
			await start((socket) =>
				socket.once('data', () => {
					socket.on('data', (chunk) => {
						after += chunk.toString('latin1');
						// One byte that should not have come is enough: else a splice would keep both ends waiting.
						socket.destroy();
					});
					socket.write(`${answer}${more}`);
				})
			);
			expect(await textOf(await upgrade(smuggled))).toBe(answer);
			expect(after).toBe('');
		}
	);
});
