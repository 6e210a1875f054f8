import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
beforeAll(async () => void (engine = await testEngine()));
afterAll(() => engine.close());

interface Inspection {
	LogPath: string;
	State: { Status: string; ExitCode: number };
	HostConfig: { LogConfig: unknown };
}
const inspect = async (id: string) =>
	(await engine.api('GET', `/containers/${id}/json`)).body as unknown as Inspection;

async function ended(id: string): Promise<Inspection> {
	await expect.poll(async () => (await inspect(id)).State.Status, { interval: 10 }).toBe('exited');
	return inspect(id);
}

/** What its log says of one stream. */
function logOf({ LogPath }: Inspection, stream = 'stdout'): string {
	const lines = readFileSync(LogPath, 'utf8').split('\n').filter(Boolean);
	return lines
		.map((line) => JSON.parse(line) as { log: string; stream: string })
		.filter((line) => line.stream === stream)
		.map(({ log }) => log)
		.join('');
}

let made = 0;
const shell = (script: string, body: object = {}) =>
	engine.run(`c${++made}`, { Image: 'busybox', Cmd: ['sh', '-c', script], ...body });

describe('the log of a container', () => {
	it('has what it printed, by stream, and its end without a newline', async () => {
		const id = await shell('echo out; echo err >&2; echo again >/dev/stdout; printf end; exit 3');
		const now = await ended(id);
		expect(now.State.ExitCode).toBe(3);
		expect(logOf(now)).toBe('out\nagain\nend');
		expect(logOf(now, 'stderr')).toBe('err\n');
		expect(now.HostConfig.LogConfig).toEqual({
			Type: 'json-file',
			Config: { 'max-file': '2', 'max-size': '10m' }
		});
	});
	it('goes on after a restart, and goes with the container', async () => {
		const id = await shell('echo hello');
		await ended(id);
		await engine.api('POST', `/containers/${id}/start`);
		await expect.poll(async () => logOf(await inspect(id))).toBe('hello\nhello\n');
		const { LogPath } = await ended(id);
		await engine.api('DELETE', `/containers/${id}`);
		expect(existsSync(LogPath)).toBe(false);
	});
	it('holds nothing of the boot', async () => {
		const id = await shell('true');
		expect(readFileSync((await ended(id)).LogPath, 'utf8')).toBe('');
	});
	it('is not kept where that is asked', async () => {
		const id = await shell('echo out', { HostConfig: { LogConfig: { Type: 'none' } } });
		expect((await ended(id)).LogPath).toBe('');
		const refused = engine.create('syslog', {
			...{ Image: 'busybox', HostConfig: { LogConfig: { Type: 'syslog' } } }
		});
		await expect(refused).rejects.toThrow("logger: no log driver named 'syslog' is registered");
	});
	it('is whole when the container ends at once, thirty times', { timeout: 30_000 }, async () => {
		const script = 'seq 1 150000 | tr "\\n" " "'; // a megabyte, in one line
		const want = Array.from({ length: 150_000 }, (_, n) => `${n + 1} `).join('');
		for (let n = 0; n < 10; n++)
			await Promise.all(
				[1, 2, 3].map(async () => {
					const id = await shell(script);
					expect(logOf(await ended(id)) === want).toBe(true);
					await engine.api('DELETE', `/containers/${id}`);
				})
			);
	});
	it('of a killed container tells the kill', async () => {
		const id = await shell('echo before; kill -9 $$; sleep 1000');
		await expect.poll(async () => logOf(await inspect(id))).toBe('before\n'); // PID 1 hears no signal of its own
		await engine.api('POST', `/containers/${id}/kill`);
		expect((await ended(id)).State.ExitCode).toBe(137);
	});
});

describe('the streams of PID 1', () => {
	it('are 0, 1 and 2, no more, and its stdin is at its end', async () => {
		const id = await shell('ls /proc/self/fd | tr "\\n" " "; cat; echo over');
		expect(logOf(await ended(id))).toBe('0 1 2 3 over\n'); // 3 is the folder that ls reads
	});
	it('are pipes that can be opened by name', async () => {
		const id = await shell('readlink /proc/self/fd/1 /proc/self/fd/2; echo x >/dev/stderr');
		const now = await ended(id);
		expect(logOf(now)).toMatch(/^pipe:\[\d+\]\npipe:\[\d+\]\n$/);
		expect(logOf(now, 'stderr')).toBe('x\n');
	});
	it('can be a terminal, in a session of its own', async () => {
		const script =
			'test -t 0 && test -t 1 && test -t 2 && echo tty; echo $TERM; read -r _ _ _ _ pgrp sid nr _ </proc/self/stat; echo $pgrp $sid $nr; echo x >/dev/tty';
		const id = await shell(script, { Tty: true });
		const said = logOf(await ended(id));
		expect(said).toMatch(/^tty\r\nxterm\r\n1 1 [1-9]\d*\r\nx\r\n$/);
	});
	it('wait for input that may come', async () => {
		const id = await shell('cat; echo over', { OpenStdin: true });
		const { stdout } = await engine.exec(id, ['readlink', '/proc/1/fd/0']);
		expect(stdout).toMatch(/^pipe:/);
		expect((await inspect(id)).State.Status).toBe('running');
		await engine.api('DELETE', `/containers/${id}?force=1`);
	});
});
