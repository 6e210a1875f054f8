import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	acceptExec,
	exited,
	finishExec,
	kubectl,
	nginx,
	pod,
	respond,
	startFakeApiserver,
	status,
	success,
	TestClock,
	type ExecStreams,
	type FakeApiserver
} from './fake-apiserver.ts';

const nginxPath = '/api/v1/namespaces/default/pods/nginx';
let fake: FakeApiserver;

beforeEach(async () => {
	fake = await startFakeApiserver();
	fake.script[`GET ${nginxPath}`] = { json: nginx };
});
afterEach(() => fake.close());

/** The remote command: says `out` and `err`, then ends with `message`. */
function answerExec(message: unknown, { out = '', err = '', protocol = 'v4.channel.k8s.io' } = {}) {
	fake.exec = (seen, socket) =>
		acceptExec(
			seen,
			socket,
			async (exec) => {
				if (out) await exec.streams.stdout!.write(Buffer.from(out));
				if (err) await exec.streams.stderr!.write(Buffer.from(err));
				await finishExec(exec, message);
			},
			protocol
		);
}

describe('kubectl exec', () => {
	it('prints both outputs and ends with 0', async () => {
		answerExec(success, { out: 'Sat Jan 25 18:47:52 UTC 2020\n', err: 'careful\n' });
		expect(await kubectl(fake, 'kubectl exec nginx -- date')).toEqual({
			code: 0,
			stdout: 'Sat Jan 25 18:47:52 UTC 2020\n',
			stderr: 'careful\n'
		});
	});

	it('asks for the pod and for the exec on different connections, the second without ALPN', async () => {
		answerExec(success);
		await kubectl(fake, 'kubectl exec nginx date');
		const [get, post] = fake.seen;
		expect(get!.rawHeaders).toEqual(
			[
				['Host', `127.0.0.1:${fake.port}`],
				['User-Agent', 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5'],
				['Accept', 'application/json, */*'],
				['Kubectl-Command', 'kubectl exec'],
				['Kubectl-Session', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'],
				['Accept-Encoding', 'gzip']
			].flat()
		);
		expect(post!.url).toBe(
			`${nginxPath}/exec?command=date&container=nginx&stderr=true&stdout=true`
		);
		expect(post!.rawHeaders).toEqual(
			[
				['Host', `127.0.0.1:${fake.port}`],
				['User-Agent', 'kubectl/v1.15.0 (linux/amd64) kubernetes/e8462b5'],
				['Content-Length', '0'],
				['Connection', 'Upgrade'],
				['Kubectl-Command', 'kubectl exec'],
				['Kubectl-Session', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'],
				['Upgrade', 'SPDY/3.1'],
				['X-Stream-Protocol-Version', 'v4.channel.k8s.io'],
				['X-Stream-Protocol-Version', 'v3.channel.k8s.io'],
				['X-Stream-Protocol-Version', 'v2.channel.k8s.io'],
				['X-Stream-Protocol-Version', 'channel.k8s.io']
			].flat()
		);
		expect(post!.connection).not.toBe(get!.connection);
		expect(post!.alpn).toBe(false);
	});

	it('discovers with a cold cache, on the connection of the GET, and not again within ten minutes', async () => {
		answerExec(success);
		const discovery = new Map();
		await kubectl(fake, 'kubectl exec nginx -- date', { discovery });
		expect(fake.seen.map((seen) => seen.url.split('?')[0])).toEqual([
			'/api',
			'/apis',
			'/api/v1',
			nginxPath,
			`${nginxPath}/exec`
		]);
		expect(fake.seen[0]!.url).toBe('/api?timeout=32s');
		expect(new Set(fake.seen.slice(0, 4).map((seen) => seen.connection)).size).toBe(1);
		fake.seen.length = 0;
		await kubectl(fake, 'kubectl exec nginx -- date', { discovery });
		expect(fake.seen).toHaveLength(2);
		fake.seen.length = 0;
		const later = () => new Date(2020, 0, 25, 11, 2);
		await kubectl(fake, 'kubectl exec nginx -- date', { discovery, now: later });
		expect(fake.seen).toHaveLength(5);
	});

	it('opens error, stdin, stdout and stderr in this order and half-closes stdin', async () => {
		let order: string[] = [];
		fake.exec = (seen, socket) =>
			acceptExec(seen, socket, async (exec) => {
				order = exec.order;
				for await (const { data } of exec.streams.stdin!) await exec.streams.stdout!.write(data);
				await finishExec(exec, success);
			});
		const stdin = new PassThrough();
		const big = 'x'.repeat(200_000);
		stdin.end(big);
		const ran = await kubectl(fake, 'kubectl exec -i nginx -- cat', { stdin });
		expect(ran).toEqual({ code: 0, stdout: big, stderr: '' });
		expect(order).toEqual(['error', 'stdin', 'stdout', 'stderr']);
	});

	it('sends the size of the terminal, then its changes, and makes it raw meanwhile', async () => {
		const sizes: string[] = [];
		const raw: boolean[] = [];
		let changed = () => {};
		let size = { cols: 120, rows: 40 };
		let order: string[] = [];
		fake.exec = (seen, socket) =>
			acceptExec(seen, socket, async (exec) => {
				order = exec.order;
				for await (const { data } of exec.streams.resize!) {
					sizes.push(Buffer.from(data).toString());
					if (sizes.length === 2) break;
					size = { cols: 80, rows: 24 };
					changed();
				}
				await finishExec(exec, success);
			});
		const terminal = {
			size: () => size,
			onResize(listener: () => void) {
				changed = listener;
				return () => {};
			},
			raw: (on: boolean) => void raw.push(on)
		};
		const ran = await kubectl(fake, 'kubectl exec -it nginx -- /bin/bash', { terminal });
		expect(ran.code).toBe(0);
		expect(fake.seen[1]!.url).toBe(
			`${nginxPath}/exec?command=%2Fbin%2Fbash&container=nginx&stdin=true&stdout=true&tty=true`
		);
		expect(order).toEqual(['error', 'stdin', 'stdout', 'resize']);
		expect(sizes).toEqual(['{"Width":120,"Height":40}\n', '{"Width":80,"Height":24}\n']);
		expect(raw).toEqual([true, false]);
	});

	it('goes on without a terminal when there is none', async () => {
		answerExec(success, { out: 'ok\n' });
		const ran = await kubectl(fake, 'kubectl exec -it nginx -- ls');
		expect(ran).toEqual({
			code: 0,
			stdout: 'ok\n',
			stderr: 'Unable to use a TTY - input is not a terminal or the right kind of file\n'
		});
		expect(fake.seen[1]!.url).toContain('stderr=true&stdin=true&stdout=true');
	});

	it('drops -t without -i and says nothing', async () => {
		answerExec(success);
		expect((await kubectl(fake, 'kubectl exec -t nginx -- ls')).stderr).toBe('');
		expect(fake.seen[1]!.url).toContain('container=nginx&stderr=true&stdout=true');
	});

	it('takes the first of several containers and says so, or the one that is named', async () => {
		answerExec(success);
		fake.script['GET /api/v1/namespaces/default/pods/web'] = {
			json: pod('web', ['app', 'sidecar'])
		};
		expect((await kubectl(fake, 'kubectl exec web -- ls')).stderr).toBe(
			"Defaulting container name to app.\nUse 'kubectl describe pod/web -n default' to see all of the containers in this pod.\n"
		);
		expect(fake.seen.at(-1)!.url).toContain('container=app&');
		expect((await kubectl(fake, 'kubectl exec pod/web -c sidecar -- ls')).stderr).toBe('');
		expect(fake.seen.at(-1)!.url).toContain('container=sidecar&');
	});

	it.each([
		[0, success, ''],
		[3, exited(3), 'command terminated with exit code 3\n'],
		[126, exited(126), 'command terminated with exit code 126\n'],
		[255, exited(255), 'command terminated with exit code 255\n'],
		[0, '', ''],
		[1, exited(256), 'error: error stream protocol error: invalid exit code value "256"\n'],
		[1, exited('-1'), 'error: error stream protocol error: invalid exit code value "-1"\n'],
		[
			1,
			{ ...exited(3), details: undefined },
			'error: error stream protocol error: details must be set\n'
		],
		[
			1,
			{ ...exited(3), details: { causes: [] } },
			'error: error stream protocol error: no ExitCode cause given\n'
		],
		[1, { status: 'Odd' }, 'error: error stream protocol error: unknown error\n'],
		[
			1,
			'hello',
			'error: error stream protocol error: invalid character \'h\' looking for beginning of value in "hello"\n'
		],
		[
			1,
			{
				status: 'Failure',
				reason: 'InternalError',
				message: 'Internal error occurred: error executing command in container: boom'
			},
			'error: Internal error occurred: error executing command in container: boom\n'
		]
	])('ends with %i for %j', async (code, message, stderr) => {
		answerExec(message);
		expect(await kubectl(fake, 'kubectl exec nginx -- x')).toEqual({ code, stdout: '', stderr });
	});

	it.each([
		['v3.channel.k8s.io', 'error: error executing remote command: boom\n'],
		['v2.channel.k8s.io', 'error: error executing remote command: boom\n'],
		['channel.k8s.io', 'error: Error executing remote command: boom\n'],
		['', 'error: Error executing remote command: boom\n']
	])('reads plain text from the error stream of protocol %j', async (protocol, stderr) => {
		answerExec('boom', { protocol });
		expect(await kubectl(fake, 'kubectl exec nginx -- x')).toEqual({ code: 1, stdout: '', stderr });
	});

	it('ends silently with 0 when the connection is cut', async () => {
		fake.exec = (seen, socket) =>
			acceptExec(seen, socket, async (exec: ExecStreams) => {
				await exec.streams.stdout!.write(Buffer.from('half'));
				socket.end();
			});
		expect(await kubectl(fake, 'kubectl exec nginx -- x')).toEqual({
			code: 0,
			stdout: 'half',
			stderr: ''
		});
	});

	it('waits 30 seconds for each reply, even on a connection that is gone', async () => {
		fake.exec = (_seen, socket) => {
			socket.end(
				'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
			);
		};
		const clock = new TestClock();
		const running = kubectl(fake, 'kubectl exec nginx -- x', { clock });
		while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
		clock.advance(30_000);
		expect(await running).toEqual({ code: 1, stdout: '', stderr: 'error: Timeout occured\n' });
	});

	it.each([
		[
			'404 Not Found',
			'404 page not found\n',
			'error: unable to upgrade connection: 404 page not found\n'
		],
		[
			'500 Internal Server Error',
			'rpc error: code = Unknown desc = container not running (abc)',
			'Error from server: \n'
		],
		[
			'500 Internal Server Error',
			'rpc error: code = Unknown desc = Error: No such container: abc',
			'error: unable to upgrade connection: rpc error: code = Unknown desc = Error: No such container: abc\n'
		],
		[
			'500 Internal Server Error',
			'container not found ("nginx")',
			'error: unable to upgrade connection: container not found ("nginx")\n'
		],
		[
			'403 Forbidden',
			'Forbidden (user=kube-apiserver-kubelet-client, verb=create, resource=nodes, subresource=proxy)',
			'error: unable to upgrade connection: Forbidden (user=kube-apiserver-kubelet-client, verb=create, resource=nodes, subresource=proxy)\n'
		],
		['401 Unauthorized', 'Unauthorized', 'error: unable to upgrade connection: Unauthorized\n'],
		['500 Internal Server Error', '', 'error: unable to upgrade connection: \n'],
		[
			'403 Forbidden',
			JSON.stringify(status(403, 'Forbidden', 'pods "nginx" is forbidden: no').json),
			'Error from server (Forbidden): pods "nginx" is forbidden: no\n'
		],
		[
			'400 Bad Request',
			JSON.stringify(status(400, 'BadRequest', 'container foo is not valid for pod nginx').json),
			'Error from server (BadRequest): container foo is not valid for pod nginx\n'
		],
		[
			'500 Internal Server Error',
			JSON.stringify(status(500, '', 'error dialing backend: EOF').json),
			'Error from server: error dialing backend: EOF\n'
		],
		[
			'401 Unauthorized',
			JSON.stringify(status(401, 'Unauthorized', 'Unauthorized').json),
			'error: You must be logged in to the server (Unauthorized)\n'
		]
	])('says of %s %j: %j', async (line, body, stderr) => {
		fake.exec = (_seen, socket) => respond(socket, line, body);
		expect(await kubectl(fake, 'kubectl exec nginx -- x')).toEqual({ code: 1, stdout: '', stderr });
	});

	it('follows no redirect', async () => {
		fake.exec = (_seen, socket) =>
			void socket.end(
				'HTTP/1.1 302 Found\r\nLocation: https://elsewhere.test/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
			);
		expect((await kubectl(fake, 'kubectl exec nginx -- x')).stderr).toBe(
			'error: unable to upgrade connection: redirected to https://elsewhere.test/, not followed\n'
		);
	});

	it('says when the connection of the upgrade is cut', async () => {
		fake.exec = (_seen, socket) => void socket.destroy();
		expect((await kubectl(fake, 'kubectl exec nginx -- x')).stderr).toBe(
			`error: error sending request: Post https://127.0.0.1:${fake.port}${nginxPath}/exec?command=x&container=nginx&stderr=true&stdout=true: unexpected EOF\n`
		);
	});

	it.each([
		[
			'kubectl exec missing -- x',
			'Error from server (NotFound): pods "missing" not found\n',
			status(404, 'NotFound', 'pods "missing" not found')
		],
		[
			'kubectl exec missing -- x',
			'error: You must be logged in to the server (Unauthorized)\n',
			status(401, 'Unauthorized', 'Unauthorized')
		],
		[
			'kubectl exec missing -- x',
			'error: cannot exec into a container in a completed pod; current phase is Succeeded\n',
			{ json: pod('missing', ['c'], 'Succeeded') }
		],
		[
			'kubectl exec missing -- x',
			'error: cannot exec into a container in a completed pod; current phase is Failed\n',
			{ json: pod('missing', ['c'], 'Failed') }
		]
	])('%s: %j without an exec request', async (line, stderr, answer) => {
		fake.script['GET /api/v1/namespaces/default/pods/missing'] = answer;
		expect(await kubectl(fake, line)).toEqual({ code: 1, stdout: '', stderr });
		expect(fake.seen).toHaveLength(1);
	});

	it.each([
		['kubectl exec nginx', 'error: you must specify at least one command for the container\n'],
		['kubectl exec nginx --', 'error: you must specify at least one command for the container\n'],
		[
			'kubectl exec',
			"error: expected 'exec (POD | TYPE/NAME) COMMAND [ARG1] [ARG2] ... [ARGN]'.\nPOD or TYPE/NAME and COMMAND are required arguments for the exec command\nSee 'kubectl exec -h' for help and examples\n"
		],
		['kubectl exec deploy/x -- ls', 'error: the server doesn\'t have a resource type "deploy"\n'],
		[
			'kubectl exec a/b/c -- ls',
			'error: arguments in resource/name form may not have more than one slash\n'
		]
	])('%s: %j', async (line, stderr) => {
		expect(await kubectl(fake, line)).toEqual({ code: 1, stdout: '', stderr });
	});

	it('ends with 130 at an interrupt, whatever is under way, and gives the terminal back', async () => {
		const abort = new AbortController();
		fake.exec = (seen, socket) => acceptExec(seen, socket, () => abort.abort());
		const ran = await kubectl(fake, 'kubectl exec nginx -- sleep 100', { signal: abort.signal });
		expect(ran).toEqual({ code: 130, stdout: '', stderr: '' });
	});

	it('leaves nothing behind at an interrupt while a stream is not answered', async () => {
		const abort = new AbortController();
		const clock = new TestClock();
		fake.exec = (_seen, socket) =>
			void socket.write(
				'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
			);
		const running = kubectl(fake, 'kubectl exec nginx -- x', { clock, signal: abort.signal });
		while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
		abort.abort();
		expect(await running).toEqual({ code: 130, stdout: '', stderr: '' });
		expect(clock.waiting).toBe(0);
	});

	it('asks for nothing more after an interrupt', async () => {
		const abort = new AbortController();
		fake.script['GET /api/v1/namespaces/default/pods/a'] = () => {
			abort.abort();
			return { cut: true };
		};
		const ran = await kubectl(fake, 'kubectl get po a b c', { signal: abort.signal });
		expect(ran.code).toBe(130);
		await new Promise((resolve) => setImmediate(resolve));
		expect(fake.seen).toHaveLength(1);
	});

	it('says that a server that is not there was asked', async () => {
		const { kubeconfig } = fake;
		const server = 'https://127.0.0.1:1';
		const elsewhere = {
			...kubeconfig,
			clusters: [{ name: 'c', cluster: { ...kubeconfig.clusters[0]!.cluster, server } }]
		};
		expect((await kubectl(fake, 'kubectl exec nginx -- x', { kubeconfig: elsewhere })).stderr).toBe(
			'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n'
		);
	});

	it('does not speak to a server whose certificate another CA signed', async () => {
		const other = await startFakeApiserver();
		const { kubeconfig } = fake;
		const cluster = {
			...other.kubeconfig.clusters[0]!.cluster,
			server: kubeconfig.clusters[0]!.cluster.server
		};
		const wrong = { ...kubeconfig, clusters: [{ name: 'c', cluster }] };
		const { stderr } = await kubectl(fake, 'kubectl exec nginx -- x', { kubeconfig: wrong });
		expect(stderr).toBe(
			'Unable to connect to the server: x509: certificate signed by unknown authority\n'
		);
		await other.close();
	});
});
