import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../src/lib/server/limits.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { openExec, testShim, text, upgrade, type TestShim } from './shim.ts';

const protocolOf = (version: number) =>
	version === 1 ? ['channel.k8s.io'] : [`v${version}.channel.k8s.io`];

async function execUrl(shim: TestShim, request: object): Promise<string> {
	const { url } = await shim.call<{ url: string }>('Exec', { container_id: 'c1', ...request });
	return url;
}

async function runExec(shim: TestShim, cmd: string[], version = 4) {
	const url = await execUrl(shim, { cmd, stdout: true, stderr: true });
	const types = ['error', 'stdout', 'stderr'];
	const client = await openExec(shim.streaming, url, types, protocolOf(version));
	const { error, stdout, stderr } = client.streams;
	const outputs = await Promise.all([text(stdout), text(stderr), text(error)]);
	await client.connection.closed;
	client.connection.close();
	return { stdout: outputs[0], stderr: outputs[1], error: outputs[2], client };
}

const until = async (condition: () => boolean) => {
	while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('exec through the streaming server', () => {
	it('answers 101 with these bytes and no others', async () => {
		const shim = await testShim();
		const url = await execUrl(shim, { cmd: ['date'], stdout: true });
		const { head } = await upgrade(shim.streaming, url);
		expect(Buffer.from(head).toString('hex')).toBe(
			Buffer.from(
				'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n'
			).toString('hex')
		);
	});

	it('says every step of `date`, in order', async () => {
		const shim = await testShim();
		const { stdout, error } = await runExec(shim, ['date']);
		expect(stdout).toBe('Sat Jan 25 18:47:52 UTC 2020\n');
		expect(error).toBe('{"metadata":{},"status":"Success"}');
		expect(shim.steps()).toEqual([
			...['cri-exec', 'check-container', 'cache-insert', 'token-url'],
			...['cri-handler', 'token-consume', 'serve-exec', 'switching-protocols'],
			...['stream-open', 'stream-open:reply', 'stream-open', 'stream-open:reply'],
			...['stream-open', 'stream-open:reply', 'check-container'],
			...['docker-create-exec', 'docker-start-exec', 'docker-inspect-exec'],
			...['exit-status', 'exit', 'close']
		]);
		expect(shim.docker.asked.slice(1)).toEqual([
			'GET /v1.40/containers/c1/json',
			'GET /v1.40/containers/c1/json',
			'POST /v1.40/containers/c1/exec',
			expect.stringMatching(/^POST \/v1\.40\/exec\/e+1\/start$/),
			expect.stringMatching(/^GET \/v1\.40\/exec\/e+1\/json$/)
		]);
		expect(shim.docker.traceparents.every(Boolean)).toBe(true);
	});

	it('tells exit codes', async () => {
		const shim = await testShim();
		expect((await runExec(shim, ['exit', '3'])).error).toBe(
			'{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: Error executing in Docker Container: 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}'
		);
		const missing = await runExec(shim, ['nosuch']);
		expect(missing.stdout).toMatch(/^OCI runtime exec failed: .*\r\n$/);
		expect(missing.error).toContain('"causes":[{"reason":"ExitCode","message":"126"}]');
	});

	it('ends v1 to v3 with a text for a failure, and nothing for a success', async () => {
		const shim = await testShim();
		for (const version of [1, 2, 3]) {
			expect((await runExec(shim, ['date'], version)).error).toBe('');
			expect((await runExec(shim, ['exit', '3'], version)).error).toBe(
				'command terminated with non-zero exit code: Error executing in Docker Container: 3'
			);
		}
	});

	it('keeps stdout and stderr apart', async () => {
		const shim = await testShim();
		shim.docker.commands['both'] = async ({ stdout, stderr }) => {
			stderr('err\n');
			stdout('out\n');
			return 0;
		};
		expect(await runExec(shim, ['both'])).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
	});

	it('carries 10 MB through cat unchanged, and half-closes', async () => {
		const shim = await testShim();
		const url = await execUrl(shim, { cmd: ['cat'], stdin: true, stdout: true });
		const { streams, connection } = await openExec(shim.streaming, url, [
			'error',
			'stdin',
			'stdout'
		]);
		const data = randomBytes(10 * 1024 * 1024);
		const sent = streams['stdin']!.write(data).then(() => streams['stdin']!.end());
		const hash = createHash('sha256');
		for await (const piece of streams['stdout']!) hash.update(piece.data);
		await sent;
		expect(await text(streams['error'])).toBe('{"metadata":{},"status":"Success"}');
		expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
		connection.close();
		expect(shim.steps()).toContain('stdin-close');
		expect(shim.trace.said.filter(({ id }) => id === 'io').length).toBeGreaterThan(300);
	}, 30_000);

	it('resizes a terminal once it has started, with whole sizes only', async () => {
		const shim = await testShim();
		const url = await execUrl(shim, { cmd: ['cat'], stdin: true, stdout: true, tty: true });
		const types = ['error', 'stdin', 'stdout', 'resize'];
		const { streams, connection } = await openExec(shim.streaming, url, types);
		await streams['resize']!.write(Buffer.from('{"Width":0,"Height":0}\n{"Width":12'));
		await streams['resize']!.write(Buffer.from('0,"Height":40}\n'));
		const exec = () => [...shim.docker.execs.values()][0];
		await until(() => exec()?.sizes.length === 1);
		expect(exec()!.sizes).toEqual(['120x40']);
		expect(shim.docker.bodies).toContainEqual({ Detach: false, Tty: true });
		await streams['stdin']!.write(Buffer.from('hi'));
		streams['stdin']!.end();
		expect(await text(streams['stdout'])).toBe('hi');
		connection.close();
		const steps = shim.steps();
		expect(steps.indexOf('resize')).toBeGreaterThan(steps.indexOf('docker-start-exec'));
		expect(shim.trace.said.find(({ id }) => id === 'resize')?.facts).toEqual({
			cols: 120,
			rows: 40
		});
	});

	it('asks again every two seconds, five times at most, while the exec still runs', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		shim.docker.lingering = 100;
		const inspects = () => shim.steps().filter((id) => id === 'docker-inspect-exec').length;
		const ended = runExec(shim, ['exit', '3']);
		for (let count = 1; count <= 5; count++) {
			await until(() => inspects() === count && shim.docker.connections <= 1);
			await until(() => shim.docker.lingering === 100 - count);
			// Until the answer has been read and the next wait has begun.
			for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
			clock.advance(defaultLimits.inspectEveryMs);
		}
		expect((await ended).error).toBe('{"metadata":{},"status":"Success"}');
		expect(inspects()).toBe(5);
	});

	it('puts what Docker refuses on the error stream', async () => {
		const shim = await testShim();
		shim.docker.answers.set('POST /containers/c1/exec', {
			status: 409,
			message: 'Container c1 is paused, unpause the container before exec'
		});
		const { error } = await runExec(shim, ['date']);
		const text =
			'error executing command in container: failed to exec in container - Exec setup failed - Error response from daemon: Container c1 is paused, unpause the container before exec';
		expect(JSON.parse(error)).toEqual({
			metadata: {},
			status: 'Failure',
			message: `Internal error occurred: ${text}`,
			reason: 'InternalError',
			details: { causes: [{ message: text }] },
			code: 500
		});
	});

	it('notices a container that stopped or went between Exec and stream', async () => {
		const shim = await testShim();
		const request = { cmd: ['date'], stdout: true };
		const url = await execUrl(shim, request);
		const again = await execUrl(shim, request);
		shim.docker.containers.get('c1')!.Status = 'Exited (0)';
		const first = await openExec(shim.streaming, url, ['error', 'stdout']);
		expect(await text(first.streams['error'])).toContain(
			'error executing command in container: container not running (c1)"'
		);
		shim.docker.containers.delete('c1');
		const second = await openExec(shim.streaming, again, ['error', 'stdout']);
		expect(await text(second.streams['error'])).toContain(
			'container: Error: No such container: c1"'
		);
	});

	it('ignores a stream of an unknown type, and counts only replies', async () => {
		const shim = await testShim();
		const url = await execUrl(shim, { cmd: ['date'], stdout: true });
		const { connection, streams } = await openExec(shim.streaming, url, ['error', 'nonsense']);
		expect(shim.steps()).not.toContain('docker-create-exec');
		const stdout = await connection.open({ streamtype: 'stdout' });
		expect(await text(stdout)).toContain('2020');
		expect(await text(streams['error'])).toContain('Success');
	});

	it('gives up after 30 s without all streams, and leaves the connection as it is', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		const url = await execUrl(shim, { cmd: ['date'], stdout: true });
		const { connection, socket } = await openExec(shim.streaming, url, ['error']);
		clock.advance(30_000);
		let replied = false;
		void connection.open({ streamtype: 'stdout' }).then(
			() => (replied = true),
			() => {}
		);
		await connection.ping();
		expect(replied).toBe(false);
		expect(socket.destroyed).toBe(false);
		expect(shim.steps()).not.toContain('docker-create-exec');
		expect(shim.steps()).toContain('ping:reply');
		connection.close();
	});

	it('tells when Docker goes away in the middle', async () => {
		const shim = await testShim();
		shim.docker.commands['sleep'] = () => new Promise(() => {});
		const url = await execUrl(shim, { cmd: ['sleep'], stdout: true });
		const { streams } = await openExec(shim.streaming, url, ['error', 'stdout']);
		const status = text(streams['error']);
		await until(() => shim.docker.asked.some((each) => each.endsWith('/start')));
		await shim.docker.close();
		expect(await status).toMatch(
			/error executing command in container: (Cannot connect to the Docker daemon at unix:.*|read: connection reset by peer|error during connect: EOF)"/
		);
	});

	it('leaves Docker alone when the client has gone, and the process running', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		let left = false;
		shim.docker.commands['sleep'] = ({ socket }) =>
			new Promise(() => socket.on('close', () => (left = true)).on('end', () => socket.end()));
		const url = await execUrl(shim, { cmd: ['sleep'], stdin: true, stdout: true });
		const { socket } = await openExec(shim.streaming, url, ['error', 'stdin', 'stdout']);
		await until(() => shim.docker.asked.some((each) => each.endsWith('/start')));
		socket.destroy();
		await until(() => shim.steps().includes('docker-inspect-exec'));
		await until(() => left);
		expect(shim.steps()).not.toContain('exit-status');
	});

	it('ends everything when it is stopped in the middle', async () => {
		const shim = await testShim();
		shim.docker.commands['sleep'] = () => new Promise(() => {});
		const url = await execUrl(shim, { cmd: ['sleep'], stdin: true, stdout: true });
		const { connection, streams } = await openExec(shim.streaming, url, [
			'error',
			'stdin',
			'stdout'
		]);
		await until(() => shim.docker.asked.some((each) => each.endsWith('/start')));
		await shim.close();
		expect(await text(streams['stdout'])).toBe('');
		await connection.closed;
		await until(() => shim.docker.connections === 0);
	});
});
