import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.js';

/**
 * Brings a fresh clone to where it can run: packages, then the build. Each step leaves a stamp in .toolchain/ when it
 * is done, and is skipped while the stamp says that nothing it depends on has changed; an interrupted step has no
 * stamp and is done again.
 */

export const root = fileURLToPath(new URL('../../', import.meta.url));
const toolchain = path.join(root, '.toolchain');

/** @typedef {'start' | 'test'} Scope `start` needs less than `test`: no linters, no test runners */

/**
 * Installs the packages that are missing.
 * @param {Scope} scope
 */
export async function install(scope) {
	const wanted = await packagesStamp(root);
	const done = await readStamp('packages');
	const enough = done === `test ${wanted}` || (scope === 'start' && done === `start ${wanted}`);
	if (enough && existsSync(path.join(root, 'node_modules'))) return;
	say(`Installing packages (npm ci), once for this version of Execscope ...`);
	await rm(path.join(toolchain, 'packages'), { force: true });
	const dev = scope === 'start' ? '--omit=dev' : '--include=dev';
	await npmCi(root, [dev]);
	await writeStamp('packages', `${scope} ${wanted}`);
}

/** Installs what only the browser tests need; it has a lock of its own, so that `npm start` never fetches it. */
export function installBrowser() {
	return installApart('browser', 'Fetching a browser for the tests');
}

/** Installs the fonts that the tests bring, so that their pictures do not depend on those of the machine. */
export function installFonts() {
	return installApart('fonts', 'Fetching fonts for the tests');
}

/** Installs the libraries that the bench compares with, which neither `npm start` nor `npm test` fetches. */
export function installBench() {
	return installApart('bench', 'Fetching the libraries to compare with');
}

/**
 * @param {string} name of the folder under tests/, and of its stamp
 * @param {string} what
 */
async function installApart(name, what) {
	const folder = path.join(root, 'tests', name);
	const wanted = await packagesStamp(folder);
	if ((await readStamp(name)) === wanted && existsSync(path.join(folder, 'node_modules'))) return;
	say(`${what} (npm ci in tests/${name}) ...`);
	await npmCi(folder, []);
	await writeStamp(name, wanted);
}

/** Builds the page and its server when a source has changed. */
export async function build() {
	await onceForSources('build', ['vite.config.ts'], 'build/handler.js', async () => {
		say('Building the page (vite build) ...');
		await vite([]);
	});
}

/**
 * Does some work again only when a source, one of these configurations or the packages have changed since.
 * @param {string} name of the stamp
 * @param {string[]} configs
 * @param {string} output a file that the work leaves
 * @param {() => Promise<void>} work
 */
export async function onceForSources(name, configs, output, work) {
	const wanted = await sourceStamp(configs);
	if ((await readStamp(name)) === wanted && existsSync(path.join(root, output))) return;
	await rm(path.join(toolchain, name), { force: true });
	await work();
	await writeStamp(name, wanted);
}

/**
 * Runs `vite build`.
 * @param {string[]} args
 */
export async function vite(args) {
	const script = path.join(root, 'node_modules/vite/bin/vite.js');
	const { code, text } = await run(process.execPath, [script, 'build', ...args], {
		quiet: true,
		env: { ...process.env, NO_COLOR: '1' }
	});
	if (code !== 0) throw new Problem(`${text}\nvite build failed (exit code ${code}).`);
}

/**
 * Lets one process at a time set this clone up; a second one waits, then finds the work done.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(work) {
	await mkdir(toolchain, { recursive: true });
	const lock = path.join(toolchain, 'lock');
	let told = false;
	while (!(await takeLock(lock))) {
		const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
		if (owner ? !isAlive(owner) : await isOld(lock)) {
			await rm(lock, { force: true });
			continue;
		}
		if (!told) {
			say(`Waiting for process ${owner || '?'}, which is setting up the same folder.`);
			say(`(If there is no such process of Execscope, remove ${lock}.)`);
		}
		told = true;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
	const free = () => rmSync(lock, { force: true });
	process.once('exit', free); // a signal ends us in the middle of the work
	try {
		return await work();
	} finally {
		process.off('exit', free);
		free();
	}
}

/** @param {string} lock */
async function takeLock(lock) {
	try {
		await writeFile(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
		throw error;
	}
}

/**
 * A lock without a pid belongs to a process that is about to write it, or that died before it could.
 * @param {string} lock
 */
async function isOld(lock) {
	const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Infinity }));
	return Date.now() - mtimeMs > 5000;
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
	}
}

