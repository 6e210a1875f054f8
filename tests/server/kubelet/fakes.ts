import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import grpc from '@grpc/grpc-js';
import { defaultLimits, systemClock } from '../../../src/lib/server/limits.ts';
import {
	startKubelet,
	type Kubelet,
	type KubeletOptions
} from '../../../src/lib/server/kubelet/server.ts';
import type { Pod } from '../../../src/lib/server/kubelet/pod.ts';
import { openPki, type KeyPair, type Pki } from '../../../src/lib/server/pki.ts';
import type { Address } from '../../../src/lib/server/transport/address.ts';
import {
	criVersions,
	grpcTarget,
	loadCri,
	type CriVersion
} from '../../../src/lib/server/transport/cri-proto.ts';
import { quietTrace } from '../../support/quiet-trace.ts';

export type CriAnswers = Record<string, (request: never) => object>;

/** An error that a gRPC handler throws: its code and text go to the client. */
export function rpc(code: grpc.status, details: string): Error {
	return Object.assign(new Error(details), { code, details });
}

/** Never answers. */
export const silence = {};

interface FakeCri {
	address: Address;
	calls: {
		method: string;
		version: CriVersion;
		request: Record<string, unknown>;
		traceparent: unknown;
	}[];
	/** Open connections, now. */
	sessions(): number;
	close(): Promise<void>;
}

/** A CRI server behind a plain counting relay, answering from a table that tests may change. */
async function startFakeCri(dir: string, answers: CriAnswers): Promise<FakeCri> {
	const calls: FakeCri['calls'] = [];
	const server = new grpc.Server();
	const services = criVersions.flatMap((version) => {
		const { RuntimeService, ImageService } = loadCri(version);
		return [RuntimeService, ImageService].map(({ service }) => ({ service, version }));
	});
	for (const { service, version } of services) {
		const handlers: grpc.UntypedServiceImplementation = {};
		for (const method of Object.keys(service)) {
			handlers[method] = ((
				call: grpc.ServerUnaryCall<Record<string, unknown>, object>,
				done: grpc.sendUnaryData<object>
			) => {
				const [traceparent] = call.metadata.get('traceparent');
				calls.push({ method, version, request: call.request, traceparent });
				const answer = answers[method];
				if (!answer) return done(rpc(grpc.status.UNIMPLEMENTED, method));
				try {
					const said = answer(call.request as never);
					if (said !== silence) done(null, said);
				} catch (error) {
					done(error as grpc.ServiceError);
				}
			}) as grpc.UntypedHandleCall;
		}
		server.addService(service, handlers);
	}
	const inner: Address = { kind: 'unix', path: path.join(dir, 'inner.sock') };
	await new Promise<void>((resolve, reject) => {
		server.bindAsync(grpcTarget(inner), grpc.ServerCredentials.createInsecure(), (error) =>
			error ? reject(error) : resolve()
		);
	});
	const sockets = new Set<net.Socket>();
	const relay = net.createServer((socket) => {
		sockets.add(socket);
		const target = net.connect(inner.path);
		socket.pipe(target).pipe(socket);
		socket.on('close', () => {
			sockets.delete(socket);
			target.destroy();
		});
		for (const each of [socket, target]) each.on('error', () => {});
	});
	const address: Address = { kind: 'unix', path: path.join(dir, 'cri.sock') };
	await new Promise<void>((resolve) => relay.listen(address.path, resolve));
	return {
		address,
		calls,
		sessions: () => sockets.size,
		async close() {
			for (const socket of sockets) socket.destroy();
			relay.close();
			server.forceShutdown();
		}
	};
}

interface ApiCall {
	method: string;
	url: string;
	body: unknown;
	traceparent: unknown;
	user: string;
	/** User-Agent. */
	client: string | undefined;
}

interface FakeApiserver {
	address: Address;
	calls: ApiCall[];
	pods: Pod[];
	/** Sends one line on every open watch. */
	event(event: object): void;
	endWatches(): void;
	/** Resolves when a call that fits was made. */
	called(method: string, url: RegExp, count?: number): Promise<ApiCall>;
	answer: { nodes: number };
	close(): Promise<void>;
}

