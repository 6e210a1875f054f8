import { once } from 'node:events';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { startFakeStreaming, startWorld, type World } from './fakes.ts';

let world: World;
let streaming: Awaited<ReturnType<typeof startFakeStreaming>>;
afterEach(async () => {
	await world.close();
	streaming.close();
});

const path = '/cri/exec/k3Jw9aB_';
const said = () => world.trace.said.map(({ id, n }) => `${id} ${n}`);

/** Starts both, and a client that has sent its upgrade request. */
async function upgrade(): Promise<{ client: tls.TLSSocket; server: Socket; head: string }> {
	const accepted: ((socket: Socket) => void)[] = [];
	const arrived = new Promise<Socket>((resolve) => accepted.push(resolve));
	streaming = await startFakeStreaming((socket) => accepted[0]!(socket));
	world = await startWorld({ criHandler: streaming.address });
	world.trace.said.length = 0;
	const { host, port } = world.kubelet.address as { host: string; port: number };
	const client = tls.connect({
		host,
		port,
		ca: world.pki.ca.cert,
		allowHalfOpen: true,
		...(await world.identity('kube-apiserver-kubelet-client'))
	} as tls.ConnectionOptions);
	client.on('error', () => {});
	client.write(
		`GET ${path} HTTP/1.1\r\nHost: node-1\r\nX-ODD-case: 1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\ntraceparent: forged\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\n\r\n`
	);
	const server = await arrived;
	return { client, server, head: await read(server, '\r\n\r\n') };
}

/** Reads until the text ends with `end`, or there is no more. */
async function read(socket: Socket | tls.TLSSocket, end: string): Promise<string> {
	let text = '';
	while (!text.endsWith(end)) {
		const chunk = socket.read() as Buffer | null;
		if (chunk) text += chunk.toString('latin1');
		else if (socket.readableEnded || socket.destroyed) break;
		else {
			const controller = new AbortController();
			const on = (event: string) => once(socket, event, { signal: controller.signal });
			await Promise.race(
				[on('readable'), on('end'), on('close')].map((each) => each.catch(() => {}))
			);
			controller.abort();
		}
	}
	return text;
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\n\r\n';

describe('the handler of /cri/', () => {
	it('passes the head on as it came, but for traceparent', async () => {
		const { head } = await upgrade();
		const traceparent = /traceparent: (00-[0-9a-f]{32}-[0-9a-f]{16}-01)\r\n/.exec(head)?.[1];
		expect(head).toBe(
			`GET ${path} HTTP/1.1\r\nHost: node-1\r\nX-ODD-case: 1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\ntraceparent: ${traceparent}\r\n\r\n`
		);
		expect(said()).toEqual([
			`follow-redirect GET ${path}`,
			'kubelet-authorize-redirect kube-apiserver-kubelet-client may get nodes/proxy',
			`cri-handler GET ${path}`
		]);
	});

	it('copies bytes both ways after the 101, and announces none', async () => {
		const { client, server } = await upgrade();
		server.write(`${switching}from the streaming server;`);
		expect(await read(client, ';')).toBe(`${switching}from the streaming server;`);
		client.write('from kubectl;');
		expect(await read(server, ';')).toBe('from kubectl;');
		const large = 'x'.repeat(3_000_000);
		server.write(`${large};`);
		expect((await read(client, ';')).length).toBe(large.length + 1);
		expect(said()).toHaveLength(3);
	});

	it('ends both connections when the streaming server ends, with nothing lost', async () => {
		const { client, server } = await upgrade();
		server.end(`${switching}last words;`);
		expect(await read(client, 'never')).toBe(`${switching}last words;`);
		client.end();
		await expect.poll(() => client.destroyed).toBe(true);
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});

	it('ends both connections when the client half-closes', async () => {
		const { client, server } = await upgrade();
		server.write(switching);
		await read(client, '\r\n\r\n');
		client.end('bye;');
		expect(await read(server, 'never')).toBe('bye;');
		expect(await read(client, 'never')).toBe('');
		server.end();
		await expect.poll(() => client.destroyed).toBe(true);
	});

	it('lets go of the streaming server when the client is gone', async () => {
		const { client, server } = await upgrade();
		server.write(switching);
		await read(client, '\r\n\r\n');
		server.resume();
		client.destroy();
		await once(server, 'end');
		server.end();
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});

	it('lets go of the streaming server when the client leaves before the answer', async () => {
		const { client, server } = await upgrade();
		server.resume();
		client.destroy();
		await once(server, 'end');
		server.end();
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});

	it('hands a refusal through and says so', async () => {
		const { client, server } = await upgrade();
		const refusal = 'HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\n404 page not found\n';
		server.end(refusal);
		expect(await read(client, 'never')).toBe(refusal);
		expect(said().at(-1)).toBe('follow-redirect:reply 404 Not Found');
		client.end();
	});

	it('hangs up when the streaming server does so without a word', async () => {
		const { client, server } = await upgrade();
		server.destroy();
		expect(await read(client, 'never')).toBe('');
	});

	it('says in Go’s words that the streaming server is not there', async () => {
		streaming = await startFakeStreaming(() => {});
		streaming.close();
		world = await startWorld({ criHandler: streaming.address });
		const answer = await world.ask({ method: 'GET', path, upgrade: true });
		const { port } = streaming.address as { port: number };
		expect([answer.status, answer.body]).toEqual([
			500,
			`error dialing backend: dial tcp 127.0.0.1:${port}: connect: connection refused`
		]);
	});

	it('forwards requests without an upgrade too', async () => {
		let head = '';
		streaming = await startFakeStreaming((socket) => {
			socket.once('data', (chunk) => {
				head = String(chunk);
				socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nX-Odd: 1\r\n\r\nnope\n');
			});
		});
		world = await startWorld({ criHandler: streaming.address });
		const answer = await world.ask({ method: 'POST', path });
		expect(head).toMatch(/^POST \/cri\/exec\/k3Jw9aB_ HTTP\/1\.1\r\nHost: /);
		expect(head.match(/^host:/gim)).toHaveLength(1);
		expect([answer.status, answer.body]).toEqual([400, 'nope\n']);
		expect(said().at(-1)).toBe('follow-redirect:reply 400 Bad Request');
		await expect.poll(() => streaming.sockets.size).toBe(0);
	});
});
