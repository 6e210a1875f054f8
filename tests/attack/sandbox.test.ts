/**
 * Attempts to get out of a container, or at what is not its own, with the shell and perl alone. Each is made from an
 * exec, through the whole chain; each asserts the refusal. System calls go by number, so these are for x86-64.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
	chmodSync,
	lstatSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine, type TestEngine } from '../server/engine/docker-client.ts';

let engine: TestEngine;
let victim: ChildProcess;
let secretDir: string;
let listener: net.Server;
let port = 0;
const onX64 = process.arch === 'x64';

beforeAll(async () => {
	secretDir = mkdtempSync(join(os.tmpdir(), 'execscope-secret-'));
	chmodSync(secretDir, 0o755);
	writeFileSync(join(secretDir, 'own'), 'the secret', { mode: 0o600 });
	victim = spawn('sleep', ['1000'], { stdio: 'ignore' });
	listener = net.createServer((socket) => socket.end('reached the host'));
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	port = (listener.address() as net.AddressInfo).port;
	engine = await testEngine();
	await engine.run('prisoner', { Image: 'busybox', Hostname: 'prisoner' });
	await engine.run('other', { Image: 'busybox', Hostname: 'other' });
});
afterAll(async () => {
	await engine.close();
	victim.kill('SIGKILL');
	listener.close();
	rmSync(secretDir, { recursive: true });
});

/** Output (both streams) and code of a shell script in the container. */
async function attempt(script: string): Promise<{ said: string; code: unknown }> {
	const { stdout, stderr, code } = await engine.exec('prisoner', ['sh', '-c', script]);
	return { said: stdout + stderr, code };
}

async function refused(script: string, why: RegExp): Promise<void> {
	const { said, code } = await attempt(script);
	expect(said).toMatch(why);
	expect(code).not.toBe(0);
}

/** The name of the error with which a system call (its number and arguments) fails; `ok` when it does not. */
const systemCall = async (call: string) =>
	(
		await attempt(
			`perl -MErrno -e 'my ($number, @with) = (${call}); my $r = syscall($number, @with); my ($n) = $r == -1 ? grep { $!{$_} } keys %! : "ok"; print $n'`
		)
	).said;

/** Device and number: the same on both sides for the same file alone, by whatever name it is reached. */
function idOnHost(path: string): string {
	const { dev, ino } = lstatSync(path, { bigint: true });
	return `${dev}:${ino}`;
}

async function idsInContainer(paths: string): Promise<{ id: string; path: string }[]> {
	const { stdout } = await engine.exec('prisoner', ['sh', '-c', `stat -c '%d:%i %n' ${paths}`]);
	const lines = stdout.trim().split('\n');
	return lines.map((line) => {
		const [id = '', path = ''] = line.split(/ (.*)/);
		return { id, path };
	});
}

const denied = /Operation not permitted|Permission denied|must be superuser|permission denied/;
const readOnly = /Read-only file system|write-protected/;
const absent = /No such file or directory|cannot access/;