async function startFakeApiserver(pki: Pki): Promise<FakeApiserver> {
	const calls: ApiCall[] = [];
	const watches = new Set<ServerResponse>();
	const waiting = new Set<() => void>();
	const serving = await pki.issue({ cn: 'kube-apiserver', ips: ['127.0.0.1'], usage: 'server' });
	const fake: FakeApiserver = {
		address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		calls,
		pods: [],
		answer: { nodes: 201 },
		event: (event) => watches.forEach((watch) => watch.write(`${JSON.stringify(event)}\n`)),
		endWatches: () => watches.forEach((watch) => watch.end()),
		called: (method, url, count = 1) =>
			new Promise((resolve) => {
				const look = () => {
					const found = calls.filter((call) => call.method === method && url.test(call.url));
					if (found.length < count) return;
					waiting.delete(look);
					resolve(found[count - 1]!);
				};
				waiting.add(look);
				look();
			}),
		close: async () => {
			server.closeAllConnections();
			server.close();
		}
	};
	const server = https.createServer(
		{ ...serving, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: true },
		(request, response) => {
			let text = '';
			request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
			request.on('end', () => {
				const { method = '', url = '' } = request;
				const body: unknown = text === '' ? undefined : JSON.parse(text);
				const socket = request.socket as TLSSocket;
				const { traceparent } = request.headers;
				const user = String(socket.getPeerCertificate().subject.CN);
				response.setHeader('Content-Type', 'application/json');
				if (url.includes('watch=true')) {
					watches.add(response);
					response.on('close', () => watches.delete(response));
					response.flushHeaders();
				} else if (method === 'GET') {
					response.end(
						JSON.stringify({
							kind: 'PodList',
							metadata: { resourceVersion: '7' },
							items: fake.pods
						})
					);
				} else {
					response.statusCode = url === '/api/v1/nodes' ? fake.answer.nodes : 200;
					response.end('{}');
				}
				calls.push({ method, url, body, traceparent, user, client: request.headers['user-agent'] });
				for (const look of [...waiting]) look();
			});
		}
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	fake.address = {
		kind: 'tcp',
		host: '127.0.0.1',
		port: (server.address() as AddressInfo).port
	};
	return fake;
}

export function pod(name: string, containers: string[], more: Partial<Pod> = {}): Pod {
	return {
		metadata: { name, namespace: 'default', uid: `uid-${name}` },
		spec: {
			nodeName: 'node-1',
			containers: containers.map((each) => ({ name: each, image: 'nginx' }))
		},
		...more
	};
}

/** A runtime in which these pods run. */
function runtimeWith(pods: Pod[]): CriAnswers {
	const labels = (each: Pod) => ({
		'io.kubernetes.pod.name': each.metadata.name,
		'io.kubernetes.pod.namespace': each.metadata.namespace,
		'io.kubernetes.pod.uid': each.metadata.uid
	});
	return {
		Version: () => ({ runtime_name: 'docker', runtime_version: '20.10.24' }),
		ListPodSandbox: () => ({
			items: pods.map((each) => ({
				id: `sandbox-${each.metadata.name}`,
				metadata: { ...each.metadata, attempt: 0 },
				state: 'SANDBOX_READY'
			}))
		}),
		ListContainers: () => ({
			containers: pods.flatMap((each) =>
				each.spec.containers.map(({ name }) => ({
					id: `container-${each.metadata.name}-${name}`,
					metadata: { name, attempt: 0 },
					state: 'CONTAINER_RUNNING',
					labels: { ...labels(each), 'io.kubernetes.container.name': name }
				}))
			)
		}),
		ContainerStatus: ({ container_id }: { container_id: string }) => ({
			status: {
				id: container_id,
				metadata: { name: 'nginx', attempt: 0 },
				state: 'CONTAINER_RUNNING',
				started_at: '1700000000000000000',
				image: { image: 'nginx:latest' },
				image_ref: 'docker://sha256:abc'
			}
		}),
		PodSandboxStatus: () => ({ status: { network: { ip: '10.0.0.7' } } }),
		Exec: () => ({ url: '/cri/exec/k3Jw9aB_' })
	};
}

/** Listens as the streaming server; each connection is given to the test. */
export async function startFakeStreaming(accept: (socket: net.Socket) => void) {
	const sockets = new Set<net.Socket>();
	const server = net.createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
		accept(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		address: { kind: 'tcp', host: '127.0.0.1', port } as Address,
		sockets,
		close() {
			for (const socket of sockets) socket.destroy();
			server.close();
		}
	};
}

export interface World {
	pki: Pki;
	cri: FakeCri;
	answers: CriAnswers;
	apiserver: FakeApiserver;
	trace: ReturnType<typeof quietTrace>;
	kubelet: Kubelet;
	/** Certificates by common name, PEM. */
	identity(cn: string): Promise<KeyPair>;
	/** Says what it sent and reads the whole answer. */
	ask(request: Ask): Promise<{ status: number; head: string; body: string }>;
	close(): Promise<void>;
}

interface Ask {
	method?: string;
	path: string;
	/** Common name; null: no certificate. */
	as?: string | null;
	upgrade?: boolean;
	headers?: Record<string, string>;
}

/** A kubelet of node-1 with everything around it. */
export async function startWorld(
	options: Partial<KubeletOptions> & {
		pods?: Pod[];
		answers?: CriAnswers;
		registered?: boolean;
	} = {}
): Promise<World> {
	const dir = await mkdtemp(path.join(os.tmpdir(), 'execscope-kubelet-'));
	const pki = await openPki(path.join(dir, 'pki'));
	const pods = options.pods ?? [pod('nginx', ['nginx'])];
	const answers = { ...runtimeWith(pods), ...options.answers };
	const cri = await startFakeCri(dir, answers);
	const apiserver = await startFakeApiserver(pki);
	apiserver.pods = pods;
	if (options.registered) apiserver.answer.nodes = 409;
	const trace = quietTrace(options.era?.());
	const serving = await pki.issue({ cn: 'node-1', ips: ['127.0.0.1'], usage: 'server' });
	const node = await pki.issue({
		cn: 'system:node:node-1',
		o: 'system:nodes',
		usage: 'client'
	});
	const kubelet = await startKubelet({
		node: 'node-1',
		address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
		dir,
		tls: { ...serving, ca: pki.ca.cert },
		cri: cri.address,
		criHandler: { kind: 'tcp', host: '127.0.0.1', port: 1 },
		apiserver: { address: apiserver.address, ca: pki.ca.cert, ...node },
		clients: ['kube-apiserver-kubelet-client'],
		debuggingHandlers: true,
		era: () => '1.15-redirect',
		door: () => undefined,
		trace,
		limits: defaultLimits,
		clock: systemClock,
		...options
	});
	const identities = new Map<string, Promise<KeyPair>>();
	const identity = (cn: string) => {
		const known = identities.get(cn) ?? pki.issue({ cn, usage: 'client' });
		identities.set(cn, known);
		return known;
	};
	return {
		pki,
		cri,
		answers,
		apiserver,
		trace,
		kubelet,
		identity,
		ask: async (request) => ask(kubelet.address, pki, identity, request),
		async close() {
			await kubelet.close();
			await apiserver.close();
			await cri.close();
			await rm(dir, { recursive: true });
		}
	};
}

async function ask(
	address: Address,
	pki: Pki,
	identity: World['identity'],
	{ method = 'POST', path, as = 'kube-apiserver-kubelet-client', upgrade, headers = {} }: Ask
): Promise<{ status: number; head: string; body: string }> {
	const tls = await import('node:tls');
	const { host, port } = address as { host: string; port: number };
	const client = as === null ? {} : await identity(as);
	const socket = tls.connect({ host, port, ca: pki.ca.cert, ...client });
	const asked = upgrade ? { Connection: 'Upgrade', Upgrade: 'SPDY/3.1' } : { Connection: 'close' };
	const lines = Object.entries({ Host: `${host}:${port}`, ...asked, ...headers });
	socket.write(
		`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
	);
	let text = '';
	for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
	const [head = '', ...body] = text.split('\r\n\r\n');
	return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') };
}
