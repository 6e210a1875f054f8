/// <reference types="vitest/config" />
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/**
 * The suites that run whole programs: real kubectls, the articles' command lines, attacks on every door. They need the
 * build and more time, and one at a time, because what they measure is a whole machine.
 */
export default defineConfig({
	plugins: [sveltekit()],
	test: {
		include: ['tests/{conformance,attack,seeds}/**/*.test.ts'],
		// No test but a tool: it records the kept runs anew, when asked to.
		exclude: process.env['EXECSCOPE_RECORD'] ? [] : ['tests/conformance/record-fixtures.test.ts'],
		environment: 'node',
		fileParallelism: false,
		testTimeout: 60_000,
		hookTimeout: 60_000
	}
});
