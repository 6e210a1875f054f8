import { mkdtemp, rm } from 'node:fs/promises';
import type http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import type { PodSeed } from '../../../src/lib/server/apiserver/objects.ts';
import { startApiserver } from '../../../src/lib/server/apiserver/server.ts';
import {
	defaultLimits,
	systemClock,
	type Clock,
	type Limits
} from '../../../src/lib/server/limits.ts';
import { openPki, type KeyPair, type Pki } from '../../../src/lib/server/pki.ts';
import type { EraId } from '../../../src/lib/trace/eras.ts';
import { quietTrace } from '../../support/quiet-trace.ts';

export interface Reply {
	status: number;
	headers: http.IncomingHttpHeaders;
	text: string;
}

type Identity = { token: string } | { certificate: KeyPair } | 'nobody at all';

export const worldPods: PodSeed[] = [
	{
		metadata: {
			name: 'nginx',
			namespace: 'default',
			uid: '8d5f2b4c-0001-4000-8000-000000000001',
			labels: { run: 'nginx' }
		},
		spec: { nodeName: 'node-1', containers: [{ name: 'nginx', image: 'nginx' }] },
		status: {
			phase: 'Running',
			podIP: '10.1.0.2',
			containerStatuses: [
				{
					name: 'nginx',
					ready: true,
					restartCount: 0,
					state: { running: { startedAt: '2026-01-01T00:00:00Z' } }
				}
			]
		}
	},
	{
		metadata: { name: 'web', namespace: 'default' },
		spec: {
			nodeName: 'node-2',
			containers: [
				{ name: 'app', image: 'busybox' },
				{ name: 'sidecar', image: 'busybox:1.31' }
			]
		}
	},
	{
		metadata: { name: 'unscheduled', namespace: 'default' },
		spec: { containers: [{ name: 'main', image: 'nginx' }] }
	}
];

let pki: Promise<Pki> | undefined;

/** One authority for all tests of a file. */
export function testPki(): Promise<Pki> {
	pki ??= newPki();
	return pki;
}

/** An authority that nobody else knows; its folder is gone once its key is in memory. */
export async function newPki(): Promise<Pki> {
	const dir = await mkdtemp(path.join(tmpdir(), 'execscope-pki-'));
	const made = await openPki(dir);
	await rm(dir, { recursive: true });
	return made;
}

export interface TestServerOptions {
	pods?: PodSeed[];
	limits?: Partial<Limits>;
	clock?: Clock;
	/** Of every run. */
	era?: EraId;
}

/** An API server with the world of these tests, and a client for it. */
export async function testApiserver({
	pods = worldPods,
	limits,
	clock,
	era
}: TestServerOptions = {}) {
	const { ca, issue } = await testPki();
	const server = await issue({ cn: 'kube-apiserver', ips: ['127.0.0.1'], usage: 'server' });
	const client = await issue({
		cn: 'kube-apiserver-kubelet-client',
		o: 'system:masters',
		usage: 'client'
	});
	const trace = quietTrace(era);
	const { address, close } = await startApiserver({
		address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		tls: { ...server, ca: ca.cert },
		kubeletClient: { ...client, ca: ca.cert },
		tokens: [
			{ token: 'dev-token', user: 'dev', groups: [] },
			{ token: 'nobody-token', user: 'nobody', groups: [] }
		],
		world: { namespaces: ['default', 'seed-1'], pods },
		door: () => undefined,
		trace,
		limits: { ...defaultLimits, ...limits },
		clock: clock ?? systemClock
	});
	const port = address.kind === 'tcp' ? address.port : 0;
	const admin = {
		certificate: await issue({ cn: 'admin', o: 'system:masters', usage: 'client' })
	};
	const node = async (name: string) => ({
		certificate: await issue({ cn: `system:node:${name}`, o: 'system:nodes', usage: 'client' })
	});
	return {
		port,
		close,
		trace,
		admin,
		node,
		dev: { token: 'dev-token' },
		ca: ca.cert,
		client: clientOf(port, ca.cert)
	};
}

