import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBrowser } from './browser.js';
import { buildStatic } from './build-static.js';
import { Problem, report } from './problem.js';
import { build, exclusively, install, installFonts, root, run, stopChildren } from './setup.js';

/**
 * `npm test`: sets itself up, runs everything, and closes with `N passed, N failed`. A tool (types, lint, format,
 * unused code) counts as one test; a runner that crashed counts as one that failed. For developers:
 * `npm test -- --only unit` (or several, with commas).
 * @typedef {import('./vitest-reporter.js').Results} Results
 */

/** @type {Record<string, () => Promise<Results>>} */
const parts = {
	types: () => tool('svelte-check', checkTypes),
	lint: () => tool('eslint', () => bin('eslint/bin/eslint.js', ['-c', '.eslint.config.js', '.'])),
	format: () => tool('prettier', () => bin('prettier/bin/prettier.cjs', ['--check', '.'])),
	knip: () => tool('knip', () => bin('knip/bin/knip.js', ['--no-progress'])),
	unit: () => vitest('unit', 'vite.config.ts'),
	conformance: async () => {
		await exclusively(build);
		return vitest('conformance', 'vite.conformance.config.ts');
	},
	browser: async () => {
		await exclusively(build);
		await exclusively(buildStatic);
		return playwright();
	}
};

const tools = new Set(['types', 'lint', 'format', 'knip']);

/** @param {string[]} argv */
export async function runTests(argv) {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => {
			stopChildren();
			process.exit(130);
		});
	const total = await runParts(argv).catch(failed);
	for (const { name, reason } of total.skipped) say(`skipped: ${name}: ${reason}`);
	say(`${total.passed} passed, ${total.failed} failed`);
	process.exitCode = total.failed > 0 ? 1 : 0;
}

/**
 * @param {string[]} argv
 * @returns {Promise<Results>}
 */
async function runParts(argv) {
	const wanted = readOnly(argv);
	await exclusively(() => install('test'));
	/** @type {Results} */
	const total = { passed: 0, failed: 0, skipped: [] };
	// Tools read and print nothing until they end: two cores run them side by side.
	const still = wanted.filter((name) => tools.has(name));
	if (still.length > 0) await bin('@sveltejs/kit/svelte-kit.js', ['sync']);
	await Promise.all(still.map(part));
	for (const name of wanted.filter((one) => !tools.has(one))) {
		say(`\n== ${name}`);
		await part(name);
	}
	return total;

	/** @param {string} name */
	async function part(name) {
		const started = performance.now();
		const results = await parts[name]?.().catch(failed);
		if (!results) return;
		const seconds = ((performance.now() - started) / 1000).toFixed(1);
		say(`${name}: ${results.passed} of ${results.passed + results.failed} passed in ${seconds} s`);
		total.passed += results.passed;
		total.failed += results.failed;
		total.skipped.push(...results.skipped);
	}
}

/** @param {string[]} argv */
function readOnly(argv) {
	const all = Object.keys(parts);
	if (argv.length === 0) return all;
	const only = argv[0] === '--only' && argv.length === 2 ? (argv[1]?.split(',') ?? []) : [];
	if (only.length > 0 && only.every((name) => all.includes(name))) return only;
	throw new Problem(`Usage: npm test -- --only ${all.join(',')}`, 2);
}

/**
 * @param {unknown} error
 * @returns {Results}
 */
function failed(error) {
	report(error);
	return { passed: 0, failed: 1, skipped: [] };
}

/**
 * @param {string} name
 * @param {() => Promise<{ code: number, text: string }>} work
 * @returns {Promise<Results>}
 */
async function tool(name, work) {
	const { code, text } = await work();
	if (code === 0) return { passed: 1, failed: 0, skipped: [] };
	say(`${text.trim()}\n${name} failed (exit code ${code})`);
	return { passed: 0, failed: 1, skipped: [] };
}

async function checkTypes() {
	return bin('svelte-check/bin/svelte-check', [
		'--tsconfig',
		'./tsconfig.json',
		'--fail-on-warnings'
	]);
}

/**
 * @param {string} script
 * @param {string[]} args
 */
function bin(script, args) {
	return run(process.execPath, [path.join(root, 'node_modules', script), ...args], { quiet: true });
}

/**
 * @param {string} name
 * @param {string} config
 * @returns {Promise<Results>}
 */
function vitest(name, config) {
	return withResults(name, async (file) => {
		const entry = path.join(root, 'node_modules/vitest/vitest.mjs');
		const reporters = ['--reporter=default', '--reporter=./src/bin/vitest-reporter.js'];
		const args = [entry, 'run', '--config', config, '--passWithNoTests', ...reporters];
		const { code } = await run(process.execPath, args, {
			env: { ...process.env, EXECSCOPE_RESULTS: file }
		});
		return { code, read: (text) => /** @type {Results} */ (JSON.parse(text)) };
	});
}

/** @returns {Promise<Results>} */
async function playwright() {
	const browser = await exclusively(async () => {
		await installFonts();
		return findBrowser();
	});
	say(`browser: ${browser.path}`);
	return withResults('browser', async (file) => {
		const entry = path.join(root, 'node_modules/@playwright/test/cli.js');
		const args = [entry, 'test', '--config', 'tests/browser/playwright.config.ts'];
		const { code } = await run(process.execPath, args, {
			env: {
				...process.env,
				...browser.env,
				EXECSCOPE_BROWSER: browser.path,
				EXECSCOPE_RESULTS: file
			}
		});
		return { code, read: readPlaywright };
	});
}

/**
 * @param {string} text what Playwright's JSON reporter wrote
 * @returns {Results}
 */
function readPlaywright(text) {
	const { stats, suites, errors } = JSON.parse(text);
	/** @type {Results['skipped']} */
	const skipped = [];
	const visit = (/** @type {any} */ suite) => {
		for (const spec of suite.specs ?? [])
			for (const test of spec.tests ?? []) {
				if (test.status !== 'skipped') continue;
				const said = test.annotations?.find((/** @type {any} */ note) => note.type === 'skip');
				skipped.push({ name: spec.title, reason: said?.description ?? 'no reason given' });
			}
		for (const inner of suite.suites ?? []) visit(inner);
	};
	for (const suite of suites) visit(suite);
	return {
		passed: stats.expected,
		failed: stats.unexpected + stats.flaky + errors.length,
		skipped
	};
}

/**
 * Runs a test runner that writes its results to a file; none written, or an exit code that the results do not explain,
 * is one failure.
 * @param {string} name
 * @param {(file: string) => Promise<{ code: number, read: (text: string) => Results }>} work
 * @returns {Promise<Results>}
 */
async function withResults(name, work) {
	const folder = await mkdtemp(path.join(tmpdir(), 'execscope-test-'));
	try {
		const file = path.join(folder, 'results.json');
		const { code, read } = await work(file);
		const text = await readFile(file, 'utf8').catch(() => undefined);
		const results = text === undefined ? { passed: 0, failed: 0, skipped: [] } : read(text);
		const crashed = text === undefined || (code !== 0 && results.failed === 0);
		if (crashed)
			say(`The ${name} runner ended with exit code ${code} and no results that explain it.`);
		return crashed ? { ...results, failed: results.failed + 1 } : results;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** @param {string} text */
function say(text) {
	process.stdout.write(`${text}\n`);
}
