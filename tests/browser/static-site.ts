import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';
import { languageTags, messages, type Language } from '../../src/lib/i18n/messages.ts';

/**
 * The page without a server, as `npm run build:static` leaves it: on a host that only hands out files, under a path
 * that nobody told it, and as one file on a disk. It needs no cluster, so that a test takes a second.
 */
export const folder = fileURLToPath(new URL('../../dist/static', import.meta.url));
export const file = pathToFileURL(path.join(folder, 'execscope.html')).href;
export const deep = '/some/deep/path/';
const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

export const test = base.extend<
	{ said: string[]; asked: string[] },
	{ host: string; reached: string[] }
>({
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
	],
	/** What the browser complained of: an answer of 404, something that the policy forbids, an exception. */
	said: async ({ page }, use) => {
		const said: string[] = [];
		page.on('console', (message) => {
			if (['error', 'warning'].includes(message.type())) said.push(message.text());
		});
		page.on('pageerror', (error) => said.push(error.message));
		await use(said);
	},
	/** Every request, of whatever kind. */
	asked: async ({ context, page }, use) => {
		const asked: string[] = [];
		context.on('request', (request) => asked.push(request.url()));
		page.on('websocket', (socket) => asked.push(socket.url()));
		await use(asked);
	}
});

export { expect };

export const step = (page: Page, key: string) => page.locator(`[data-step="${key}"]`);
export const isCurrent = (page: Page, key: string) =>
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

/** Opens the page at a link, and waits until a recording is there: until then the ladder shows what one will be. */
export async function open(page: Page, host: string, link = ''): Promise<void> {
	await page.goto(`${host}${deep}${link}`);
	await expect(page.locator('[role="slider"][aria-valuemax]').first()).not.toHaveAttribute(
		'aria-valuemax',
		'0'
	);
}

/** Another link in the same page. */
export async function follow(page: Page, link: string): Promise<void> {
	await page.evaluate((hash) => (location.hash = hash), link);
}

/** The step that is current: none before the first. */
export const currentStep = (page: Page): Promise<string | null> =>
	page.evaluate(
		() => document.querySelector('[data-step][aria-current]')?.getAttribute('data-step') ?? null
	);

/** Both languages of the page, with all its words. */
export const languages = (Object.keys(messages) as Language[]).map((language) => ({
	language,
	locale: languageTags[language],
	m: messages[language]
}));

/** A recording that the tests bring. */
export const fixture = (name: string): Promise<string> =>
	readFile(new URL(`../fixtures/recordings/${name}.execscope`, import.meta.url), 'utf8');
