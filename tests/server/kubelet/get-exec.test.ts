import grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/lib/server/limits.ts';
import { eras } from '../../../src/lib/trace/eras.ts';
import { Dropped } from '../../../src/lib/trace/trace.ts';
import { pod, rpc, silence, startWorld, type World } from './fakes.ts';

let world: World;
afterEach(() => world.close());

const exec = '/exec/default/nginx/nginx?command=date&error=1&output=1';
const saidOfRun = () => {
	const from = world.trace.said.findIndex(({ id }) => id === 'kubelet-exec');
	return world.trace.said.slice(from).map(({ id, n }) => `${id} ${n}`);
};

describe('an exec request', () => {
	it('asks the runtime and answers with a redirect, step by step', async () => {
		world = await startWorld();
		const answer = await world.ask({ path: exec, upgrade: true });
		expect(answer.head).toMatch(/^HTTP\/1\.1 302 Found\r\nLocation: \/cri\/exec\/k3Jw9aB_\r\n/);
		expect(answer.head).not.toContain('Content-Type');
		expect(answer.body).toBe('');
		expect(saidOfRun()).toEqual([
			`kubelet-exec POST ${exec}`,
			'kubelet-authorize kube-apiserver-kubelet-client may create nodes/proxy',
			'get-exec getExec default/nginx/nginx',
			'list-containers ListPodSandbox',
			'list-containers ListContainers',
			'cri-exec Exec ["date"] stdout stderr',
			'redirect 302 /cri/exec/k3Jw9aB_'
		]);
		const [sandboxes, containers, asked] = world.cri.calls.slice(-3);
		expect(sandboxes?.request).toMatchObject({ filter: { state: { state: 'SANDBOX_READY' } } });
		expect(containers?.request).toMatchObject({
			filter: { state: { state: 'CONTAINER_RUNNING' } }
		});
		expect(asked?.request).toEqual({
			container_id: 'container-nginx-nginx',
			cmd: ['date'],
			tty: false,
			stdin: false,
			stdout: true,
			stderr: true
		});
		expect(asked?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
	});

	it.each(['1.15-redirect', '1.15-proxy', '1.24-cri'] as const)(
		'speaks the CRI of era %s, from the first call on',
		async (era) => {
			world = await startWorld({ era: () => era });
			await world.ask({ path: exec, upgrade: true });
			expect(world.cri.calls.at(-1)?.method).toBe('Exec');
			expect(new Set(world.cri.calls.map(({ version }) => version))).toEqual(
				new Set([eras[era].cri])
			);
		}
	);

	it('gives a small page to a GET, as net/http does', async () => {
		world = await startWorld();
		const answer = await world.ask({ method: 'GET', path: exec });
		expect(answer.status).toBe(302);
		expect(answer.head).toContain('Content-Type: text/html; charset=utf-8');
		expect(answer.body).toBe('<a href="/cri/exec/k3Jw9aB_">Found</a>.\n\n');
	});

	it('is not announced again when its sender did so', async () => {
		world = await startWorld();
		const out = await world.trace.boot.step('kubelet-exec', { n: 'from the API server' });
		await world.ask({
			path: exec,
			upgrade: true,
			headers: { traceparent: world.trace.boot.traceparent(out) }
		});
		expect(saidOfRun()[0]).toBe('kubelet-exec from the API server');
		expect(saidOfRun().filter((said) => said.startsWith('kubelet-exec'))).toHaveLength(1);
	});

	it('drops stderr when a terminal is asked for', async () => {
		world = await startWorld();
		await world.ask({
			path: '/exec/default/nginx/nginx?command=sh&input=1&output=1&error=1&tty=1',
			upgrade: true
		});
		expect(world.cri.calls.at(-1)?.request).toMatchObject({
			stdin: true,
			stdout: true,
			stderr: false,
			tty: true
		});
	});

	it('passes a command with blanks, plus signs and percent signs unchanged', async () => {
		world = await startWorld();
		await world.ask({
			path: '/exec/default/nginx/nginx?command=sh&command=-c&command=echo+1%2B1+%25&output=1',
			upgrade: true
		});
		expect(world.cri.calls.at(-1)?.request).toMatchObject({ cmd: ['sh', '-c', 'echo 1+1 %'] });
	});

	it('finds the container by name, whatever uid the path says', async () => {
		world = await startWorld();
		const path = '/exec/default/nginx/another-uid/nginx?command=date&output=1';
		expect((await world.ask({ path, upgrade: true })).status).toBe(302);
	});

	it('closes its connection to the runtime', async () => {
		world = await startWorld();
		await world.ask({ path: exec, upgrade: true });
		await expect.poll(() => world.cri.sessions()).toBe(0);
	});
});

describe('a refused exec request', () => {
	const refusals: [why: string, path: string, status: number, body: string][] = [
		[
			'no stream is asked for',
			'/exec/default/nginx/nginx?command=date',
			400,
			'you must specify at least 1 of stdin, stdout, stderr'
		],
		[
			'the pod is not known here',
			'/exec/default/other/nginx?command=date&output=1',
			404,
			'pod does not exist'
		],
		[
			'no such container runs',
			'/exec/default/nginx/sidecar?command=date&output=1',
			500,
			'container not found ("sidecar")'
		]
	];
	for (const [why, path, status, body] of refusals) {
		it(`says so when ${why}`, async () => {
			world = await startWorld();
			const answer = await world.ask({ path, upgrade: true });
			expect([answer.status, answer.body]).toEqual([status, body]);
			expect(answer.head).toContain('Content-Type: text/plain; charset=utf-8');
			expect(saidOfRun().at(-1)).toBe(`kubelet-exec:reply ${status} ${body}`);
		});
	}

	const errors: [grpc.status, string, number, string][] = [
		[
			grpc.status.NOT_FOUND,
			'streaming method exec disabled',
			404,
			'rpc error: code = NotFound desc = streaming method exec disabled'
		],
		[
			grpc.status.RESOURCE_EXHAUSTED,
			'maximum number of in-flight requests exceeded',
			429,
			'rpc error: code = ResourceExhausted desc = maximum number of in-flight requests exceeded'
		],
		[
			grpc.status.UNKNOWN,
			'container not running (abc)',
			500,
			'rpc error: code = Unknown desc = container not running (abc)'
		]
	];
	for (const [code, details, status, body] of errors) {
		it(`gives on what the runtime said: ${details}`, async () => {
			world = await startWorld({
				answers: {
					Exec: () => {
						throw rpc(code, details);
					}
				}
			});
			const answer = await world.ask({ path: exec, upgrade: true });
			expect([answer.status, answer.body]).toEqual([status, body]);
			expect(answer.head.includes('Retry-After: 60')).toBe(status === 429);
		});
	}

	it('says that the runtime gave no URL', async () => {
		world = await startWorld({ answers: { Exec: () => ({ url: '' }) } });
		const answer = await world.ask({ path: exec, upgrade: true });
		expect([answer.status, answer.body]).toEqual([500, 'URL is not set']);
	});

	it('does not let a URL break the head', async () => {
		world = await startWorld({ answers: { Exec: () => ({ url: '/a\r\nSet-Cookie: b' }) } });
		const answer = await world.ask({ path: exec, upgrade: true });
		expect(answer.status).toBe(500);
		expect(answer.body).toContain('invalid control character in URL');
	});

	it('words a runtime that is down as the Go client does', async () => {
		world = await startWorld();
		await world.cri.close();
		const answer = await world.ask({ path: exec, upgrade: true });
		expect(answer.status).toBe(500);
		const { path } = world.cri.address as { path: string };
		expect(answer.body).toBe(
			`rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix ${path}: connect: no such file or directory"`
		);
	});

	it('gives up when the runtime has not answered within the limit', async () => {
		const clock = new HandClock();
		world = await startWorld({ clock });
		world.answers['Exec'] = () => {
			queueMicrotask(() => clock.pass(120_000));
			return silence;
		};
		const answer = await world.ask({ path: exec, upgrade: true });
		expect([answer.status, answer.body]).toEqual([
			500,
			'rpc error: code = DeadlineExceeded desc = context deadline exceeded'
		]);
		await expect.poll(() => world.cri.sessions()).toBe(0);
		expect(clock.waiting).toBe(0);
	});
});

describe('a step that is held', () => {
	/** Puts `how` in the way of the step `cri-exec`. */
	function holdExec(how: () => Promise<never>) {
		const { boot } = world.trace;
		const { step } = boot;
		boot.step = (id, message) => (id === 'cri-exec' ? how() : step(id, message));
	}

	it('does not stop the limit of the call', async () => {
		const clock = new HandClock();
		world = await startWorld({ clock });
		holdExec(() => {
			queueMicrotask(() => clock.pass(120_000));
			return new Promise(() => {});
		});
		const answer = await world.ask({ path: exec, upgrade: true });
		expect(answer.body).toBe('rpc error: code = DeadlineExceeded desc = context deadline exceeded');
		expect(world.cri.calls.at(-1)?.method).toBe('ListContainers');
	});

	it('and dropped looks to the API server as if the kubelet had gone', async () => {
		world = await startWorld();
		holdExec(() => Promise.reject(new Dropped('cri-exec')));
		expect(await world.ask({ path: exec, upgrade: true })).toMatchObject({ head: '' });
		await expect.poll(() => world.cri.sessions()).toBe(0);
		expect((await world.ask({ method: 'GET', path: '/healthz' })).status).toBe(200);
	});
});

describe('pods of the world', () => {
	it('are told apart by namespace', async () => {
		const elsewhere = pod('nginx', ['nginx'], {
			metadata: { name: 'nginx', namespace: 'seed-2', uid: 'uid-2' }
		});
		world = await startWorld({ pods: [elsewhere] });
		const answer = await world.ask({ path: exec, upgrade: true });
		expect(answer.body).toBe('pod does not exist');
	});
});

/** A clock that stands still until it is told to go on. */
class HandClock implements Clock {
	#now = 0;
	#timers = new Set<{ at: number; run: () => void }>();
	now = () => this.#now;
	after = (ms: number, run: () => void) => {
		const timer = { at: this.#now + ms, run };
		this.#timers.add(timer);
		return () => void this.#timers.delete(timer);
	};
	get waiting() {
		return this.#timers.size;
	}
	pass(ms: number) {
		this.#now += ms;
		for (const timer of [...this.#timers]) {
			if (timer.at > this.#now) continue;
			this.#timers.delete(timer);
			timer.run();
		}
	}
}
