import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { deep, drop, expect, file, folder, isCurrent, step, test } from './static-site.ts';

/** The page without a server. Whatever a test does, no request may leave it. */

/** All that a reader does with it. */
async function readThrough(page: Page): Promise<void> {
	await expect(step(page, 'cri-exec')).toHaveCount(1);
	await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
	await expect(page.getByRole('button', { name: 'Run' })).toHaveCount(1);
	await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
	await expect(page.getByText(/To run commands for real, .*npm start/)).toBeVisible();

	await page.evaluate(() => (location.hash = '#step=cri-exec'));
	await isCurrent(page, 'cri-exec');
	await page.keyboard.press('ArrowRight');
	await isCurrent(page, 'check-container');
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
	await isCurrent(page, 'close');
	await expect(page.locator('.xterm-rows')).toContainText('root@nginx:/#');
	await page.getByRole('button', { name: 'Recordings' }).click();
	await page.getByRole('button', { name: 'kubectl exec nginx -- date' }).click();
	await page.evaluate(() => (location.hash = '#run=date&step=post-exec'));
	await isCurrent(page, 'post-exec');
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

test('while it opens it says so, in both languages', async ({ page, host }) => {
	let go = () => {};
	const held = new Promise<void>((resolve) => (go = resolve));
	await page.route('**/assets/*.js', async (route) => {
		await held;
		await route.continue();
	});
	await page.goto(host + deep, { waitUntil: 'commit' });
	const opening = page.getByRole('status');
	await expect(opening).toContainText('It is opening.');
	await expect(opening.locator('[lang="zh-CN"]')).toContainText('正在打开。');
	await expect(opening).toHaveCSS('opacity', '1');
	go();
	await expect(step(page, 'cri-exec')).toHaveCount(1);
	await expect(page.locator('#opening')).toHaveCount(0);
});

test('its link opens at the step, and index.html on a disk hands over to the file', async ({
	page
}) => {
	await page.goto(`${file.replace('execscope', 'index')}#step=cri-exec`);
	await isCurrent(page, 'cri-exec');
	expect(page.url()).toBe(`${file}#run=shell&step=cri-exec`);
	await page.reload();
	await isCurrent(page, 'cri-exec');
});

test('the policy of the file holds: neither scripts nor requests of a stranger', async ({
	page,
	host,
	reached
}) => {
	await page.goto(`${file}#step=cri-exec`);
	await isCurrent(page, 'cri-exec');
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