/**
 * Runs `npm ci` with the user's own settings (proxy, registry, certificates): none is overridden. Install scripts are
 * off because nothing here needs one.
 * @param {string} folder
 * @param {string[]} extra
 */
async function npmCi(folder, extra) {
	const flags = ['--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', ...extra];
	const { code, text } = await npm(['ci', ...flags], folder);
	if (code === 0) return;
	const registry = await npm(['config', 'get', 'registry'], folder);
	// npm may warn about settings in lines of its own before the answer.
	const address = registry.text.split('\n').findLast((line) => /^https?:/.test(line.trim()));
	const host = address ? new URL(address.trim()).host : 'unknown';
	throw new Problem(
		`${text.trim()}\n\nInstalling packages failed (npm ci, exit code ${code}); the registry in use is ${host}.\n` +
			'Check that this machine reaches it. npm takes a proxy from `npm config set proxy URL`, another registry from\n' +
			'`npm config set registry URL` and a company certificate from `npm config set cafile FILE`. Then run this again.'
	);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
	const cli = findNpm();
	return cli
		? run(process.execPath, [cli, ...args], { cwd, quiet: true })
		: run('npm', args, { cwd, quiet: true });
}

/** npm's own entry file: the one that started us, else the one beside this Node. */
function findNpm() {
	const bin = path.dirname(process.execPath);
	const started = process.env.npm_execpath;
	const places = [
		started && path.basename(started) === 'npm-cli.js' ? started : '',
		path.join(bin, '../lib/node_modules/npm/bin/npm-cli.js'),
		path.join(bin, 'node_modules/npm/bin/npm-cli.js'),
		'/usr/share/nodejs/npm/bin/npm-cli.js'
	];
	return places.find((place) => place !== '' && existsSync(place));
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** Ends what set-up or tests have started; for a signal that arrives meanwhile. */
export function stopChildren() {
	for (const child of children) child.kill('SIGTERM');
}

/**
 * Runs a program to its end. `quiet` collects what it prints, else it goes to our own output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, quiet?: boolean, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, text: string }>} code 1 when it could not be started or was ended by a signal
 */
export function run(command, args, options = {}) {
	return new Promise((resolve) => {
		const child = spawn(command, args, {
			cwd: options.cwd ?? root,
			env: options.env ?? process.env,
			stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit']
		});
		children.add(child);
		let text = '';
		for (const stream of [child.stdout, child.stderr])
			stream?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
		const end = (/** @type {number} */ code) => {
			children.delete(child);
			resolve({ code, text });
		};
		child.on('error', (error) => {
			text += error.message;
			end(1);
		});
		child.on('close', (code) => end(code ?? 1));
	});
}

/**
 * Packages depend on the lock, on what package.json asks for, and on the Node and machine they are for.
 * @param {string} folder
 */
async function packagesStamp(folder) {
	const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	const { dependencies, devDependencies, overrides } = manifest;
	const lock = await readFile(path.join(folder, 'package-lock.json'));
	return createHash('sha256')
		.update(JSON.stringify([dependencies, devDependencies, overrides]))
		.update(lock)
		.update([process.version, process.platform, process.arch].join(' '))
		.digest('hex');
}

/**
 * A build depends on the content of the sources, of the configuration and of the packages.
 * @param {string[]} configs
 */
async function sourceStamp(configs) {
	const hash = createHash('sha256');
	hash.update(await packagesStamp(root));
	for (const file of ['svelte.config.js', 'tsconfig.json', ...configs])
		hash.update(await readFile(path.join(root, file)));
	for (const folder of ['src', 'static']) {
		const entries = await readdir(path.join(root, folder), {
			recursive: true,
			withFileTypes: true
		});
		const files = entries.filter((entry) => entry.isFile());
		const names = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
		for (const name of names) hash.update(path.relative(root, name)).update(await readFile(name));
	}
	return hash.digest('hex');
}

/** @param {string} name */
async function readStamp(name) {
	return (await readFile(path.join(toolchain, name), 'utf8').catch(() => '')).trim();
}

/**
 * @param {string} name
 * @param {string} value
 */
async function writeStamp(name, value) {
	await mkdir(toolchain, { recursive: true });
	await writeFile(path.join(toolchain, name), `${value}\n`);
}

/** @param {string} text */
function say(text) {
	process.stdout.write(`${text}\n`);
}
