import { writeFileSync } from 'node:fs';

/**
 * Tells `npm test` how a vitest run went, with the reason of each skip, which vitest's own JSON leaves out. The file's
 * name comes in EXECSCOPE_RESULTS.
 * @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Results
 */
export default class ResultsReporter {
	/**
	 * @param {readonly import('vitest/node').TestModule[]} modules
	 * @param {readonly unknown[]} unhandledErrors
	 */
	onTestRunEnd(modules, unhandledErrors) {
		/** @type {Results} */
		const results = { passed: 0, failed: unhandledErrors.length, skipped: [] };
		for (const module of modules) {
			// A file that cannot be loaded has no tests that could fail.
			if (module.errors().length > 0) results.failed++;
			for (const suite of module.children.allSuites()) results.failed += suite.errors().length;
			for (const test of module.children.allTests()) count(results, test);
		}
		const file = process.env.EXECSCOPE_RESULTS;
		if (file) writeFileSync(file, JSON.stringify(results));
	}
}

/**
 * @param {Results} results
 * @param {import('vitest/node').TestCase} test
 */
function count(results, test) {
	const result = test.result();
	if (result.state === 'passed') results.passed++;
	else if (result.state === 'skipped')
		results.skipped.push({ name: test.fullName, reason: result.note ?? 'no reason given' });
	else results.failed++;
}
