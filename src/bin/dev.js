import { createServer } from 'vite';
import { readFile } from 'node:fs/promises';
import { readOptions } from './flags.js';
import { report } from './problem.js';

/**
 * `npm run dev`: the page by Vite with hot reload, the cluster restarted when a file of the server changes. For
 * developers, after `npm ci`; the same flags as `npm start`.
 */
try {
	await develop();
} catch (error) {
	process.exit(report(error));
}

async function develop() {
	const options = readOptions(process.argv.slice(2), process.env);
	const port = options.port || 8080;
	const shared = /** @type {Record<symbol, unknown>} */ (/** @type {unknown} */ (globalThis));
	const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
	const { version } = JSON.parse(manifest);
	shared[Symbol.for('execscope.options')] = { ...options, port, version };
	const bridge = () =>
		/** @type {import('./server.js').Bridge | undefined} */ (shared[Symbol.for('execscope')]);
	const server = await createServer({ server: { host: '127.0.0.1', port, strictPort: true } });
	// Vite's own socket for hot reload shares the server: what is not ours is left to it.
	server.httpServer?.prependListener('upgrade', (request, socket, head) => {
		bridge()?.upgrade(request, socket, head);
	});
	await server.listen();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => {
			void Promise.allSettled([server.close(), bridge()?.close()]).then(() => process.exit(0));
		});
	// SvelteKit runs the hooks' init at the first request.
	await fetch(`http://127.0.0.1:${port}/`);
	for (const line of bridge()?.lines ?? []) process.stdout.write(`${line}\n`);
	await bridge()?.announced();
}
