import { createHash } from 'node:crypto';
import { steps, parseStepName, type StepShape } from '../../src/lib/trace/steps.ts';
import { wholePath } from '../../src/lib/diagram/promise.ts';

/**
 * A made-up run for tests of the page: plausible lines over the table of steps, with bytes that no program sent.
 * Never shipped; the fixtures in tests/fixtures are real runs.
 */
export interface SampleOptions {
	id?: string;
	/** A terminal session with this many chunks, instead of `date`. */
	chunks?: number;
	/** A first try by WebSocket that is refused. */
	refusedTry?: boolean;
	/** Stop after this step, still open. */
	upTo?: string;
	/** Stand at a hold on the last step. */
	held?: boolean;
	t0?: string;
}

const said: Record<string, string> = {
	discovery: 'GET /api/v1?timeout=32s',
	'discovery:reply': '200 OK',
	'get-pod': 'GET /api/v1/namespaces/default/pods/nginx',
	'authorize-get': 'RBAC: admin may get pods',
	'get-pod:reply': '200 OK',
	'choose-container': 'container nginx, the only one',
	authorize: 'RBAC: admin may create pods/exec',
	connect: 'ExecREST.Connect',
	'exec-location': 'https://node-1:10250/exec/default/nginx/nginx',
	'kubelet-authorize': 'kube-apiserver-kubelet-client may enter',
	'get-exec': 'getExec finds pod and container',
	'list-containers': 'ListPodSandbox default/nginx',
	'list-containers#2': 'ListContainers 3f1ac27d90b8',
	'check-container': 'GET /containers/3f1ac27d90b8/json',
	'cache-insert': 'Keep the request under k3Jw9aB_',
	'token-url': 'http://127.0.0.1:41873/cri/exec/k3Jw9aB_',
	redirect: '302 /cri/exec/k3Jw9aB_',
	'follow-redirect': 'POST /cri/exec/k3Jw9aB_',
	'cri-handler': 'POST /cri/exec/k3Jw9aB_',
	'token-consume': 'k3Jw9aB_ is spent',
	'serve-exec': 'remotecommand.ServeExec',
	'switching-protocols': '101 Switching Protocols',
	'stream-open': 'SYN_STREAM 1 streamtype=error',
	'stream-open:reply': 'SYN_REPLY 1',
	'docker-create-exec': 'POST /containers/3f1ac27d90b8/exec',
	'docker-create-exec:reply': '201 Created',
	'docker-start-exec': 'POST /exec/5b0c6ae1/start',
	hijack: '101 UPGRADED',
	'process-start': 'pid 4711',
	'process-exit': 'exit 0',
	'docker-inspect-exec': 'GET /exec/5b0c6ae1/json',
	'exit-status': '{"metadata":{},"status":"Success"}',
	close: 'RST_STREAM GOAWAY'
};

const upgradeQuery = 'command=%2Fbin%2Fbash&container=nginx&stdin=true&stdout=true&tty=true';

/** The lines of the run, without line feeds. */
export function sampleLines(options: SampleOptions = {}): string[] {
	const writer = new SampleWriter(options);
	const talk = options.chunks ?? 0;
	const argv = talk > 0 ? '-it nginx -- /bin/bash' : 'nginx -- date';
	writer.line({ k: 'cmd', argv: ['kubectl', 'exec', ...argv.split(' ')] });
	if (talk > 0) writer.line({ k: 'tty', on: 'r', size: [80, 24] });
	for (const { s } of wholePath) {
		if (s === 'choose-container' && options.refusedTry) writer.refusedTry();
		if (s === 'io') writer.talk(talk);
		else writer.step(s, options.refusedTry && writer.tried ? 2 : undefined);
		if (s === options.upTo) {
			if (options.held)
				writer.line({
					k: 'hold',
					s,
					by: 'driver',
					state: 'waiting',
					until: writer.t + 112_000_000
				});
			return writer.lines;
		}
	}
	writer.line({ k: 'exit', code: 0, reason: '' });
	const hash = createHash('sha256');
	for (const line of writer.lines) hash.update(`${line}\n`);
	writer.line({ k: 'end', lines: writer.lines.length, sha256: hash.digest('hex'), clean: true });
	return writer.lines;
}

export function sampleRecording(options: SampleOptions = {}): string {
	return `${sampleLines(options).join('\n')}\n`;
}

class SampleWriter {
	readonly lines: string[] = [];
	t = 0;
	tried = false;
	#counts = new Map<string, number>();
	#connections = new Map<string, { '>': number; '<': number }>();

	constructor(options: SampleOptions) {
		this.line({
			k: 'hdr',
			execscope: 1,
			minor: 0,
			run: options.id ?? 'sample',
			owner: 'driver',
			by: 'tests',
			t0: options.t0 ?? '2024-05-01T08:00:00.000Z',
			era: '1.15-redirect',
			engine: 'sample',
			lanes: ['kubectl', 'apiserver', 'kubelet', 'dockershim', 'streaming', 'engine', 'container'],
			client: 'kubectl/v1.15.0',
			limits: {},
			decoders: {},
			redacted: []
		});
	}

