import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Problem } from './problem.js';
import { installBrowser, root, run } from './setup.js';

/**
 * Finds a browser for the tests: the one that EXECSCOPE_BROWSER names (`package` means the last of these), one of this
 * machine, else the one that an npm package carries (Linux x64).
 * @typedef {{ path: string, env: NodeJS.ProcessEnv }} Browser
 */

const names = [
	'google-chrome',
	'google-chrome-stable',
	'chromium',
	'chromium-browser',
	'microsoft-edge'
];
const elsewhere = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
];

/**
 * Throws a Problem that lists what was tried when there is none: browser tests are never skipped.
 * @returns {Promise<Browser>}
 */
export async function findBrowser() {
	const named = process.env.EXECSCOPE_BROWSER;
	if (named && named !== 'package') {
		if (await starts(named, {})) return { path: named, env: {} };
		throw new Problem(`EXECSCOPE_BROWSER is ${named}, which does not start (--version failed).`);
	}
	const tried = [];
	if (named !== 'package') {
		const folders = (process.env.PATH ?? '').split(path.delimiter);
		const places = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
		for (const place of [...places, ...elsewhere].filter((candidate) => existsSync(candidate))) {
			if (await starts(place, {})) return { path: place, env: {} };
			tried.push(`${place} (does not start)`);
		}
		if (tried.length === 0) tried.push(`${names.join(', ')} (none on this machine)`);
	}
	try {
		return await packagedBrowser();
	} catch (error) {
		tried.push(`@sparticuz/chromium (${error instanceof Error ? error.message : String(error)})`);
	}
	throw new Problem(
		`No browser for the browser tests. Tried:\n  ${tried.join('\n  ')}\n` +
			'Install Chrome or Chromium (Debian: apt-get install chromium), or name one in EXECSCOPE_BROWSER.'
	);
}

/** @returns {Promise<Browser>} */
async function packagedBrowser() {
	if (process.platform !== 'linux' || process.arch !== 'x64')
		throw new Error('it is for Linux on x64 alone');
	await installBrowser();
	const folder = path.join(root, '.toolchain/chromium');
	const binary = path.join(folder, 'chromium');
	const libraries = path.join(folder, 'al2023/lib');
	const env = { LD_LIBRARY_PATH: libraries };
	if (existsSync(binary) && (await starts(binary, {}))) return { path: binary, env: {} };
	if (existsSync(binary) && (await starts(binary, env))) return { path: binary, env };
	await unpack(folder);
	if (await starts(binary, {})) return { path: binary, env: {} };
	if (await starts(binary, env)) return { path: binary, env };
	throw new Error('it does not start here, not even with its own libraries');
}

/**
 * Unpacks the package into a folder of this clone: in the shared temporary folder it would belong to the first user
 * who came, and be trusted by the second.
 * @param {string} folder
 */
async function unpack(folder) {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const brought = path.join(root, 'tests/browser/node_modules/@sparticuz/chromium');
	const { inflate } = await import(pathToFileURL(path.join(brought, 'build/esm/lambdafs.js')).href);
	const before = process.env.TMPDIR;
	process.env.TMPDIR = folder;
	try {
		for (const archive of ['chromium.br', 'al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br'])
			await inflate(path.join(brought, 'bin', archive));
	} finally {
		if (before === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = before;
	}
}

/**
 * @param {string} binary
 * @param {NodeJS.ProcessEnv} env
 */
async function starts(binary, env) {
	const { code } = await run(binary, ['--version'], {
		quiet: true,
		env: { ...process.env, ...env }
	});
	return code === 0;
}
