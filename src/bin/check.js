import { readFileSync } from 'node:fs';
import { statfs, access, constants, readFile, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { root, run } from './setup.js';

/** @typedef {{ ok: boolean, what: string, remedy?: string }} Finding */

const leastDiskBytes = 600 * 1024 * 1024;

/**
 * `npm start -- --check`: says what this machine can do, one line each, and starts nothing. Ends with exit code 1 when
 * something that the product cannot do without is missing.
 * @param {import('./flags.js').Options} options
 */
export async function check(options) {
	const findings = [
		{ ok: true, what: `Node.js ${process.versions.node} (20.19 or newer is needed)` },
		await checkEngine(),
		await checkPort('page', options.port, 8080, '--port'),
		await checkPort('API server', options.apiserverPort, 6443, '--apiserver-port'),
		await checkAddress('127.0.0.1'),
		await checkAddress('::1'),
		await checkDisk('this clone', root),
		await checkDisk('recordings', options.home),
		await checkHome(options.home),
		exposure(options.home)
	];
	process.stdout.on('error', () => {}); // read by something like `head`, which has gone
	for (const { ok, what, remedy } of findings)
		process.stdout.write(`${ok ? 'ok  ' : 'NO  '} ${what}${remedy ? `: ${remedy}` : ''}\n`);
	process.exitCode = findings.every((finding) => finding.ok) ? 0 : 1;
}

/** Tries what the embedded engine does first: new namespaces for a process as this user, with a /proc of their own. */
async function checkEngine() {
	if (process.platform !== 'linux')
		return no('Engine: containers', 'they need Linux; the page still plays recordings here');
	const spaces = [
		'--user',
		'--map-root-user',
		'--mount',
		'--pid',
		'--uts',
		'--ipc',
		'--net',
		'--cgroup'
	];
	if (process.getuid?.() === 0 && !mapsPodUsers())
		return no(
			'Engine: containers (this root has too few user ids, as in a rootless container)',
			'run this as an ordinary user; without containers the page still plays recordings'
		);
	const script =
		'mount -t tmpfs none /mnt && mkdir /mnt/proc && mount -t proc none /mnt/proc && ' +
		'for tool in nsenter setpriv prlimit pivot_root; do command -v $tool >/dev/null || ' +
		'{ echo "$tool: not found"; exit 1; }; done';
	const { code, text } = await run('unshare', [...spaces, '--fork', 'sh', '-c', script], {
		quiet: true
	});
	if (code === 0) return yes('Engine: this user may make namespaces, so containers run');
	return no(`Engine: containers (${text.trim().split('\n').at(-1) ?? ''})`, engineRemedy(text));
}

/** As root each pod runs as a user of its own, far above those of people; see engine/pod-uid.ts. */
function mapsPodUsers() {
	const ranges = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n');
	return ranges.some((range) => {
		const [first = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
		return first <= 1_900_000_000 && first + count >= 2_000_000_000;
	});
}

/** @param {string} text */
function engineRemedy(text) {
	if (/ENOENT|not found/.test(text)) return 'install util-linux (apt-get install util-linux mount)';
	if (/No space left/.test(text))
		return 'user namespaces are off; `sysctl -w user.max_user_namespaces=10000` as root turns them on';
	return (
		'user namespaces are refused; inside Docker start it with --privileged, on Ubuntu 24.04 set ' +
		'kernel.apparmor_restrict_unprivileged_userns=0; without them the page still plays recordings'
	);
}

/**
 * @param {string} name
 * @param {number | undefined} asked
 * @param {number} preferred
 * @param {string} flag
 */
async function checkPort(name, asked, preferred, flag) {
	if (asked === 0) return yes(`Port of the ${name}: any`);
	const port = asked ?? preferred;
	const refusal =
		(await refusalToListen('127.0.0.1', port)) ??
		(flag === '--port' ? await refusalOnIpv6(port) : undefined);
	if (!refusal) return yes(`Port of the ${name}: ${port} is free`);
	const why = refusal === 'EADDRINUSE' ? 'is taken' : `cannot be used (${refusal})`;
	if (asked === undefined)
		return yes(`Port of the ${name}: ${port} ${why}, the next free one is used`);
	return no(`Port of the ${name}: ${port} ${why}`, `choose another with ${flag}, or leave it out`);
}

/**
 * The page is on both loopback addresses, but where there is no IPv6 it does without.
 * @param {number} port
 */
async function refusalOnIpv6(port) {
	const refusal = await refusalToListen('::1', port);
	return refusal === 'EADDRINUSE' ? refusal : undefined;
}

/** @param {string} host */
async function checkAddress(host) {
	if (!(await refusalToListen(host, 0))) return yes(`Address ${host}: listens`);
	if (host === '::1') return yes('Address ::1: not there, 127.0.0.1 alone is used');
	return no(
		`Address ${host}: cannot be used`,
		'bring the loopback interface up (ip link set lo up)'
	);
}

/**
 * The system's code for why not; undefined when it listens.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
function refusalToListen(host, port) {
	return new Promise((resolve) => {
		const server = net.createServer();
		server.on('error', (error) =>
			resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message)
		);
		server.listen(port, host, () => server.close(() => resolve(undefined)));
	});
}

/**
 * @param {string} what
 * @param {string} folder
 */
async function checkDisk(what, folder) {
	const { bavail, bsize } = await statfs(await nearest(folder));
	const free = bavail * bsize;
	const text = `Disk for ${what}: ${(free / 1024 ** 3).toFixed(1)} GiB free`;
	return free >= leastDiskBytes ? yes(text) : no(text, 'make 0.6 GiB free');
}

/** @param {string} home */
async function checkHome(home) {
	const remedy = 'choose another with --home DIR';
	try {
		const there = await nearest(home);
		await access(there, constants.W_OK | constants.X_OK);
		if (!(await stat(there)).isDirectory()) throw new Error('not a folder');
	} catch {
		return no(`Home: ${home} cannot be written`, remedy);
	}
	const url = await userOf(home);
	if (url) return no(`Home: ${home} is in use by another Execscope at ${url}`, remedy);
	return yes(`Home: ${home} can be written`);
}

/**
 * Who could reach what while it runs.
 * @param {string} home
 */
function exposure(home) {
	return yes(
		'Exposure: this machine alone. The page, its shell included, to whoever opens the printed link; the cluster ' +
			`to whoever can read ${path.join(home, 'kubeconfig')}, which is your user`
	);
}

/**
 * The page of the Execscope that runs on this home, if one does; its lock stays behind when it is killed.
 * @param {string} home
 * @returns {Promise<string | undefined>}
 */
async function userOf(home) {
	try {
		const { pid, started, url } = JSON.parse(await readFile(path.join(home, 'lock'), 'utf8'));
		const said = await readFile(`/proc/${pid}/stat`, 'utf8');
		// The 20th field after the name: when the process started, so that another with its pid is not taken for it.
		return said.slice(said.lastIndexOf(')') + 2).split(' ')[19] === started ? url : undefined;
	} catch {
		return undefined;
	}
}

/**
 * The folder itself, or the nearest one above it that exists.
 * @param {string} folder
 * @returns {Promise<string>}
 */
async function nearest(folder) {
	const there = await stat(folder).then(
		() => true,
		() => false
	);
	return there ? folder : nearest(path.dirname(folder));
}

/**
 * @param {string} what
 * @returns {Finding}
 */
const yes = (what) => ({ ok: true, what });

/**
 * @param {string} what
 * @param {string} remedy
 * @returns {Finding}
 */
const no = (what, remedy) => ({ ok: false, what, remedy });
