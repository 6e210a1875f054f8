/**
 * The command lines by which a container is made and entered, util-linux only: what runc does between
 * `create` and `exec` of a real engine.
 */
import { readFileSync } from 'node:fs';
import { bootScript } from './boot-script.ts';

interface Boot {
	/** Host pid of PID 1 of the pod's first container, to join its user, uts, ipc and net namespaces. */
	join?: number | undefined;
	hostname: string;
	/** A host file to show at /opt/bin, or ''. */
	extra: string;
	env: readonly string[];
	cwd: string;
	argv: readonly string[];
	tty: boolean;
	/** Whether fd 4 is its stdin. */
	stdin: boolean;
	uid: number | undefined;
}

const dropAll = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];

/** Ends with the engine: every container dies with its monitor, and the monitor with the thread that started it. */
const dieWithParent = ['setpriv', '--pdeathsig', 'KILL', '--'];

export function bootCommand(boot: Boot): string[] {
	const inside = ['env', '-i', ...cwdOption(boot.cwd), ...boot.env, ...inSession(boot)];
	const stdin = boot.stdin || boot.tty ? 'given' : 'null';
	const unshared = boot.join
		? ['--mount', '--pid', '--cgroup']
		: ['--user', '--map-root-user', '--mount', '--pid', '--uts', '--ipc', '--net', '--cgroup'];
	const name = boot.join ? '' : boot.hostname;
	return [
		...(boot.join ? [...enter(boot.join, ['user', 'uts', 'ipc', 'net']), '--'] : []),
		...dieWithParent,
		...limited(boot.uid),
		...['unshare', ...unshared, '--fork', '--kill-child', '--'],
		...['/bin/sh', '-c', bootScript, 'boot', name, boot.extra, stdin, ...inside]
	];
}

/**
 * Runs inside every namespace of `pid`, still with the capabilities that entering a user namespace gives: goes to
 * the working directory, says so on fd 3, and waits there until the engine has announced the start of the process.
 */
const gate = 'cd -P "$1" && shift && echo >&3 && read -r _ <&3 && exec "$@" 3>&-';

/** A terminal comes as 1 and 2 only: a bash on the way here would make it its own if it were its stdin. */
const ttyGate = `exec <&1 && ${gate}`;

export function execCommand(exec: {
	pid: number;
	cwd: string;
	env: readonly string[];
	argv: readonly string[];
	tty: boolean;
	uid: number | undefined;
}): string[] {
	const all = ['user', 'mount', 'pid', 'uts', 'ipc', 'net', 'cgroup'];
	return [
		...limited(exec.uid),
		...enter(exec.pid, all),
		...['--', '/bin/sh', '-c', exec.tty ? ttyGate : gate, 'gate', exec.cwd],
		// Capabilities go before the caller's environment comes: LD_PRELOAD must not run with them.
		...['/usr/bin/setpriv', ...dropAll, '--pdeathsig', 'KILL', '--'],
		...['/usr/bin/env', '-i', ...exec.env],
		...inSession(exec)
	];
}

/** A session of its own, inside: job control works, and a command named a=b is not taken for a variable. */
const inSession = ({ tty, argv }: { tty: boolean; argv: readonly string[] }) => [
	...['/usr/bin/setsid', ...(tty ? ['--ctty'] : []), '--'],
	...argv
];

const enter = (pid: number, namespaces: string[]) => [
	'nsenter',
	...['--target', String(pid)],
	...namespaces.map((name) => `--${name}`),
	'--preserve-credentials'
];

const cwdOption = (cwd: string) => (cwd === '/' ? [] : ['-C', cwd]);

/** Bounds of every process; that on their number counts by host user, so it is exact only for a user of the pod's own. */
function limited(uid: number | undefined): string[] {
	const processes = uid === undefined ? runningTasks() + 64 : 96;
	const bounds = ['nofile=1024', 'core=0', 'fsize=134217728', 'data=268435456'];
	return ['prlimit', ...bounds.map((bound) => `--${bound}`), `--nproc=${processes}`, '--'];
}

function runningTasks(): number {
	const tasks = /\/(\d+)/.exec(readFileSync('/proc/loadavg', 'utf8'));
	return Number(tasks?.[1] ?? 0);
}
