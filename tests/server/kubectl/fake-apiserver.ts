import { mkdtemp, rm } from 'node:fs/promises';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable, type Duplex } from 'node:stream';
import type tls from 'node:tls';
import type { Kubeconfig } from '../../../src/lib/server/kubectl/rest-config.ts';
import {
	runKubectl,
	type DiscoveryCache,
	type RunKubectlOptions
} from '../../../src/lib/server/kubectl/run-kubectl.ts';
import { defaultLimits, type Clock } from '../../../src/lib/server/limits.ts';
import { openPki } from '../../../src/lib/server/pki.ts';
import {
	SpdyConnection,
	type SpdyStream
} from '../../../src/lib/server/transport/spdy-connection.ts';

/** An API server that says what the test wants: real TLS, real HTTP, no cluster. */
export interface Seen {
	method: string;
	url: string;
	/** As they came, flat. */
	rawHeaders: string[];
	body: string;
	/** Which connection of the server, from 0, and what ALPN chose on it. */
	connection: number;
	alpn: string | false;
}

export type Answer = { status?: number; type?: string; headers?: Record<string, string> } & (
	{ json: unknown } | { text: string } | { lines: unknown[] } | { cut: true }
);

export interface ExecStreams {
	streams: Record<string, SpdyStream>;
	connection: SpdyConnection;
	socket: Duplex;
	/** In the order in which they were opened. */
	order: string[];
}

export interface Script {
	/** `GET /api/v1/namespaces/default/pods/nginx` (no query) to an answer. */
	[request: string]: Answer | ((seen: Seen) => Answer | Promise<Answer>);
}

export interface FakeApiserver {
	port: number;
	seen: Seen[];
	script: Script;
	/** Answers an upgrade; by default 404 text. */
	exec: (seen: Seen, socket: Duplex, request: http.IncomingMessage) => void | Promise<void>;
	kubeconfig: Kubeconfig;
	close(): Promise<void>;
}

export const nginx = pod('nginx', ['nginx']);

export function pod(name: string, containers: string[], phase = 'Running') {
	return {
		kind: 'Pod',
		apiVersion: 'v1',
		metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '7' },
		spec: { containers: containers.map((each) => ({ name: each })) },
		status: { phase }
	};
}

export function status(code: number, reason: string, message: string) {
	const json = {
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		...(reason ? { reason } : {}),
		code
	};
	return { status: code, json };
}

const coreResources = [
	{
		name: 'namespaces',
		singularName: '',
		namespaced: false,
		kind: 'Namespace',
		shortNames: ['ns']
	},
	{ name: 'nodes', singularName: '', namespaced: false, kind: 'Node', shortNames: ['no'] },
	{ name: 'pods', singularName: '', namespaced: true, kind: 'Pod', shortNames: ['po'] },
	{ name: 'pods/exec', singularName: '', namespaced: true, kind: 'PodExecOptions' }
];

const discovery: Script = {
	'GET /api': { json: { kind: 'APIVersions', versions: ['v1'] } },
	'GET /apis': { json: { kind: 'APIGroupList', groups: [] } },
	'GET /api/v1': { json: { kind: 'APIResourceList', groupVersion: 'v1', resources: coreResources } }
};

export async function startFakeApiserver(): Promise<FakeApiserver> {
	const dir = await mkdtemp(path.join(tmpdir(), 'fake-apiserver-'));
	const pki = await openPki(dir);
	const serving = await pki.issue({ cn: 'kube-apiserver', ips: ['127.0.0.1'], usage: 'server' });
	const admin = await pki.issue({ cn: 'admin', o: 'system:masters', usage: 'client' });
	const connections = new Map<unknown, number>();
	const fake: FakeApiserver = {
		port: 0,
		seen: [],
		script: { ...discovery },
		exec: (_seen, socket) => respond(socket, '404 Not Found', '404 page not found\n'),
		kubeconfig: undefined as unknown as Kubeconfig,
		async close() {
			server.closeAllConnections();
			for (const socket of connections.keys()) (socket as Duplex).destroy();
			await new Promise((resolve) => server.close(resolve));
			await rm(dir, { recursive: true });
		}
	};
	const see = (request: http.IncomingMessage, body: string): Seen => {
		const socket = request.socket as tls.TLSSocket;
		const { method = '', url = '', rawHeaders } = request;
		const seen = {
			method,
			url,
			rawHeaders,
			body,
			connection: connections.get(socket)!,
			alpn: socket.alpnProtocol || false
		} as const;
		fake.seen.push(seen);
		return seen;
	};
	const server = https.createServer(
		{ ...serving, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: false },
		(request, response) => {
			void (async () => {
				let body = '';
				for await (const chunk of request) body += String(chunk);
				const seen = see(request, body);
				const scripted = fake.script[`${seen.method} ${seen.url.split('?')[0]}`];
				const answer =
					(typeof scripted === 'function' ? await scripted(seen) : scripted) ??
					status(404, 'NotFound', 'the server could not find the requested resource');
				reply(response, answer);
			})();
		}
	);
	server.on('secureConnection', (socket) => {
		connections.set(socket, connections.size);
		socket.on('error', () => {});
	});
	server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on('error', () => {});
		if (head.length > 0) socket.unshift(head);
		void fake.exec(see(request, ''), socket, request);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	fake.port = (server.address() as AddressInfo).port;
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	fake.kubeconfig = {
		clusters: [
			{
				name: 'c',
				cluster: {
					server: `https://127.0.0.1:${fake.port}`,
					'certificate-authority-data': base64(pki.ca.cert)
				}
			}
		],
		users: [
			{
				name: 'admin',
				user: {
					'client-certificate-data': base64(admin.cert),
					'client-key-data': base64(admin.key)
				}
			},
			{ name: 'dev', user: { token: 'secret-token' } }
		],
		contexts: [
			{ name: 'admin', context: { cluster: 'c', user: 'admin' } },
			{ name: 'dev', context: { cluster: 'c', user: 'dev', namespace: 'team' } }
		],
		'current-context': 'admin'
	};
	return fake;
}

