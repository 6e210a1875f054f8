import path from 'node:path';
import { build } from 'vite';

export const peerNames = ['mermaid', 'zenuml', 'appmap'] as const;
export type PeerName = (typeof peerNames)[number];

/** Bundles each peer as a page of its own would load it, minified, and returns the folder. */
export async function bundlePeers(out: string): Promise<void> {
	for (const name of peerNames)
		await build({
			configFile: false,
			root: import.meta.dirname,
			logLevel: 'error',
			publicDir: false,
			base: './',
			define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
			build: {
				outDir: path.join(out, name),
				emptyOutDir: true,
				chunkSizeWarningLimit: 1e5,
				rolldownOptions: {
					input: path.join(import.meta.dirname, 'peers', `${name}.ts`),
					output: { entryFileNames: 'entry.js' }
				}
			}
		});
}
