import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';
import { listeningPorts } from './listening-ports.ts';

/**
 * The cluster's own ports, as a page in the user's browser would reach them: with a valid client certificate too,
 * because a browser offers one that the user has installed.
 */
let target: ExecscopeProcess;
let apiserver: string;
let kubelet: string;
let admin: { cert: Buffer; key: Buffer };
let apiserverClient: { cert: Buffer; key: Buffer };

interface ClusterFile {
	apiserver: string;
	nodes: { kubelet: string }[];
}

beforeAll(async () => {
	target = await startExecscope();
	await vi.waitFor(() => expect(readdirSync(target.home)).toContain('cluster.json'), 10_000);
	const file = JSON.parse(read('cluster.json').toString()) as ClusterFile;
	apiserver = file.apiserver;
	kubelet = file.nodes[0]!.kubelet;
	const kubeconfig = read('kubeconfig').toString();
	const data = (name: string) =>
		Buffer.from(new RegExp(`${name}: "?([^\\s"]+)`).exec(kubeconfig)?.[1] ?? '', 'base64');
	admin = { cert: data('client-certificate-data'), key: data('client-key-data') };
	apiserverClient = {
		cert: read('pki/apiserver-kubelet-client.crt'),
		key: read('pki/apiserver-kubelet-client.key')
	};
});
afterAll(() => target.close());

const read = (name: string) => readFileSync(path.join(target.home, name));

describe.each([
	['API server', () => ({ url: `${apiserver}/api/v1/namespaces/default/pods`, ...admin })],
	['kubelet', () => ({ url: `${kubelet}/healthz`, ...apiserverClient })]
])('the %s', (_name, door) => {
	it('answers its client', async () => {
		expect((await ask(door())).status).toBe(200);
	});
	it('lets go of who leaves before the handshake is done', async () => {
		const { hostname, port } = new URL(door().url);
		const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
		const closed = new Promise<string>((resolve) => {
			socket.on('end', () => resolve('closed')).on('error', () => resolve('closed'));
		});
		// The beginning of a ClientHello.
		socket.end(Buffer.from('1603010200', 'hex'));
		expect(await closed).toBe('closed');
		socket.destroy();
	});
	it('refuses a page, credentials or not', async () => {
		const origins = ['https://evil.example', target.url, 'null'];
		for (const Origin of origins) {
			const answer = await ask({ ...door(), headers: { Origin } });
			expect(answer).toMatchObject({ status: 403, body: refusedPage });
		}
	});
	it('refuses what a browser marks as coming from another site', async () => {
		for (const site of ['cross-site', 'same-site']) {
			const answer = await ask({ ...door(), headers: { 'Sec-Fetch-Site': site } });
			expect(answer).toMatchObject({ status: 403, body: refusedSite });
		}
	});
	it('refuses a name that was rebound to this machine', async () => {
		const { port } = new URL(door().url);
		for (const Host of [`evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1:9']) {
			const answer = await ask({ ...door(), headers: { Host } });
			expect(answer, Host).toMatchObject({ status: 421, body: refusedHost });
		}
	});
	it('refuses the WebSocket of a page', async () => {
		const headers = { Origin: 'https://evil.example', ...webSocket };
		const answer = await ask({ ...door(), headers });
		expect(answer).toMatchObject({ status: 403, body: refusedPage });
	});
});

describe.runIf(process.platform === 'linux')('every TCP port that the product listens on', () => {
	it('is on loopback and refuses pages and rebound names', async () => {
		const listening = listeningPorts(target.child.pid!);
		// The page twice (IPv4, IPv6), the API server, and a kubelet and a streaming server on each of two nodes.
		expect(listening.length).toBeGreaterThanOrEqual(6);
		for (const { loopback, port, six } of listening) {
			expect(loopback, `port ${port}`).toBe(true);
			const host = six ? '[::1]' : '127.0.0.1';
			for (const headers of [
				{ Origin: 'https://evil.example', ...webSocket },
				{ Host: `evil.example:${port}` }
			]) {
				const plain = await ask({ url: `http://${host}:${port}/live`, headers }).catch(
					() => undefined
				);
				const answer = plain ?? (await ask({ url: `https://${host}:${port}/live`, headers }));
				expect([403, 421], `port ${port}`).toContain(answer.status);
				expect(refusals, `port ${port}`).toContain(answer.body);
			}
		}
	});
});

const webSocket = {
	Connection: 'Upgrade',
	Upgrade: 'websocket',
	'Sec-WebSocket-Version': '13',
	'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
	'Sec-WebSocket-Protocol': 'v4.channel.k8s.io'
};
const refusedPage = 'Pages in a browser may not use this port.\n';
const refusedSite = 'Only the page of this server may ask for that.\n';
const refusedHost = 'This server does not answer to that host name.\n';
const refusals = [refusedPage, refusedSite, refusedHost];

interface Request {
	url: string;
	headers?: http.OutgoingHttpHeaders;
	cert?: Buffer;
	key?: Buffer;
}

function ask({ url, ...options }: Request): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		const secure = url.startsWith('https:');
		const made = secure
			? https.request(url, { ...options, agent: false, rejectUnauthorized: false })
			: http.request(url, { ...options, agent: false });
		made.on('error', reject);
		made.on('upgrade', (_response, socket) => {
			socket.destroy();
			resolve({ status: 101, body: '' });
		});
		made.on('response', (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
		});
		made.end();
	});
}