	line(body: object): number {
		const i = this.lines.length;
		const { k, ...rest } = body as { k: string };
		this.lines.push(JSON.stringify({ k, i, t: this.t, ...rest }));
		return i;
	}

	step(name: string, attempt?: number, about: { n?: string; facts?: object } = {}): number {
		const parsed = parseStepName(name)!;
		const shape: StepShape = steps[parsed.id];
		this.t += 350 + ((name.length * 137) % 2600);
		const [from, to] = parsed.reply ? [shape.to, shape.from] : [shape.from, shape.to];
		const n = about.n ?? said[name] ?? said[name.split('#')[0]!] ?? this.#words(name);
		const facts = about.facts ?? { status: /^\d{3} /.test(n) ? Number(n.slice(0, 3)) : undefined };
		const tried = attempt === undefined ? {} : { try: attempt };
		const { chap } = shape;
		if (shape.kind === 'call') {
			const of = this.line({ k: 'call', s: name, at: from, fn: n, ...tried, n, facts, chap });
			this.t += 40;
			this.line({ k: 'call', of, ms: 0.04 });
			return of;
		}
		const of = this.line({ k: 'step', s: name, from, to, ...tried, n, facts, chap });
		if (shape.wire !== 'P') this.#bytes(of, from, to, `${n}\r\nHost: node-1\r\n\r\n`);
		return of;
	}

	/** What kubectl 1.30 and newer does first here: refused by the streaming server, which knows no v5. */
	refusedTry(): void {
		this.step('choose-container', 1);
		this.step('websocket-exec', 1, { n: `GET /api/v1/namespaces/default/pods/nginx/exec` });
		for (const s of ['authorize', 'kubelet-exec', 'cri-exec', 'token-url', 'redirect'])
			this.step(s, 1);
		this.step('cri-handler', 1);
		this.step('cri-handler:reply', 1, { n: '403 Forbidden', facts: { status: 403 } });
		this.step('websocket-exec:reply', 1, { n: '403 Forbidden', facts: { status: 403 } });
		this.tried = true;
	}

	talk(chunks: number): void {
		const text = chunks > 0 ? 'root@nginx:/# ' : 'Wed May  1 08:00:00 UTC 2024\n';
		this.#chunk('io', text, 'out');
		for (let k = 1; k < chunks; k++) {
			this.t += k % 5 === 0 ? 2_100_000 : 90_000;
			const typed = k % 2 === 1;
			const key = 'echo hi\r'[((k - 1) >> 1) % 8]!;
			this.#chunk(
				`io#${k + 1}`,
				key === '\r' && !typed ? '\r\nhi\r\nroot@nginx:/# ' : key,
				typed ? 'in' : 'out'
			);
		}
	}

	#chunk(name: string, text: string, way: 'in' | 'out'): void {
		this.t += 700;
		const [from, to] = way === 'in' ? ['kubectl', 'container'] : ['container', 'kubectl'];
		const stream = way === 'in' ? 'stdin' : 'stdout';
		const facts = { stream, len: text.length };
		const of = this.line({ k: 'step', s: name, from, to, n: text, facts, chap: 'talk' });
		const span = this.#bytes(of, 'streaming', 'engine', text);
		if (way === 'out') this.line({ k: 'tty', on: 'o', ...span });
	}

	#bytes(of: number, from: string, to: string, text: string) {
		const c = `${from}-${to}`;
		const back = `${to}-${from}`;
		const known = this.#connections.get(c) ?? this.#connections.get(back);
		const dir = this.#connections.has(back) ? '<' : '>';
		const name = dir === '<' ? back : c;
		if (!known) {
			this.line({ k: 'conn', c: name, from, to, over: 'tls', proto: 'http/1.1' });
			this.#connections.set(name, { '>': 0, '<': 0 });
		}
		const at = this.#connections.get(name)!;
		const span = { c: name, dir, o: at[dir], len: text.length };
		at[dir] += text.length;
		this.line({ k: 'b', ...span, d: text });
		this.line({ k: 'sent', of, ...span });
		return span;
	}

	#words(name: string): string {
		const { id } = parseStepName(name)!;
		const count = (this.#counts.get(name) ?? 0) + 1;
		this.#counts.set(name, count);
		if (id === 'post-exec')
			return `POST /api/v1/namespaces/default/pods/nginx/exec?${upgradeQuery}`;
		if (id === 'kubelet-exec') return `POST /exec/default/nginx/nginx?command=%2Fbin%2Fbash&tty=1`;
		if (id === 'cri-exec') return 'Exec ["/bin/bash"] tty stdin stdout';
		if (id === 'kubelet-authorize-redirect') return 'kube-apiserver-kubelet-client may enter';
		return name.endsWith(':reply') ? '200 OK' : name;
	}
}
