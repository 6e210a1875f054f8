import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Dropped } from '../../../src/lib/trace/trace.ts';
import { allOf, terminal, testEngine, type TestEngine } from './docker-client.ts';

let engine: TestEngine;
let pause: string;
beforeAll(async () => {
	engine = await testEngine();
	pause = await engine.run('k8s_POD_nginx', { Image: 'k8s.gcr.io/pause:3.1', Hostname: 'nginx' });
	await engine.run('nginx', {
		Image: 'nginx:1.17',
		Env: ['GREETING=hello'],
		HostConfig: { NetworkMode: `container:${pause}`, IpcMode: `container:${pause}` }
	});
	await engine.run('operator', { Image: 'quay.io/coreos/prometheus-operator:v0.38.1' });
});
afterAll(() => engine.close());

const dockerCommand = ['/usr/local/bin/docker', '/usr/bin/docker'].find(existsSync);
const sh = (script: string, options = {}) => engine.exec('nginx', ['sh', '-c', script], options);

describe('a command without a terminal', () => {
	it.each([0, 3, 127])('ends with its own code: %d', async (code) => {
		expect((await sh(`exit ${code}`)).code).toBe(code);
	});
	it('ends with 127 where a shell finds no program, 126 where the engine finds none', async () => {
		const inShell = await sh('nosuch');
		expect([inShell.code, inShell.stderr]).toEqual([
			127,
			expect.stringMatching(/nosuch.*not found/)
		]);
		expect((await engine.exec('nginx', ['/nosuch'])).code).toBe(126);
	});
	it('killed ends with 137', async () => expect((await sh('kill -9 $$')).code).toBe(137));
	it('the articles run: date and ls', async () => {
		expect((await engine.exec('nginx', ['date'])).stdout).toMatch(/^\w{3} \w{3} .* UTC \d{4}\n$/);
		expect((await engine.exec('nginx', ['ls'])).stdout).toMatch(/^bin\ndev\netc\nhome\nlib\n/);
	});
	it('the articles run: ping ends with its own error', async () => {
		const { stdout, stderr, code } = await engine.exec('operator', ['ping', 'baidu.com']);
		expect([stdout, code]).toEqual(['', expect.any(Number)]);
		expect(code).not.toBe(126);
		expect(stderr).toMatch(/^ping: .*baidu\.com/);
	});
	it('has exactly the environment of the image, the container and the exec', async () => {
		const { stdout } = await engine.exec('nginx', ['env'], { body: { Env: ['MORE=1'] } });
		expect(stdout.trim().split('\n').sort()).toEqual([
			'GREETING=hello',
			'HOME=/root',
			'HOSTNAME=nginx',
			'LANG=C.UTF-8',
			'MORE=1',
			'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
		]);
	});
	it('starts where it is told, links followed inside the container', async () => {
		const pwd = async (dir: string) =>
			(await engine.exec('nginx', ['pwd'], { body: { WorkingDir: dir } })).stdout;
		expect(await pwd('/tmp')).toBe('/tmp\n');
		expect(await pwd('')).toBe('/\n');
		await sh('ln -sfn /../../root /tmp/link');
		expect(await pwd('/tmp/link')).toBe('/root\n');
	});
	it.each([
		['/etc/passwd', 'not a directory'],
		['/nope', 'no such file or directory']
	])('does not start in %s', async (dir, why) => {
		const { stdout, code } = await engine.exec('nginx', ['ls'], { body: { WorkingDir: dir } });
		expect(stdout).toContain(`chdir to cwd ("${dir}") set in config.json failed: ${why}: unknown`);
		expect(code).toBe(126);
	});
	it.each([
		['/etc/passwd', 'exec: "/etc/passwd": permission denied'],
		['/nosuch', 'exec: "/nosuch": stat /nosuch: no such file or directory'],
		['FOO=1', 'exec: "FOO=1": executable file not found in $PATH']
	])('does not start %s', async (command, why) => {
		expect((await engine.exec('nginx', [command, 'ls'])).stdout).toContain(`${why}: unknown\r\n`);
	});
	it('finds a program by a relative path and by a link, and one with = in its name', async () => {
		await sh(
			'printf "#!/bin/sh\\necho \\$0 ran\\n" >/tmp/a=b; chmod +x /tmp/a=b; ln -sf a=b /tmp/l'
		);
		const inTmp = { body: { WorkingDir: '/tmp' } };
		expect((await engine.exec('nginx', ['./a=b'], inTmp)).stdout).toBe('./a=b ran\n');
		expect((await engine.exec('nginx', ['/tmp/l'])).stdout).toBe('/tmp/l ran\n');
	});
	it('can open its streams by name', async () => {
		const { stdout, stderr } = await sh('cat /dev/stdin >/dev/stdout; echo e >/dev/stderr', {
			input: 'in'
		});
		expect([stdout, stderr]).toEqual(['in', 'e\n']);
		const { stdout: names } = await sh('readlink /proc/self/fd/1');
		expect(names).toMatch(/^pipe:\[\d+\]\n$/);
	});
	it('loses nothing of 10 MB through cat', async () => {
		const input = randomBytes(10 * 1024 * 1024);
		const { output } = await engine.exec('nginx', ['cat'], { input });
		const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
		expect(hash(output)).toBe(hash(input));
	});
	it('waits for a client that does not read', async () => {
		const id = await engine.createExec('nginx', { Cmd: ['yes'], AttachStdout: true });
		const socket = await engine.start(id);
		socket.pause();
		await expect.poll(() => socket.bytesRead).toBeGreaterThan(0);
		let before = -1;
		const ios = () => engine.trace.said.filter(({ id }) => id === 'io').length;
		await expect
			.poll(() => [before, (before = ios())].reduce((a, b) => b - a), { interval: 100 })
			.toBe(0);
		socket.destroy();
		await sh('kill $(pidof yes)');
	});
	it('goes on when its client goes', async () => {
		const id = await engine.createExec('nginx', {
			Cmd: ['sh', '-c', 'read line; sleep 0.1; echo "$line" >/tmp/after'],
			...{ AttachStdin: true, AttachStdout: true }
		});
		const socket = await engine.start(id);
		socket.write('still here\n', () => socket.destroy());
		await expect.poll(async () => (await sh('cat /tmp/after')).stdout).toBe('still here\n');
	});
	it('runs only once its start was announced, and is not running before its connection ends', async () => {
		engine.trace.said.length = 0;
		await sh('echo hi');
		expect(engine.trace.said.map(({ id }) => id)).toEqual([
			...['docker-create-exec', 'docker-create-exec:reply', 'docker-start-exec', 'hijack'],
			...['process-start', 'io', 'process-exit'],
			...['docker-inspect-exec', 'docker-inspect-exec:reply']
		]);
		const [start, exit] = ['process-start', 'process-exit'].map(
			(step) => engine.trace.said.find(({ id }) => id === step)!.facts!
		);
		expect(start).toMatchObject({ pid: exit!.pid, argv: ['sh', '-c', 'echo hi'] });
		expect(exit).toMatchObject({ exitCode: 0 });
	});
	it.each(['process-start', 'io'])('that is dropped at %s breaks off', async (where) => {
		const { boot } = engine.trace;
		const step = vi.spyOn(boot, 'step').mockImplementation((id) => {
			if (id === where) return Promise.reject(new Dropped(id));
			return Promise.resolve({ n: '' }); // nothing here looks at what is said
		});
		const id = await engine.createExec('nginx', { Cmd: ['echo', 'hi'], AttachStdout: true });
		const socket = await engine.start(id);
		const bytes = await allOf(socket);
		step.mockRestore();
		expect(bytes.toString()).toBe('');
		const inspect = async () => (await engine.api('GET', `/exec/${id}/json`)).body.Running;
		await expect.poll(inspect).toBe(false);
	});
	it.each(['step', 'reply'] as const)('breaks off when a %s of it is dropped', async (what) => {
		const id = await engine.createExec('nginx', { Cmd: ['echo', 'hi'], AttachStdout: true });
		const dropped = vi
			.spyOn(engine.trace.boot, what)
			.mockImplementation((at: unknown) => Promise.reject(new Dropped(String(at))));
		const asked = engine.api('GET', `/exec/${id}/json`);
		await expect(asked).rejects.toThrow(/socket hang up|ECONNRESET/);
		dropped.mockRestore();
	});
	it('is not announced again for a sender that announced it', async () => {
		const { trace } = engine;
		const asked = await trace.boot.step('docker-request', { n: 'GET /info' });
		trace.said.length = 0;
		await engine.api('GET', '/info', undefined, { traceparent: trace.boot.traceparent(asked) });
		expect(trace.said.map(({ id }) => id)).toEqual(['docker-request:reply']);
	});
});

