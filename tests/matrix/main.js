import path from 'node:path';
import { Problem, report } from '../../src/bin/problem.js';
import { exclusively, install, root, run, stopChildren } from '../../src/bin/setup.js';

/**
 * `npm run matrix`: every kubectl from 1.20 to 1.36 does all that `cells` holds, in every era, and a table
 * says how it went. It goes on where it was interrupted: what went well is not tried again until a source changes.
 * `-- --only "exec,get po"` takes some cells by the beginning of their names, `--kubectl 1.20,1.36` and `--era` some of
 * the rest, `--again` also what is known to go well.
 * @typedef {import('./run.ts')} Matrix
 */

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		stopChildren();
		process.exit(130);
	});

try {
	process.exitCode = (await matrix(process.argv.slice(2))) > 0 ? 1 : 0;
} catch (error) {
	process.exitCode = report(error);
}

/** @param {string[]} argv */
async function matrix(argv) {
	await exclusively(() => install('test'));
	// Vite reads the configuration of TypeScript that this writes.
	const kit = path.join(root, 'node_modules/@sveltejs/kit/svelte-kit.js');
	await run(process.execPath, [kit, 'sync'], { quiet: true });
	const { runnerImport } = await import('vite');
	const file = path.join(root, 'tests/matrix/run.ts');
	/** @type {{ module: Matrix }} */
	const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'error' });
	return module.runMatrix(root, readWanted(argv, module.choices));
}

/**
 * @param {string[]} argv
 * @param {Matrix['choices']} choices
 */
function readWanted(argv, choices) {
	/** @type {import('./run.ts').Wanted} */
	const wanted = { only: [], kubectl: [], era: [], again: false };
	const rest = [...argv];
	for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
		const list = () => (rest.shift() ?? '').split(',');
		if (flag === '--again') wanted.again = true;
		else if (flag === '--only') wanted.only = list();
		else if (flag === '--kubectl') wanted.kubectl = list();
		else if (flag === '--era') wanted.era = list();
		else usage(choices);
	}
	const verbs = wanted.only.map((name) => name.split(' ', 1)[0] ?? '');
	const known = (/** @type {string[]} */ names, /** @type {readonly string[]} */ all) =>
		names.every((name) => all.includes(name));
	if (!known(verbs, choices.only)) usage(choices);
	if (!known(wanted.kubectl, choices.kubectl) || !known(wanted.era, choices.era)) usage(choices);
	return wanted;
}

/**
 * @param {Matrix['choices']} choices
 * @returns {never}
 */
function usage({ only, kubectl, era }) {
	throw new Problem(
		`Usage: npm run matrix -- [--only ${only.join(',')}] [--kubectl ${kubectl.join(',')}] [--era ${era.join(',')}] [--again]`,
		2
	);
}
