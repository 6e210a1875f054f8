import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';

/** The page without a server, as `npm run build:static` leaves it, on a host that only hands out files. */
export const folder = fileURLToPath(new URL('../../dist/static', import.meta.url));
/** A path that nobody told the page. */
export const deep = '/some/deep/path/';

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

export const test = base.extend<object, { host: string; reached: string[] }>({
	/** What arrived at the host. */
	// Playwright reads from the pattern which fixtures are needed.
	reached: [async ({ browserName: _ }, use) => use([]), { scope: 'worker' }],
	host: [
		async ({ reached }, use) => {
			const server = createServer((request, response) => {
				reached.push(request.url ?? '');
				const wanted = new URL(request.url ?? '', 'http://host').pathname;
				const name = wanted === deep ? 'index.html' : wanted.slice(deep.length);
				const found = wanted.startsWith(deep) ? readFile(path.join(folder, name)) : undefined;
				Promise.resolve(found)
					.catch(() => undefined)
					.then((content) => {
						const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
						response.writeHead(content ? 200 : 404, { 'Content-Type': type }).end(content);
					})
					.catch(() => response.destroy());
			});
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
			server.closeAllConnections();
			server.close();
		},
		{ scope: 'worker' }
	]
});

export { expect };

export const step = (page: Page, key: string) => page.locator(`[data-step="${key}"]`);
export const current = (page: Page, key: string) =>
	expect(step(page, key)).toHaveAttribute('aria-current', 'step');

/** Lets a file fall onto the page, as from a desktop; `lines` more that say nothing make it large. */
export async function drop(page: Page, name: string, text: string, lines = 0): Promise<void> {
	const transfer = await page.evaluateHandle(
		([called, content, more]) => {
			const made = new DataTransfer();
			const filling = '{"k":"nothing"}\n'.repeat(more);
			made.items.add(new File([content, filling], called));
			return made;
		},
		[name, text, lines] as const
	);
	await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
}
