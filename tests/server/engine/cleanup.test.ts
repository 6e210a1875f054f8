import { spawn, type ChildProcess } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as processNote } from '../../../src/lib/server/engine/pid-file.ts';
import { probeEngine, reasonOf } from '../../../src/lib/server/engine/probe-engine.ts';
import { sweepEngine } from '../../../src/lib/server/engine/sweep-engine.ts';
import { allOf, dockerClient, testEngine } from './docker-client.ts';

let scratch: string;
beforeAll(async () => {
	scratch = mkdtempSync(join(os.tmpdir(), 'execscope-cleanup-'));
	symlinkSync(join(process.cwd(), 'node_modules'), join(scratch, 'node_modules')); // for the native pty
	const entry = join(import.meta.dirname, 'engine-process.ts');
	const output = { entryFileNames: 'engine.mjs' };
	await build({
		configFile: false,
		logLevel: 'error',
		build: { ssr: entry, outDir: scratch, emptyOutDir: false, rollupOptions: { output } }
	});
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** An engine in a process of its own, to be killed. */
async function engineProcess(): Promise<{ child: ChildProcess; dir: string; socket: string }> {
	const dir = mkdtempSync(join(scratch, 'run-'));
	const child = spawn(process.execPath, [join(scratch, 'engine.mjs'), dir], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	await new Promise((resolve) => child.stdout.once('data', resolve));
	return { child, dir, socket: join(dir, 'd.sock') };
}

const gone = (pid: number) => processNote(pid) === undefined;

/** Every process on the machine whose command line says that it belongs to `name`. */
function processesNaming(name: string): number[] {
	return readdirSync('/proc')
		.filter((each) => /^\d+$/.test(each))
		.map(Number)
		.filter((pid) => {
			try {
				return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
			} catch {
				return false;
			}
		});
}

describe('an engine that is killed', () => {
	it('leaves no container and no exec', async () => {
		const { child, dir, socket } = await engineProcess();
		const client = dockerClient(socket);
		const mark = `mark-${process.pid}-${Date.now()}`;
		const Cmd = ['perl', '-e', 'sleep 1000', mark];
		const pause = await client.run('pause', { Image: 'pause', Cmd });
		const HostConfig = { NetworkMode: `container:${pause}` };
		await client.run('joined', { Image: 'busybox', Cmd, HostConfig });
		const script = `setsid perl -e 'sleep 1000' ${mark} & wait`;
		const body = { Cmd: ['sh', '-c', script], AttachStdout: true };
		const stream = await client.start(await client.createExec('joined', body));
		stream.on('error', () => {});
		const { State } = (await client.api('GET', '/containers/joined/json')).body as {
			State: { Pid: number };
		};
		await expect.poll(() => processesNaming(mark).length).toBe(7);
		// Of two containers monitor and PID 1, of the exec nsenter, the shell and what that left behind.
		child.kill('SIGKILL');
		await expect.poll(() => processesNaming(mark), { timeout: 3000 }).toEqual([]);
		// Its orphan is reaped by the system's first process, a moment after it has ended.
		await expect.poll(() => gone(State.Pid)).toBe(true);
		expect(sweepEngine(dir)).toBe(0);
		expect(readdirSync(dir).filter((name) => name.endsWith('.pid'))).toEqual([]);
	});
	it('in the middle of starting leaves no container either', async () => {
		const { child, socket } = await engineProcess();
		const client = dockerClient(socket);
		const mark = `early-${process.pid}-${Date.now()}`;
		const ids = await Promise.all(
			[1, 2, 3, 4].map((n) =>
				client.create(`c${n}`, { Image: 'busybox', Cmd: ['perl', '-e', 'sleep 1000', mark] })
			)
		);
		for (const id of ids) client.api('POST', `/containers/${id}/start`).catch(() => {});
		await expect.poll(() => processesNaming(mark).length, { interval: 1 }).toBeGreaterThan(0);
		child.kill('SIGKILL');
		await expect.poll(() => processesNaming(mark), { timeout: 3000 }).toEqual([]);
	});
});

describe('an engine that closes', () => {
	it('ends containers and streams, and leaves its folder empty', async () => {
		const engine = await testEngine();
		const id = await engine.run('one', { Image: 'busybox' });
		const execId = await engine.createExec(id, { Cmd: ['sleep', '1000'], AttachStdout: true });
		const stream = await engine.start(execId);
		const ended = allOf(stream).catch(() => {});
		const pid = async (url: string) => (await engine.api('GET', url)).body;
		const { State } = (await pid('/containers/one/json')) as { State: { Pid: number } };
		await engine.close();
		await ended;
		expect(gone(State.Pid)).toBe(true);
		expect(existsSync(engine.dir)).toBe(false);
	});
});

describe('the sweep', () => {
	it('ends the process of a note, also in the folder of a node', () => {
		const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
		const dir = mkdtempSync(join(scratch, 'sweep-'));
		const folder = mkdtempSync(join(dir, 'node-'));
		const note = join(folder, 'container-0123456789ab.pid');
		writeFileSync(note, JSON.stringify(processNote(child.pid!)));
		expect(sweepEngine(dir)).toBe(1);
		expect(existsSync(note)).toBe(false);
		return new Promise<void>((resolve) => child.once('exit', () => resolve()));
	});
	it('leaves alone whoever has that pid by now', () => {
		const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
		const dir = mkdtempSync(join(scratch, 'sweep-'));
		const note = processNote(child.pid!)!;
		writeFileSync(
			join(dir, 'container-0123456789ab.pid'),
			JSON.stringify({ ...note, starttime: '1' })
		);
		writeFileSync(join(dir, 'container-0123456789ac.pid'), '{"pid":');
		writeFileSync(join(dir, 'other.pid'), JSON.stringify(note));
		expect(sweepEngine(dir)).toBe(0);
		expect(readdirSync(dir)).toEqual(['other.pid']);
		expect(gone(child.pid!)).toBe(false);
		child.kill('SIGKILL');
	});
	it('minds no folder that is not there', () => expect(sweepEngine(join(scratch, 'no'))).toBe(0));
});

describe('the probe', () => {
	it('finds that this machine can', async () => expect(await probeEngine()).toEqual({ ok: true }));
	it.each([
		['unshare: unshare failed: No space left on device', /sysctl -w user.max_user_namespaces/],
		['unshare: write failed /proc/self/uid_map: Operation not permitted', /AppArmor/],
		['unshare: unshare failed: Operation not permitted', /seccomp=unconfined/],
		['mount: /mnt/proc: permission denied.', /systempaths=unconfined/],
		["nsenter: unrecognized option '--user'", /util-linux/]
	])('says what can be done about %j', (said, remedy) => {
		expect(reasonOf(new Error(said))).toMatch(remedy);
		expect(reasonOf(new Error(said))).toContain(said);
	});
});
