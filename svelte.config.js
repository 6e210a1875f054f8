import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		// The prefix keeps ORIGIN, HOST and the like of the user's environment away from our server.
		adapter: adapter({ out: 'build', envPrefix: 'EXECSCOPE_ADAPTER_' }),
		typescript: {
			config(config) {
				config.include.push('../vite*.config.ts');
				for (const apart of ['browser', 'bench'])
					config.exclude.push(`../tests/${apart}/node_modules/**`);
			}
		},
		csp: {
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'style-src': ['self', 'unsafe-inline'],
				'img-src': ['self', 'data:'],
				'connect-src': ['self'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
				'base-uri': ['none'],
				'object-src': ['none']
			}
		}
	}
};