function clientOf(port: number, ca: string) {
	const options = (as: Identity, headers: http.OutgoingHttpHeaders) => ({
		host: '127.0.0.1',
		port,
		ca,
		agent: false,
		...(as !== 'nobody at all' && 'certificate' in as ? as.certificate : {}),
		headers: {
			'User-Agent': 'kubectl/v1.28.0 (linux/amd64) kubernetes/abc',
			...(as !== 'nobody at all' && 'token' in as ? { Authorization: `Bearer ${as.token}` } : {}),
			...headers
		}
	});
	return {
		/** One request, its whole answer. */
		ask(
			as: Identity,
			line: string,
			{ body, headers = {} }: { body?: unknown; headers?: http.OutgoingHttpHeaders } = {}
		): Promise<Reply> {
			const [method, target] = line.split(' ') as [string, string];
			return new Promise((resolve, reject) => {
				const request = https.request({ ...options(as, headers), method, path: target });
				request.on('error', reject);
				request.on('response', (response) => {
					response.setEncoding('utf8');
					let text = '';
					response.on('data', (part: string) => (text += part));
					response.on('end', () =>
						resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
					);
				});
				const text = body === undefined ? '' : JSON.stringify(body);
				if (text) request.setHeader('Content-Length', Buffer.byteLength(text));
				request.end(text);
			});
		},
		/** A watch, event after event; `stop` ends it. */
		watch(as: Identity, target: string, headers: http.OutgoingHttpHeaders = {}) {
			const queue: unknown[] = [];
			let wake = () => {};
			let over = false;
			const request = https.request({ ...options(as, headers), method: 'GET', path: target });
			request.on('error', () => {});
			request.on('close', () => {
				over = true;
				wake();
			});
			request.on('response', (response) => {
				response.setEncoding('utf8');
				let rest = '';
				response.on('data', (part: string) => {
					const lines = (rest + part).split('\n');
					rest = lines.pop() ?? '';
					queue.push(...lines.map((line) => JSON.parse(line) as unknown));
					wake();
				});
			});
			request.end();
			return {
				async next(): Promise<WatchEvent | undefined> {
					while (queue.length === 0 && !over) {
						await new Promise<void>((resolve) => (wake = resolve));
					}
					return queue.shift() as WatchEvent | undefined;
				},
				stop: () => request.destroy()
			};
		},
		/** A bare TLS connection, on which the test writes what it likes. */
		raw(as: Identity): Promise<tls.TLSSocket> {
			const certificate = as !== 'nobody at all' && 'certificate' in as ? as.certificate : {};
			return new Promise((resolve, reject) => {
				const socket = tls.connect({ host: '127.0.0.1', port, ca, ...certificate }, () =>
					resolve(socket)
				);
				socket.on('error', reject);
			});
		}
	};
}

export interface WatchEvent {
	type: string;
	object: { kind: string; metadata: Record<string, unknown>; [field: string]: unknown };
	traceparent?: string;
}

/** A TLS server that stands where a kubelet would, and does with each connection what the test says. */
export async function fakeKubelet(
	act: (socket: tls.TLSSocket, head: string) => void
): Promise<{ port: number; heads: string[]; close(): Promise<void> }> {
	const { ca, issue } = await testPki();
	const pair = await issue({ cn: 'node-1', ips: ['127.0.0.1'], usage: 'server' });
	const heads: string[] = [];
	const open = new Set<net.Socket>();
	const server = tls.createServer(
		{ ...pair, ca: ca.cert, requestCert: true, allowHalfOpen: true },
		(socket) => {
			socket.on('error', () => {});
			let text = '';
			const read = (chunk: Buffer) => {
				text += chunk.toString('latin1');
				if (!text.includes('\r\n\r\n')) return;
				socket.off('data', read);
				heads.push(text);
				act(socket, text);
			};
			socket.on('data', read);
		}
	);
	// Also connections that end before their handshake does.
	server.on('connection', (socket: net.Socket) => void open.add(socket));
	server.on('tlsClientError', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { port: number };
	return {
		port,
		heads,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of open) socket.destroy();
			})
	};
}

/** The node object that a kubelet registers. */
export function nodeObject(name: string, port: number, ready = true) {
	return {
		kind: 'Node',
		apiVersion: 'v1',
		metadata: { name, labels: { 'kubernetes.io/hostname': name } },
		spec: {},
		status: {
			addresses: [
				{ type: 'InternalIP', address: '127.0.0.1' },
				{ type: 'Hostname', address: name }
			],
			daemonEndpoints: { kubeletEndpoint: { Port: port } },
			conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
			nodeInfo: {
				kubeletVersion: 'v1.15.3',
				osImage: 'Debian',
				kernelVersion: '6.1',
				containerRuntimeVersion: 'docker://18.9.7'
			}
		}
	};
}
