import { statfs, access, constants, stat } from 'node:fs/promises';
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
		await checkHome(options.home)
	];
	for (const { ok, what, remedy } of findings)
		process.stdout.write(`${ok ? 'ok  ' : 'NO  '} ${what}${remedy ? `: ${remedy}` : ''}\n`);
	process.exitCode = findings.every((finding) => finding.ok) ? 0 : 1;
}

/** Tries what the embedded engine does first: new namespaces for a process, as this user. */
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
	const script =
		'mount -t tmpfs none /mnt && command -v nsenter setpriv prlimit pivot_root >/dev/null';
	const { code, text } = await run('unshare', [...spaces, '--fork', 'sh', '-c', script], {
		quiet: true
	});
	if (code === 0) return yes('Engine: this user may make namespaces, so containers run');
	return no(`Engine: containers (${text.trim().split('\n').at(-1) ?? ''})`, engineRemedy(text));
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
	if (await canListen('127.0.0.1', port)) return yes(`Port of the ${name}: ${port} is free`);
	if (asked === undefined)
		return yes(`Port of the ${name}: ${port} is taken, the next free one is used`);
	return no(
		`Port of the ${name}: ${port} is taken`,
		`choose another with ${flag}, or leave it out`
	);
}

/** @param {string} host */
async function checkAddress(host) {
	if (await canListen(host, 0)) return yes(`Address ${host}: listens`);
	if (host === '::1') return yes('Address ::1: not there, 127.0.0.1 alone is used');
	return no(
		`Address ${host}: cannot be used`,
		'bring the loopback interface up (ip link set lo up)'
	);
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canListen(host, port) {
	return new Promise((resolve) => {
		const server = net.createServer();
		server.on('error', () => resolve(false));
		server.listen(port, host, () => server.close(() => resolve(true)));
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
	try {
		await access(await nearest(home), constants.W_OK);
		return yes(`Home: ${home} can be written`);
	} catch {
		return no(`Home: ${home} cannot be written`, 'choose another with --home DIR');
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
