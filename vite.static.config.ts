import { fileURLToPath } from 'node:url';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/**
 * The page without a server, as src/bin/build-static.js wants it: `--mode static` in files that find each other under
 * any path, `--mode single` as one classic script with everything inside.
 */
export default defineConfig(({ mode }) => {
	const single = mode === 'single';
	return {
		base: './',
		publicDir: false,
		plugins: [svelte({ configFile: false, preprocess: vitePreprocess() }), single && inlineWorkers],
		resolve: { alias: { $lib: fileURLToPath(new URL('src/lib', import.meta.url)) } },
		build: {
			outDir: single ? 'dist/.single' : 'dist/static',
			manifest: 'manifest.json',
			cssCodeSplit: !single,
			rolldownOptions: {
				input: 'src/static/main.ts',
				output: single ? { format: 'iife', codeSplitting: false } : {}
			}
		}
	};
});

/** One file has no second one to fetch a worker from. */
const inlineWorkers: Plugin = {
	name: 'inline-workers',
	enforce: 'pre',
	resolveId(source, importer) {
		return source.endsWith('?worker') ? this.resolve(`${source}&inline`, importer) : undefined;
	}
};