describe('a terminal', () => {
	const interactive = async (cmd: string[], size?: [cols: number, rows: number]) => {
		const id = await engine.createExec('nginx', {
			...{ Cmd: cmd, Tty: true },
			...{ AttachStdin: true, AttachStdout: true, AttachStderr: true }
		});
		const socket = await engine.start(id, true);
		if (size) await engine.api('POST', `/v1.41/exec/${id}/resize?w=${size[0]}&h=${size[1]}`);
		return { id, socket, screen: terminal(socket) };
	};

	it('greets as the article shows, with its size, Ctrl-C, UTF-8 and Ctrl-D', async () => {
		const { id, socket, screen } = await interactive(['/bin/bash'], [111, 33]);
		await screen.until(/root@nginx:\/# $/);
		const type = (text: string, until: RegExp) => {
			socket.write(text);
			return screen.until(until);
		};
		await type('stty size; echo $TERM\n', /33 111\r\nxterm\r\n[^]*# $/);
		await engine.api('POST', `/v1.41/exec/${id}/resize?w=132&h=41`);
		await type('stty size\n', /41 132\r\n[^]*# $/);
		await type('sh -c \'echo rea""dy; exec sleep 100\'\n', /ready\r\n/);
		await type('\x03', /\^C[^]*# $/);
		await type('echo rc=$?\n', /rc=130\r\n[^]*# $/);
		await type('x=größe; echo ${#x} $x\n', /5 größe\r\n[^]*# $/);
		await type('sleep 100 & jobs\n', /Running[^]*# $/);
		await type('kill %1; wait; echo gone\n', /gone\r\n[^]*# $/);
		socket.write('\x04');
		await screen.ended;
		expect((await engine.api('GET', `/v1.41/exec/${id}/json`)).body).toMatchObject({
			...{ Running: false, ExitCode: 0 }
		});
	});
	it('waits for what is typed, whatever reads it', async () => {
		const { socket, screen } = await interactive([
			...['sh', '-c', 'echo ready; read x; echo "got $x"; cat']
		]);
		await screen.until(/ready/);
		await new Promise((resolve) => setTimeout(resolve, 100)); // it would have gone on by now
		socket.write('word\n');
		await screen.until(/got word/);
		socket.write('more\n\x04');
		await screen.until(/more\r\nmore\r\n/);
		await screen.ended;
	});
	it('loses nothing at the end, thirty times', async () => {
		const script = 'stty raw -echo; seq 1 20000; exit 7';
		const want = Array.from({ length: 20000 }, (_, n) => `${n + 1}\n`).join('').length;
		const once = () => engine.exec('nginx', ['sh', '-c', script], { tty: true });
		for (let n = 0; n < 10; n++) {
			const runs = await Promise.all([once(), once(), once()]);
			for (const { output, code } of runs) expect([output.length, code]).toEqual([want, 7]);
		}
	});
	it('ends with the command, whatever it left behind', async () => {
		const { code } = await engine.exec('nginx', ['sh', '-c', 'yes & exit 4'], { tty: true });
		expect(code).toBe(4);
	});
	it('killed ends with 137', async () => {
		expect((await engine.exec('nginx', ['sh', '-c', 'kill -9 $$'], { tty: true })).code).toBe(137);
	});
	it('cannot be resized before it starts, and says so after a while', async () => {
		const id = await engine.createExec('nginx', { Cmd: ['sh'], Tty: true });
		const resized = engine.api('POST', `/v1.41/exec/${id}/resize?w=80&h=24`);
		await expect.poll(() => [...engine.timers].map(({ ms }) => ms)).toEqual([10_000]);
		for (const { run } of engine.timers) run();
		expect(await resized).toMatchObject({
			status: 500,
			body: { message: 'timeout waiting for exec session ready' }
		});
	});
	it('takes a resize that arrives before its start', async () => {
		const id = await engine.createExec('nginx', { Cmd: ['sh'], Tty: true, AttachStdin: true });
		const resized = engine.api('POST', `/v1.41/exec/${id}/resize?w=80&h=24`);
		const socket = await engine.start(id, true);
		expect((await resized).status).toBe(200);
		const end = allOf(socket);
		socket.write('stty size; exit\n');
		expect((await end).toString()).toContain('24 80');
	});
});

describe('containers', () => {
	it('of a pod share host name and network, and see only their own processes', async () => {
		const id = await engine.run('sidecar', {
			...{ Image: 'busybox', HostConfig: { NetworkMode: `container:${pause}` } }
		});
		const script =
			'hostname; perl -MIO::Socket::INET -e \'$s=IO::Socket::INET->new("127.0.0.1:80") or die; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>\'; ps ax';
		const { stdout } = await engine.exec('sidecar', ['sh', '-c', script]);
		expect(stdout).toMatch(/^nginx\nHTTP\/1.1 200 OK[^]*This is not nginx/);
		expect(stdout).not.toContain('nginx: master');
		const ns = async (name: string) =>
			(await engine.exec(name, ['sh', '-c', 'readlink /proc/self/ns/net; ls /proc/self/ns/net']))
				.stdout;
		expect(await ns('sidecar')).toBe(await ns('nginx'));
		await engine.api('DELETE', `/v1.41/containers/${id}?force=1`);
		expect((await engine.exec('nginx', ['true'])).code).toBe(0);
	});
	it('are found by filter', async () => {
		await engine.create('labelled', { Image: 'busybox', Labels: { a: '1', b: '2' } });
		const names = async (query: string) => {
			const { text } = await engine.api('GET', `/v1.41/containers/json?${query}`);
			return (JSON.parse(text) as { Names: string[] }[]).map(({ Names }) => Names[0]);
		};
		const filter = (filters: object) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;
		expect(await names(`all=1&${filter({ label: ['a=1', 'b'] })}`)).toEqual(['/labelled']);
		expect(await names(`all=1&${filter({ label: { 'a=2': true } })}`)).toEqual([]);
		expect(await names(filter({ status: ['created'] }))).toEqual(['/labelled']);
		expect(await names(filter({ name: ['^k8s_'] }))).toEqual(['/k8s_POD_nginx']);
		expect(await names(filter({ id: [pause.slice(0, 12)] }))).toEqual(['/k8s_POD_nginx']);
		expect((await engine.api('GET', `/containers/json?${filter({ no: [''] })}`)).status).toBe(400);
	});
	it('stop on TERM and start again', async () => {
		const id = await engine.run('stopped', { Image: 'busybox' });
		const ps = async () => (await engine.exec(id, ['ps', 'ax'])).stdout;
		await expect.poll(ps).toContain('sleep 100000'); // until then nothing in it listens to TERM
		expect((await engine.api('POST', `/containers/${id}/stop`)).status).toBe(204);
		const { body } = await engine.api('GET', `/containers/stopped/json`);
		expect(body.State).toMatchObject({ Status: 'exited', ExitCode: 0 });
		expect((await engine.api('POST', `/containers/${id}/start`)).status).toBe(204);
		expect((await engine.exec(id, ['true'])).code).toBe(0);
	});
	it('are killed where they do not hear TERM', async () => {
		const id = await engine.run('deaf', { Image: 'busybox', Cmd: ['sleep', '1000'] });
		const stopped = engine.api('POST', `/containers/${id}/stop?t=7`);
		await expect.poll(() => [...engine.timers].map(({ ms }) => ms)).toEqual([7000]);
		for (const { run } of engine.timers) run();
		expect((await stopped).status).toBe(204);
		const { body } = await engine.api('GET', `/containers/${id}/json`);
		expect(body.State).toMatchObject({ Status: 'exited', ExitCode: 137 });
	});
	it('that end take their execs along', async () => {
		const id = await engine.run('ends', { Image: 'busybox' });
		const execId = await engine.createExec(id, { Cmd: ['sleep', '100'], AttachStdout: true });
		const never = await engine.createExec(id, { Cmd: ['true'] });
		engine.trace.said.length = 0;
		const end = allOf(await engine.start(execId));
		await expect.poll(() => engine.trace.said.map((each) => each.id)).toContain('process-start');
		await engine.api('POST', `/containers/${id}/kill`);
		await end;
		const inspect = async (exec: string) => (await engine.api('GET', `/exec/${exec}/json`)).body;
		expect(await inspect(execId)).toMatchObject({ Running: false, ExitCode: 137 });
		expect(await inspect(never)).toEqual({ message: `No such exec instance: ${never}` });
		await engine.api('DELETE', `/containers/${id}`);
		expect((await engine.api('GET', `/containers/${id}/json`)).status).toBe(404);
	});
	it('whose command is not there do not start', async () => {
		const id = await engine.create('broken', { Image: 'busybox', Cmd: ['nosuch'] });
		expect(await engine.api('POST', `/containers/${id}/start`)).toMatchObject({
			status: 400,
			body: {
				message:
					'OCI runtime create failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown'
			}
		});
	});
	it('have names of their own', async () => {
		const again = await engine.api('POST', '/containers/create?name=nginx', { Image: 'nginx' });
		expect(again.status).toBe(409);
		expect(again.body.message).toMatch(/^Conflict. The container name "\/nginx" is already in use/);
	});
});

describe('images', () => {
	it.each(['nginx', 'nginx:1.7.9', 'docker.io/library/busybox:1', 'quay.io/x/prometheus-operator'])(
		'%s is pulled without a download',
		async (name) => {
			const pulled = await engine.api('POST', `/v1.41/images/create?fromImage=${name}`);
			expect(pulled.status).toBe(200);
			expect(
				pulled.text
					.trim()
					.split('\r\n')
					.map((line) => typeof JSON.parse(line))
			).toContain('object');
			expect((await engine.api('GET', `/v1.41/images/${name}/json`)).status).toBe(200);
		}
	);
	it.each(['redis', 'nginx2:1', 'quay.io/nginx/redis:6'])('%s is not known', async (name) => {
		const pulled = await engine.api('POST', `/v1.41/images/create?fromImage=${name}`);
		expect(pulled.status).toBe(404);
		expect(pulled.body.message).toMatch(/^No such image: /);
	});
});

describe.skipIf(!dockerCommand)('the docker command', () => {
	const docker = (...args: string[]) =>
		new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
			const env = { DOCKER_HOST: `unix://${engine.path}`, HOME: engine.dir };
			const child = execFile(dockerCommand!, args, { env, timeout: 20_000 }, (_, stdout, stderr) =>
				resolve({ code: child.exitCode ?? -1, stdout, stderr })
			);
			child.stdin!.end('from stdin');
		});

	it('tells the version', async () => {
		const { stdout } = await docker('version', '--format', '{{.Server.Version}}');
		expect(stdout).toMatch(/^20\.10\.24/);
	});
	it('lists and inspects', async () => {
		expect((await docker('ps', '--format', '{{.Names}}')).stdout).toContain('nginx\n');
		const inspected = await docker('inspect', 'nginx', '--format', '{{.State.Status}}');
		expect(inspected.stdout).toBe('running\n');
	});
	it('runs a container: its input, both its streams, its code, and its end', async () => {
		const script = 'cat; echo e >&2; exit 3';
		const ran = await docker('run', '-i', '--rm', '--name', 'once', 'busybox', 'sh', '-c', script);
		expect(ran).toEqual({ code: 3, stdout: 'from stdin', stderr: 'e\n' });
		expect((await docker('ps', '-a', '--format', '{{.Names}}')).stdout).not.toContain('once');
	});
	it('shows logs and processes, waits, and is told of events', async () => {
		const began = String(Math.floor(Date.now() / 1000));
		const script = 'echo one; echo two >&2; exec sleep 1000';
		await docker('run', '-d', '--name', 'logged', 'busybox', 'sh', '-c', script);
		const logs = () => docker('logs', 'logged');
		await expect.poll(logs).toEqual({ code: 0, stdout: 'one\n', stderr: 'two\n' });
		expect((await docker('top', 'logged', '-eo', 'pid,args')).stdout).toContain('sleep 1000');
		const followed = docker('logs', '-f', '--tail', '1', '-t', 'logged');
		const waited = docker('wait', 'logged');
		const attached = docker('attach', '--no-stdin', 'logged');
		const paths = () => engine.trace.said.map(({ n }) => n).join();
		await expect.poll(paths).toMatch(/follow=1/);
		await expect.poll(paths).toMatch(/logged\/wait/);
		await expect.poll(paths).toMatch(/logged\/attach/);
		await docker('kill', 'logged');
		expect((await waited).stdout).toBe('137\n');
		expect((await followed).stderr).toMatch(/^[-\d]{10}T\S+Z two\n$/);
		expect((await attached).code).toBe(137);
		const until = (Date.now() / 1000).toFixed(3);
		const told = docker('events', '--since', began, '--until', until, '-f', 'container=logged');
		expect((await told).stdout).toMatch(/container create [^]*container start [^]*container die /);
		await docker('rm', 'logged');
	});
	it('runs commands: codes, streams, -i -d -e -w -u', async () => {
		const failed = await docker(
			'exec',
			'-u',
			'root',
			'nginx',
			'sh',
			'-c',
			'echo o; echo e >&2; exit 3'
		);
		expect(failed).toEqual({ code: 3, stdout: 'o\n', stderr: 'e\n' });
		const told = await docker(
			'exec',
			'-i',
			'-e',
			'A=b',
			'-w',
			'/tmp',
			'nginx',
			'sh',
			'-c',
			'cat; pwd; echo $A'
		);
		expect(told.stdout).toBe('from stdin/tmp\nb\n');
		expect((await docker('exec', '-d', 'nginx', 'sleep', '0')).code).toBe(0);
		const other = await docker('exec', '-u', 'nobody', 'nginx', 'id');
		expect([other.code, other.stderr]).toEqual([
			1,
			expect.stringContaining('runs every process as root')
		]);
	});
});