describe("the host's files", () => {
	it('are not there', async () => {
		// /usr is shown on purpose: a clone that lies in it is seen.
		const paths = ['/etc/shadow', secretDir, process.cwd(), engine.dir];
		for (const path of paths.filter((each) => !each.startsWith('/usr/')))
			await refused(`ls -d ${path}`, absent);
	});
	it('are not in the root: of the host it has the programs and libraries', async () => {
		const hosts = readdirSync('/').map((name) => idOnHost(`/${name}`));
		const own = await idsInContainer('/ /* /.[!.]*');
		expect(own.map(({ path }) => path)).toEqual(expect.arrayContaining(['/', '/etc', '/tmp']));
		const shared = own.filter(({ id }) => [...hosts, idOnHost('/')].includes(id));
		expect(shared.map(({ path }) => path)).toContain('/usr');
		for (const { path } of shared) expect(path).toMatch(/^\/(usr|s?bin|lib(32|64|x32)?)$/);
	});
	it('are not in folders that are new and empty', async () => {
		const { said } = await attempt('for d in /root /home /tmp /mnt /srv /sys; do ls -A $d; done');
		expect(said).toBe('.bashrc\n');
	});
	it('are not behind /proc/1', async () => {
		const [root, above, cwd] = await idsInContainer('/ /proc/1/root/../../ /proc/1/cwd/');
		expect([above?.id, cwd?.id]).toEqual([root!.id, root!.id]);
		await refused(`cat /proc/1/root/../../..${secretDir}/own`, absent);
		await refused(`cat /proc/self/cwd/../../..${secretDir}/own`, absent);
		await refused(`cd /tmp; ln -s ../../../..${secretDir}/own l; cat l`, absent);
	});
	it('are not behind any process that can be seen', async () => {
		const { said } = await attempt(
			`for p in /proc/[0-9]*; do cat $p/root${secretDir}/own $p/cwd/own 2>/dev/null; done; echo none`
		);
		expect(said).toBe('none\n');
	});
	it('are not in the working directory of an exec, however it is named', async () => {
		const listed = async (dir: string) =>
			(await engine.exec('prisoner', ['ls'], { body: { WorkingDir: dir } })).stdout;
		expect(await listed('/')).toBe((await engine.exec('prisoner', ['ls', '/'])).stdout);
		expect(await listed('/proc/1/cwd')).toBe(await listed('/'));
		for (const dir of ['/proc/self/cwd', '/proc/self/root', '/proc/self/fd/3', '/dev/fd/0'])
			expect(await listed(dir)).toMatch(/OCI runtime exec failed/);
	});
	it('cannot be opened by handle', async () => {
		expect(await systemCall('304, -100, "\\x08\\0\\0\\0\\x01\\0\\0\\0".("\\0"x8), 0')).toMatch(
			/EPERM|EINVAL/
		);
	});
	it('cannot be written: /usr, /etc, /dev, /', async () => {
		for (const path of ['/usr/x', '/usr/bin/x', '/etc/passwd', '/dev/x', '/x', '/opt/bin/ping'])
			await refused(`echo x >${path}`, readOnly);
	});
	it('cannot be overwritten through the running program', async () => {
		await refused('echo x >/proc/self/exe', /Permission denied|Text file busy|Read-only/);
		await refused(
			'for p in /proc/[0-9]*; do echo x >$p/exe || exit 1; done',
			/Permission|busy|Read-only/
		);
	});
});

