import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

/**
 * The page without a server, as `npm run build:static` leaves it: on a host that only hands out files, under a path
 * that nobody told it, and as one file on a disk. Whatever a test does, no request may leave it.
 */
const folder = fileURLToPath(new URL('../../dist/static', import.meta.url));
const file = pathToFileURL(path.join(folder, 'execscope.html')).href;
const deep = '/some/deep/path/';
const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

const test = base.extend<{ said: string[]; asked: string[] }, { host: string; reached: string[] }>({
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

const step = (page: Page, key: string) => page.locator(`[data-step="${key}"]`);
const current = (page: Page, key: string) =>
	expect(step(page, key)).toHaveAttribute('aria-current', 'step');

/** Lets a file fall onto the page, as from a desktop; `lines` more that say nothing make it large. */
async function drop(page: Page, name: string, text: string, lines = 0): Promise<void> {
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

/** All that a reader does with it. */
async function readThrough(page: Page): Promise<void> {
	await expect(step(page, 'cri-exec')).toHaveCount(1);
	await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
	await expect(page.getByRole('button', { name: 'Run' })).toHaveCount(1);
	await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
	await expect(page.getByText(/To run commands for real, .*npm start/)).toBeVisible();

	await page.evaluate(() => (location.hash = '#step=cri-exec'));
	await current(page, 'cri-exec');
	await page.keyboard.press('ArrowRight');
	await current(page, 'check-container');
	await expect(page).toHaveURL(/#run=shell&step=check-container$/);
	const link = await step(page, 'cri-exec')
		.locator('a')
		.first()
		.evaluate((a: HTMLAnchorElement) => a.href);
	expect(link).toBe(page.url().replace('check-container', 'cri-exec'));

	for (const tab of ['Fields', 'Bytes', 'Source'])
		await page.getByRole('tab', { name: tab }).click();
	await page.getByRole('button', { name: 'Theme' }).click();
	await page.getByRole('button', { name: 'Dark' }).click();
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await page.getByRole('button', { name: /中文/ }).click();
	await expect(page.getByRole('button', { name: '运行', exact: true })).toHaveCount(1);
	await page.getByRole('button', { name: /Language/ }).click();

	await page.evaluate(() => (location.hash = '#step=close'));
	await current(page, 'close');
	await expect(page.locator('.xterm-rows')).toContainText('root@nginx:/#');
	await page.getByRole('button', { name: 'Recordings' }).click();
	await page.getByRole('button', { name: 'kubectl exec nginx -- date' }).click();
	await page.evaluate(() => (location.hash = '#run=date&step=post-exec'));
	await current(page, 'post-exec');
	await page.evaluate(() => (location.hash = '#run=2026-01-01T00-00-00Z-nobody-has-it'));
	await expect(page.getByText('There is no recording named')).toBeVisible();

	const mine = await readFile(path.join(folder, 'recordings/date.execscope'), 'utf8');
	await drop(page, 'mine.execscope', mine);
	await expect(page.getByText('There is no recording named')).toBeHidden();
	await expect(page.getByText('kubectl exec nginx -- date').first()).toBeVisible();
	await page.keyboard.press('ArrowRight');
	await expect(page.locator('[aria-current="step"]')).toHaveCount(1);
	await expect(page).not.toHaveURL(/mine/);

	const reader = page.waitForEvent('worker');
	await drop(page, 'large.execscope', mine, 50_000);
	expect((await reader).url()).toMatch(/^blob:|\/scan-worker-/);
	await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
	await page.keyboard.press('ArrowRight');
	await expect(page.locator('[aria-current="step"]')).toHaveCount(1);
}

test('a static host serves it under any path, and is asked for nothing but its files', async ({
	page,
	host,
	said,
	asked
}) => {
	await page.goto(host + deep);
	await readThrough(page);
	expect(said).toEqual([]);
	const names = asked.map((url) => url.replace(host + deep, ''));
	const own = /^(|favicon\.svg|recordings\/(shell|date)\.execscope|assets\/[\w-]+\.(js|css))$/;
	expect(names.filter((name) => !own.test(name))).toEqual([]);
	expect(new Set(names).size).toBeGreaterThan(4);
});

test('one file opens from a disk, and asks for nothing at all', async ({ page, said, asked }) => {
	await page.goto(file);
	await readThrough(page);
	expect(said).toEqual([]);
	expect(asked.filter((url) => !/^(data|blob):/.test(url))).toEqual([file]);
});

test('it opens on at most 150 kB of compressed code', async () => {
	const page = await readFile(path.join(folder, 'index.html'), 'utf8');
	const files = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
	const contents = await Promise.all(files.map((name) => readFile(path.join(folder, name))));
	const zipped = contents.map((content) => gzipSync(content, { level: 9 }).length);
	expect(zipped.length).toBeGreaterThanOrEqual(2);
	expect(zipped.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(150_000);
});

test('its link opens at the step, and index.html on a disk hands over to the file', async ({
	page
}) => {
	await page.goto(`${file.replace('execscope', 'index')}#step=cri-exec`);
	await current(page, 'cri-exec');
	expect(page.url()).toBe(`${file}#run=shell&step=cri-exec`);
	await page.reload();
	await current(page, 'cri-exec');
});

test('the policy of the file holds: neither scripts nor requests of a stranger', async ({
	page,
	host,
	reached
}) => {
	await page.goto(`${file}#step=cri-exec`);
	await current(page, 'cri-exec');
	reached.length = 0;
	const got = await page.evaluate(async (address) => {
		const script = document.createElement('script');
		script.textContent = 'document.title = "stranger"';
		document.body.append(script);
		const image = new Image();
		image.src = `${address}/image.png`;
		document.body.append(image);
		await new Promise((resolve) => image.addEventListener('error', resolve));
		return fetch(`${address}/fetched`).then(
			() => 'fetched',
			() => 'refused'
		);
	}, host);
	expect(got).toBe('refused');
	expect(await page.title()).toBe('Execscope');
	expect(reached).toEqual([]);
});

for (const locale of ['en-US', 'zh-CN'])
	test.describe(locale, () => {
		test.use({ locale });
		test('a screen reader finds nothing to trip over', async ({ page }) => {
			for (const at of [file, `${file}#step=cri-exec`]) {
				await page.goto(at);
				await expect(step(page, 'cri-exec')).toHaveCount(1);
				const { violations } = await new AxeBuilder({ page }).analyze();
				expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
			}
		});
	});
