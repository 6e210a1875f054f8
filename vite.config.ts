/// <reference types="vitest/config" />
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** The page and its server; also the unit tests, which finish in seconds and need no build. */
export default defineConfig({
	plugins: [sveltekit()],
	// CommonJS, which the development server would otherwise take into its own module graph.
	ssr: { external: ['@xterm/headless'] },
	test: {
		include: ['tests/**/*.test.ts'],
		exclude: ['**/node_modules/**', 'tests/{browser,conformance,attack,seeds}/**'],
		environment: 'node'
	}
});