function reply(response: http.ServerResponse, answer: Answer): void {
	if ('cut' in answer) return void response.destroy();
	const { status: code = 200, type } = answer;
	const isText = 'text' in answer;
	response.writeHead(code, {
		'Content-Type': type ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'),
		...answer.headers
	});
	if ('lines' in answer) {
		for (const line of answer.lines) response.write(`${JSON.stringify(line)}\n`);
		return void response.end();
	}
	response.end(isText ? answer.text : `${JSON.stringify(answer.json)}\n`);
}

/** A refusal of an upgrade, as servers write it on a raw connection. */
export function respond(socket: Duplex, line: string, body: string, type = 'text/plain'): void {
	socket.end(
		`HTTP/1.1 ${line}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
	);
}

/** Accepts the upgrade and hands over the streams once all that the query asks for are there. */
export function acceptExec(
	seen: Seen,
	socket: Duplex,
	run: (exec: ExecStreams) => void | Promise<void>,
	protocol = 'v4.channel.k8s.io'
): void {
	const query = new URL(seen.url, 'https://x').searchParams;
	const isTty = query.get('tty') === 'true';
	const resizes = isTty && /v[34]/.test(protocol);
	const wanted =
		1 + ['stdin', 'stdout', 'stderr'].filter((name) => query.get(name)).length + (resizes ? 1 : 0);
	const chosen = protocol === '' ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`;
	socket.write(
		`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${chosen}\r\n`
	);
	const streams: Record<string, SpdyStream> = {};
	const order: string[] = [];
	const connection = new SpdyConnection(socket, {
		role: 'server',
		incoming(stream) {
			const name = stream.headers.streamtype ?? '';
			streams[name] = stream;
			order.push(name);
			stream.reply();
			if (order.length === wanted) void run({ streams, order, connection, socket });
		}
	});
}

/** Ends an exec as dockershim does: the Status, then resets and GOAWAY. */
export async function finishExec(exec: ExecStreams, message: unknown): Promise<void> {
	const text = typeof message === 'string' ? message : JSON.stringify(message);
	if (text !== '') await exec.streams.error!.write(Buffer.from(text));
	exec.connection.close();
}

export const success = { metadata: {}, status: 'Success' };
export function exited(code: number | string) {
	return {
		metadata: {},
		status: 'Failure',
		message: `command terminated with non-zero exit code: ${code}`,
		reason: 'NonZeroExitCode',
		details: { causes: [{ reason: 'ExitCode', message: String(code) }] }
	};
}

/** Time that moves only when the test says so; due callbacks run then. */
export class TestClock implements Clock {
	ms = 0;
	#due: { at: number; run: () => void }[] = [];
	now(): number {
		return this.ms;
	}
	after(ms: number, run: () => void): () => void {
		const entry = { at: this.ms + ms, run };
		this.#due.push(entry);
		return () => void (this.#due = this.#due.filter((each) => each !== entry));
	}
	get waiting(): number {
		return this.#due.length;
	}
	advance(ms: number): void {
		this.ms += ms;
		const due = this.#due.filter((each) => each.at <= this.ms);
		this.#due = this.#due.filter((each) => each.at > this.ms);
		for (const { run } of due) run();
	}
}

export interface Ran {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a command line (split at spaces) against the fake, on Saturday, 25 January 2020. */
export async function kubectl(
	fake: FakeApiserver,
	line: string | string[],
	more: Partial<RunKubectlOptions> = {}
): Promise<Ran> {
	const output = { stdout: '', stderr: '' };
	const sink = (name: 'stdout' | 'stderr') =>
		new Writable({
			write(chunk: Buffer, _encoding, done) {
				output[name] += chunk.toString();
				done();
			}
		});
	const code = await runKubectl({
		argv: typeof line === 'string' ? line.split(' ') : line,
		kubeconfig: fake.kubeconfig,
		kubeconfigPath: '/home/me/.kube/config',
		session: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
		stdin: new PassThrough(),
		stdout: sink('stdout'),
		stderr: sink('stderr'),
		now: () => new Date(2020, 0, 25, 10, 51, 55, 434),
		pid: 28053,
		discovery: warmDiscovery(fake),
		limits: defaultLimits,
		clock: new TestClock(),
		...more
	});
	return { code, ...output };
}

/** What an earlier command would have left. */
export function warmDiscovery(fake: FakeApiserver): DiscoveryCache {
	const atMs = new Date(2020, 0, 25, 10, 50).getTime();
	const folder = `127.0.0.1_${fake.port}`;
	return new Map([
		[`${folder}/servergroups.json`, { atMs, value: ['v1'] }],
		[`${folder}/v1/serverresources.json`, { atMs, value: coreResources }]
	]);
}