describe('environment and descriptors of the engine', () => {
	it('are not in any process', async () => {
		const { said } = await attempt('cat /proc/[0-9]*/environ | tr "\\0" "\\n"');
		expect(said).not.toContain(process.env.PWD ?? 'PWD=');
		expect(said).not.toMatch(/NODE|VITEST|USER=/);
	});
	it('are not inherited: 0, 1 and 2 only', async () => {
		const { said } = await attempt(
			'perl -e \'opendir D,"/proc/self/fd"; print join " ", sort grep { -e "/proc/self/fd/$_" && /^\\d+$/ } readdir D\''
		);
		expect(said.split(' ').length).toBeLessThanOrEqual(4); // the fourth is the folder that perl reads
	});
	it('are not inherited from a terminal that is open beside', async () => {
		const id = await engine.createExec('other', {
			Cmd: ['sleep', '100'],
			Tty: true,
			AttachStdin: true
		});
		const socket = await engine.start(id, true);
		await expect
			.poll(async () => (await engine.api('GET', `/exec/${id}/json`)).body.Pid)
			.toBeGreaterThan(0);
		const { said } = await attempt('ls -l /proc/[0-9]*/fd');
		expect(said).not.toMatch(/ptmx|pts\//);
		socket.destroy();
	});
	it('hold no terminal: /dev/tty is none, and nothing can be typed into one', async () => {
		await refused('echo x >/dev/tty', /No such device or address/);
		expect(await systemCall('16, 0, 0x5412, "x"')).toMatch(/ENOTTY|EBADF|EPERM/);
	});
	it('leave no path of the host in the names of streams', async () => {
		expect((await attempt('readlink /proc/self/fd/1 /proc/self/fd/2')).said).not.toContain('/');
	});
});

describe('processes of the host', () => {
	it('are not seen', async () => {
		const { said } = await attempt('ls -d /proc/[0-9]* | wc -l');
		expect(Number(said)).toBeLessThan(10);
	});
	it('are not killed', async () => {
		await refused(`kill -9 ${victim.pid}`, /No such process/);
		await attempt('for p in $(seq 2 4000); do [ $p = $$ ] || kill -9 $p; done 2>/dev/null');
		expect(victim.exitCode ?? victim.signalCode).toBeNull();
	});
	it('are not opened by pidfd', async () => {
		expect(await systemCall(`434, ${victim.pid}, 0`)).toBe('ESRCH');
	});
	it('have no shared memory or semaphores with it', async () => {
		expect((await attempt('ipcs -m | grep -c 0x')).said).toBe('0\n');
	});
	it('survive, as does PID 1, kill -9 1', async () => {
		await attempt('kill -9 1');
		expect((await attempt('echo alive')).said).toBe('alive\n');
	});
});

describe('networks', () => {
	const connect = (to: string) =>
		attempt(
			`perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "${to}", Timeout => 2) or die $@; print <$s>'`
		);
	it("the host's loopback is another", async () => {
		expect((await connect(`127.0.0.1:${port}`)).said).toMatch(/refused/);
	});
	it('outside is not reachable', async () => {
		for (const to of ['10.0.0.1:80', '169.254.169.254:80', '1.1.1.1:53'])
			expect((await connect(to)).said).toMatch(/unreachable/);
		expect((await attempt('cat /proc/net/dev | grep -c :')).said).toBe('1\n');
	});
	it("the host's abstract sockets are not there", async () => {
		expect((await attempt('grep -c @ /proc/net/unix')).said).toBe('0\n');
	});
	it('raw and packet sockets are refused', async () => {
		expect(await systemCall('41, 2, 3, 1')).toBe('EPERM');
		expect(await systemCall('41, 17, 3, 0')).toBe('EPERM');
	});
	it('interfaces and routes cannot be changed', async () => {
		const { said } = await attempt('ip link set lo down; ip link add d type dummy');
		expect(said).toMatch(/not permitted|not found/);
	});
});

describe.runIf(onX64)('mounts and roots', () => {
	it('mount, bind, umount and remount are refused', async () => {
		for (const command of [
			'mount -t tmpfs x /tmp',
			'mount -t proc x /tmp',
			'mount --bind /usr /tmp',
			'mount -o remount,bind,rw /usr',
			'mount -o remount,bind,rw /',
			'umount /proc/sys',
			'umount -l /usr',
			'umount /tmp'
		])
			await refused(command, denied);
	});
	it('the newer mount calls are refused', async () => {
		expect(await systemCall('428, -100, "/", 1')).toBe('EPERM'); // open_tree, cloning
		expect(await systemCall('430, "tmpfs", 0')).toBe('EPERM'); // fsopen
	});
	it('pivot_root, chroot and setns are refused', async () => {
		expect(await systemCall('155, ".", "."')).toMatch(/EPERM|EINVAL/);
		await refused('chroot /usr', /not permitted/);
		await refused('nsenter -t 1 -a true', denied);
		for (const ns of ['user', 'mnt', 'pid', 'net', 'uts'])
			await refused(
				`nsenter --${{ mnt: 'mount' }[ns] ?? ns}=/proc/1/ns/${ns} true`,
				/Operation not permitted|Invalid argument|Permission denied/
			);
	});
	it('new namespaces are refused, of users too', async () => {
		await refused('unshare -U true', /No space left on device/);
		await refused('unshare -Ur true', /No space left on device/);
		for (const flag of ['-m', '-n', '-p', '-u', '-i', '-C'])
			await refused(`unshare ${flag} true`, /Operation not permitted/);
		await refused('echo 100 >/proc/sys/user/max_user_namespaces', readOnly);
	});
	it('devices cannot be made, nor memory and disks opened', async () => {
		await refused('mknod /tmp/m c 1 1', /Operation not permitted/);
		await refused('mknod /tmp/d b 8 0', /Operation not permitted/);
		await refused('cat /dev/mem /dev/kmem /dev/sda /dev/vda', absent);
	});
});

describe.runIf(onX64)('rights', () => {
	it('an exec has no capability, and gains none', async () => {
		const { said } = await attempt('grep -E "^(Cap|NoNewPrivs)" /proc/self/status');
		expect(said.match(/0000000000000000/g)?.length).toBe(5);
		expect(said).toContain('NoNewPrivs:\t1');
		await refused('setpriv --inh-caps=+sys_admin --ambient-caps=+sys_admin true', /./);
	});
	it('nor has PID 1', async () => {
		expect((await attempt('grep CapEff /proc/1/status')).said).toContain('0000000000000000');
	});
	it('nothing of the caller runs before they are dropped', async () => {
		// Were the environment given first, LD_PRELOAD would be honoured by setpriv, with every capability.
		await attempt('cp /usr/bin/perl /tmp/preload.so');
		const { stderr } = await engine.exec('prisoner', ['true'], {
			body: { Env: ['LD_PRELOAD=/tmp/preload.so'] }
		});
		expect(stderr).not.toMatch(/nsenter|prlimit|setpriv|\/bin\/sh/);
	});
	it('no set-user-id program helps', async () => {
		await refused('su nobody -s /bin/sh -c id', /./);
		await refused(
			'cp /bin/sh /tmp/s; chmod 4755 /tmp/s; chown nobody /tmp/s',
			/Invalid argument|not permitted/
		);
		expect(await systemCall('105, 1')).toMatch(/EINVAL|EPERM/); // setuid
	});
	it('no priority is raised', async () => {
		expect((await attempt('nice -n -5 true')).said).toMatch(
			/Permission denied|cannot set niceness/
		);
		expect(await systemCall('144, 0, 1, pack("i", 50)')).toBe('EPERM'); // SCHED_FIFO
	});
});

describe.runIf(onX64)('the kernel', () => {
	it('settings cannot be written', async () => {
		for (const path of [
			'kernel/core_pattern',
			'net/ipv4/ip_forward',
			'vm/drop_caches',
			'kernel/hostname'
		])
			await refused(
				`echo 1 >/proc/sys/${path}`,
				/Read-only|Permission denied|absent|nonexistent|No such/
			);
		await refused('echo b >/proc/sysrq-trigger', /Read-only|No such|Permission|nonexistent/);
	});
	it('the host name stays', async () => {
		await refused('hostname evil', /you must be root|not permitted/);
	});
	it.each([
		['reboot', '169, 0xfee1dead, 672274793, 0, 0'],
		['settimeofday', '164, pack("qq", 0, 0), 0'],
		['swapon', '167, "/tmp/x", 0'],
		['acct', '163, "/tmp/x"'],
		['init_module', '175, "x", 1, ""'],
		['kexec_load', '246, 0, 0, 0, 0'],
		['bpf', '321, 5, "\\0" x 120, 120'],
		['perf_event_open of a whole processor', '298, "\\0" x 112, -1, 0, -1, 0'],
		['syslog', '103, 3, "x" x 64, 64'],
		['fanotify_init', '300, 4, 0'],
		['iopl', '172, 3']
	])('%s is refused', async (_, call) => {
		expect(await systemCall(call)).toMatch(/^(EPERM|EACCES|ENOSYS|EINVAL|EOPNOTSUPP)$/);
	});
	it('its log and addresses are not shown', async () => {
		await refused('dmesg', /not permitted/);
		await refused('cat /dev/kmsg', absent);
		const { said } = await attempt(
			'head -1 /proc/kallsyms; cat /proc/keys /proc/kcore 2>/dev/null'
		);
		expect(said).toMatch(/^0{16} /);
		expect(said.trim().split('\n').length).toBe(1);
	});
});

describe('what a container may use up', () => {
	it('files end at the size of their folder', async () => {
		await refused('dd if=/dev/zero of=/tmp/f bs=1M count=80', /No space left on device/);
		await refused('rm /tmp/f; dd if=/dev/zero of=/run/f bs=1M count=2', /No space left on device/);
		await refused(
			'cd /home; for n in $(seq 9000); do : >$n || exit 1; done',
			/No space left on device/
		);
	});
	it('memory of one process ends', async () => {
		const { said, code } = await attempt('perl -e \'my $x = "x" x (1 << 30); print "got it"\'');
		expect(said).not.toContain('got it');
		expect(code).not.toBe(0);
	});
	it.runIf(process.getuid?.() === 0)(
		'processes end at their number, and with their container',
		async () => {
			const { said } = await attempt(
				`perl -e 'my $n = 0; while (defined(my $p = fork)) { if (!$p) { sleep 100; exit } last if ++$n > 500 } print $n; kill 9, -1'`
			);
			expect(Number(said)).toBeLessThan(100);
		}
	);
});

describe('what the engine refuses to make', () => {
	const create = async (more: object) => {
		const body = { Image: 'busybox', ...more };
		const made = await engine.api('POST', '/v1.41/containers/create', body);
		return [made.status, String(made.body.message)] as const;
	};
	it.each([
		['binds', { Binds: ['/:/host'] }],
		['mounts', { Mounts: [{ Type: 'bind', Source: '/', Target: '/host' }] }],
		['privileged', { Privileged: true }],
		["the host's network", { NetworkMode: 'host' }],
		["the host's processes", { PidMode: 'host' }],
		["another's processes", { PidMode: 'container:other' }],
		["the host's ipc", { IpcMode: 'host' }],
		["the host's users", { UsernsMode: 'host' }],
		["the host's uts", { UTSMode: 'host' }],
		["the host's cgroups", { CgroupnsMode: 'host' }],
		['devices', { Devices: [{ PathOnHost: '/dev/sda' }] }],
		['capabilities', { CapAdd: ['SYS_ADMIN'] }],
		['volumes of another', { VolumesFrom: ['other'] }],
		['sysctls', { Sysctls: { 'kernel.shm_rmid_forced': '1' } }],
		['every port', { PublishAllPorts: true }],
		['more of tmpfs', { Tmpfs: { '/x': '' } }],
		['devices by request', { DeviceRequests: [{ Driver: 'x' }] }],
		['devices by rule', { DeviceCgroupRules: ['a *:* rwm'] }],
		['groups', { GroupAdd: ['0'] }],
		['links', { Links: ['other:other'] }],
		['ports', { PortBindings: { '80/tcp': [{ HostPort: '80' }] } }],
		['an unconfined profile', { SecurityOpt: ['apparmor=unconfined'] }]
	])('%s', async (_, HostConfig) => {
		expect(await create({ HostConfig })).toEqual([400, expect.stringMatching(/refuses/)]);
	});
	it('volumes and other users', async () => {
		expect(await create({ Volumes: { '/x': {} } })).toEqual([
			400,
			expect.stringMatching(/volumes/)
		]);
		expect(await create({ User: '1000' })).toEqual([400, expect.stringMatching(/user "1000"/)]);
		const exec = (body: object) =>
			engine.api('POST', '/containers/prisoner/exec', { Cmd: ['id'], ...body });
		expect((await exec({ User: '1000' })).status).toBe(400);
		expect((await exec({ Privileged: true })).status).toBe(400);
	});
});

describe('the engine itself', () => {
	it('has a socket for its owner alone', () => {
		const mode = (path: string) => execFileSync('stat', ['-c', '%a', path]).toString().trim();
		expect(mode(engine.path)).toBe('600');
		expect(mode(engine.dir)).toBe('700');
	});
	it.runIf(process.getuid?.() === 0)(
		'gives each pod a host user of its own, never root',
		async () => {
			const uidOf = async (name: string) => {
				const { State } = (await engine.api('GET', `/containers/${name}/json`)).body as {
					State: { Pid: number };
				};
				return /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${State.Pid}/status`, 'utf8'))![1];
			};
			const [one, two] = [await uidOf('prisoner'), await uidOf('other')];
			expect(one).not.toBe(two);
			expect(Number(one)).toBeGreaterThanOrEqual(1_900_000_000);
		}
	);
	it('joins an exec to all namespaces of its container, and to none of the host', async () => {
		const kinds = ['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup'];
		const { said } = await attempt(`cd /proc/self/ns; readlink ${kinds.join(' ')}`);
		const { State } = (await engine.api('GET', '/containers/prisoner/json')).body as {
			State: { Pid: number };
		};
		const of = (pid: number | string) =>
			kinds.map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
		expect(said.trim().split('\n')).toEqual(of(State.Pid));
		const hosts = of('self');
		expect(
			said
				.trim()
				.split('\n')
				.filter((name) => hosts.includes(name))
		).toEqual([]);
	});
});
