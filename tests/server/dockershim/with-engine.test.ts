import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	startDockershim,
	type Dockershim
} from '../../../src/lib/server/dockershim/docker-service.ts';
import { startEngine } from '../../../src/lib/server/engine/engine.ts';
import { defaultLimits, systemClock } from '../../../src/lib/server/limits.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { callCri, openExec, text } from './shim.ts';

const limits = defaultLimits;
const clock = systemClock;

describe('dockershim before the embedded engine', () => {
	const trace = quietTrace();
	const closing: (() => Promise<unknown>)[] = [];
	let dir: string;
	let shim: Dockershim;
	let pod_sandbox_id: string;
	let container_id: string;
	const call = <T>(method: string, request: object) => callCri<T>(shim.cri, method, request);

	beforeAll(async () => {
		dir = await mkdtemp(join(tmpdir(), 'shim-engine-'));
		closing.push(() => rm(dir, { recursive: true, force: true }));
		const docker = { kind: 'unix', path: join(dir, 'docker.sock') } as const;
		const node = 'node-1';
		const engine = await startEngine({ node, address: docker, dir, trace, limits, clock });
		closing.push(() => engine.close());
		shim = await startDockershim({
			...{ node, docker, trace, limits, clock, baseUrl: '/cri/', door: () => undefined },
			cri: { kind: 'unix', path: join(dir, 'cri.sock') },
			streaming: { kind: 'tcp', host: '127.0.0.1', port: 0 }
		});
		closing.push(() => shim.close());
		const metadata = { name: 'nginx', namespace: 'default', uid: 'u-1', attempt: 0 };
		const config = { metadata, hostname: 'nginx', log_directory: dir };
		({ pod_sandbox_id } = await call<{ pod_sandbox_id: string }>('RunPodSandbox', { config }));
		({ container_id } = await call<{ container_id: string }>('CreateContainer', {
			pod_sandbox_id,
			config: { metadata: { name: 'nginx' }, image: { image: 'nginx' }, log_path: '0.log' },
			sandbox_config: config
		}));
		await call('StartContainer', { container_id });
	}, 30_000);

	afterAll(async () => {
		for (const close of closing.reverse()) await close();
	}, 30_000);

	it('links the log of a container to where the kubelet looks, and only ever takes a link away', async () => {
		const log = join(dir, '1.log');
		const metadata = { name: 'web', namespace: 'default', uid: 'u-1', attempt: 0 };
		const create = async (log_path: string) => {
			const made = await call<{ container_id: string }>('CreateContainer', {
				pod_sandbox_id,
				config: { metadata: { name: basename(log_path) }, image: { image: 'nginx' }, log_path },
				sandbox_config: { metadata, log_directory: dir }
			});
			return made.container_id;
		};
		const container = await create('1.log');
		await call('StartContainer', { container_id: container });
		expect(await readlink(log)).toMatch(new RegExp(`/${container}-json.log$`));
		const { status } = await call<{ status: { log_path: string } }>('ContainerStatus', {
			container_id: container
		});
		expect(status.log_path).toBe(log);
		await call('RemoveContainer', { container_id: container });
		await expect(readlink(log)).rejects.toThrow('ENOENT');

		const mine = join(dir, 'mine');
		await writeFile(mine, 'mine');
		const other = await create('mine');
		await expect(call('StartContainer', { container_id: other })).rejects.toThrow(
			'failed to create symbolic link'
		);
		await call('RemoveContainer', { container_id: other });
		expect(await readFile(mine, 'utf8')).toBe('mine');
	});

	async function open(cmd: string[], options: object, types: string[]) {
		const request = { container_id, cmd, ...options };
		const { url } = await call<{ url: string }>('Exec', request);
		return openExec(shim.streaming, url, types);
	}

	async function run(...cmd: string[]) {
		const { streams, connection } = await open(cmd, { stdout: true, stderr: true }, [
			'error',
			'stdout',
			'stderr'
		]);
		const [out, err, status] = await Promise.all(
			['stdout', 'stderr', 'error'].map((name) => text(streams[name]))
		);
		connection.close();
		return { out, err, status };
	}

	it('lists what it started', async () => {
		expect(await call('ListPodSandbox', {})).toMatchObject({
			items: [{ id: pod_sandbox_id, state: 'SANDBOX_READY' }]
		});
		const filter = { state: { state: 'CONTAINER_RUNNING' } };
		expect(await call('ListContainers', { filter })).toMatchObject({
			containers: [{ id: container_id, pod_sandbox_id, state: 'CONTAINER_RUNNING' }]
		});
		expect(await call('ContainerStatus', { container_id })).toMatchObject({
			status: { state: 'CONTAINER_RUNNING', metadata: { name: 'nginx' } }
		});
	});

	it('tells output and exit codes 0, 3, 126 and 137', async () => {
		expect(await run('sh', '-c', 'echo out; echo err >&2')).toEqual({
			out: 'out\n',
			err: 'err\n',
			status: '{"metadata":{},"status":"Success"}'
		});
		expect((await run('sh', '-c', 'exit 3')).status).toContain('"message":"3"}');
		expect((await run('sh', '-c', 'kill -9 $$')).status).toContain('"message":"137"}');
		const missing = await run('nosuch');
		expect(missing.out).toMatch(/^OCI runtime exec failed: .*: unknown\r\n$/);
		expect(missing.status).toContain('"message":"126"}');
	}, 20_000);

	it('carries 10 MB through cat unchanged', async () => {
		const types = ['error', 'stdin', 'stdout', 'stderr'];
		const asked = { stdin: true, stdout: true, stderr: true };
		const { streams, connection } = await open(['cat'], asked, types);
		const data = randomBytes(10 * 1024 * 1024);
		const sent = streams['stdin']!.write(data).then(() => streams['stdin']!.end());
		const hash = createHash('sha256');
		for await (const piece of streams['stdout']!) hash.update(piece.data);
		await sent;
		expect(await text(streams['error'])).toBe('{"metadata":{},"status":"Success"}');
		expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
		connection.close();
	}, 30_000);

	it('gives a terminal its size', async () => {
		const types = ['error', 'stdin', 'stdout', 'resize'];
		const asked = { stdin: true, stdout: true, tty: true };
		const { streams, connection } = await open(['sh'], asked, types);
		await streams['resize']!.write(Buffer.from('{"Width":101,"Height":37}\n'));
		// The size is on its way by another connection: ask until it has arrived.
		const script = 'until [ "$(stty size)" = "37 101" ]; do sleep 0.05; done; stty size; exit 5\n';
		await streams['stdin']!.write(Buffer.from(script));
		expect(await text(streams['stdout'])).toMatch(/37 101\r\n/);
		expect(await text(streams['error'])).toContain('"message":"5"}');
		connection.close();
	}, 20_000);

	it('runs ten execs at once', async () => {
		const codes = Array.from({ length: 10 }, (_, i) => i);
		const ended = await Promise.all(
			codes.map((code) => run('sh', '-c', `echo ${code}; exit ${code}`))
		);
		expect(ended.map(({ out }) => out)).toEqual(codes.map((code) => `${code}\n`));
	}, 30_000);

	it('tells when the container is removed in mid-exec', async () => {
		const types = ['error', 'stdout'];
		const { streams, connection } = await open(['sleep', '1000'], { stdout: true }, types);
		const status = text(streams['error']);
		while (
			!trace.said.some(
				({ id, facts }) => id === 'process-start' && String(facts?.['argv']).includes('1000')
			)
		)
			await new Promise((resolve) => setImmediate(resolve));
		await call('RemoveContainer', { container_id });
		expect(await status).toMatch(/No such exec instance|"message":"137"/);
		connection.close();
		await call('RemovePodSandbox', { pod_sandbox_id });
		expect(await call('ListPodSandbox', {})).toMatchObject({ items: [] });
	}, 20_000);
});
