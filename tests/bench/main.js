import path from 'node:path';
import { findBrowser } from '../../src/bin/browser.js';
import { Problem, report } from '../../src/bin/problem.js';
import {
	build,
	exclusively,
	install,
	installBench,
	root,
	stopChildren
} from '../../src/bin/setup.js';

/**
 * `npm run bench`: measures this page and the libraries that draw such diagrams, in one Chromium.
 * `-- --only open,seek` runs some cases, `--quick` fewer and smaller ones once, `--runs 3` and `--sizes 50,200` say
 * how often and how many messages, `--write` keeps the result in tests/bench/RESULTS.md.
 * @typedef {import('./run.ts')} Bench
 */

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		stopChildren();
		process.exit(130);
	});

try {
	await bench(process.argv.slice(2));
} catch (error) {
	process.exitCode = report(error);
}

/** @param {string[]} argv */
async function bench(argv) {
	await exclusively(() => install('test'));
	const { runnerImport } = await import('vite');
	const file = path.join(root, 'tests/bench/run.ts');
	/** @type {{ module: Bench }} */
	const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'error' });
	const wanted = readWanted(argv, module.caseNames);
	const browser = await exclusively(async () => {
		await build();
		await installBench();
		return findBrowser();
	});
	await module.runBench(root, browser, wanted);
}

/**
 * @param {string[]} argv
 * @param {string[]} names
 * @returns {import('./run.ts').Wanted}
 */
function readWanted(argv, names) {
	/** @type {import('./run.ts').Wanted} */
	const wanted = { only: [], quick: false, runs: undefined, sizes: undefined, write: false };
	const rest = [...argv];
	for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
		if (flag === '--quick') wanted.quick = true;
		else if (flag === '--write') wanted.write = true;
		else if (flag === '--only') wanted.only = (rest.shift() ?? '').split(',');
		else if (flag === '--runs') wanted.runs = Number(rest.shift());
		else if (flag === '--sizes') wanted.sizes = (rest.shift() ?? '').split(',').map(Number);
		else usage(names);
	}
	const numbers = [wanted.runs ?? 1, ...(wanted.sizes ?? [])];
	if (!numbers.every((number) => Number.isInteger(number) && number > 0)) usage(names);
	if (!wanted.only.every((name) => names.includes(name))) usage(names);
	return wanted;
}

/**
 * @param {string[]} names
 * @returns {never}
 */
function usage(names) {
	throw new Problem(
		`Usage: npm run bench -- [--only ${names.join(',')}] [--quick] [--runs N] [--sizes N,N] [--write]`,
		2
	);
}
