import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { messages } from '../../src/lib/i18n/messages.ts';
import { startBreakableProxy, type BreakableProxy } from './breakable-proxy.ts';
import { expect, test } from './execscope.ts';
import { newestShows, press } from './newest.ts';
import { outsideKubectl } from './outside-kubectl.ts';

/** A shell in the page, and a connection that breaks in the middle of it, as when a network goes away and comes back. */
let proxy: BreakableProxy;
test.beforeAll(async () => {
	proxy = await startBreakableProxy();
});
test.afterAll(() => proxy.close());

const screen = (page: Page) => page.locator('.xterm-rows');

async function open(
	browser: Browser,
	cookie: { name: string; value: string },
	url: string,
	locale: string
): Promise<Page> {
	const context = await browser.newContext({
		baseURL: url,
		locale,
		proxy: { server: proxy.server }
	});
	await context.addCookies([{ ...cookie, url }]);
	const page = await context.newPage();
	await page.goto('/');
	return page;
}

/** Begins a shell, and waits for its prompt. */
async function beginShell(page: Page, run: string): Promise<void> {
	await page.getByRole('button', { name: run, exact: true }).click();
	await newestShows(page, screen(page), 'root@nginx:/#');
	await page.locator('.xterm').click();
}

/** These stand on the screen, and none of them twice. */
async function expectOnce(page: Page, ...printed: string[]): Promise<void> {
	const text = (await screen(page).innerText()).replaceAll('\u00a0', ' ');
	for (const once of printed) expect(text.split(once), text).toHaveLength(2);
}

for (const [locale, m] of [
	['en-US', messages.en],
	['zh-CN', messages.zh]
] as const)
	test(`a shell outlives its connection, and no key of it is lost (${locale})`, async ({
		browser,
		cookie,
		execscope
	}) => {
		test.setTimeout(90_000);
		const page = await open(browser, cookie, execscope.url, locale);
		await beginShell(page, m.run);
		const job = `(until test -e /tmp/${locale}; do sleep 0.1; done; echo meanwhile $n) &`;
		await page.keyboard.type(`set +m; n=1; ${job} echo before $n\r`);
		await expect(screen(page)).toContainText('before 1');

		proxy.break();
		await expect(page.getByRole('status').getByText(m.keysKept)).toBeVisible();
		await expect(page.getByText(m.terminalLost('0'))).toBeVisible();
		await outsideKubectl(execscope, 'exec', 'nginx', '--', 'touch', `/tmp/${locale}`);
		await page.keyboard.type('echo typed $((n + 1))\r');
		await expect(page.getByText(m.terminalLost('22'))).toBeVisible();
		await expect(screen(page)).not.toContainText('typed 2');

		proxy.mend();
		await expect(page.getByRole('status').getByText(m.backAgain)).toBeVisible({ timeout: 20_000 });
		await expect(screen(page)).toContainText('typed 2');
		await expect(screen(page)).toContainText('meanwhile 1');
		await expect(page.getByText(m.terminalLive)).toBeVisible();
		await expectOnce(page, 'before 1', 'meanwhile 1', 'typed 2');

		await page.keyboard.type('echo after $((n + 2)); exit 5\r');
		await expect(page.getByText(m.backAgain)).toHaveCount(0);
		await expect(screen(page)).toContainText('after 3');
		await newestShows(page, page.getByText(m.ended('5')));
		await expectOnce(page, 'after 3');
		await page.context().close();
	});

test('a page that is reloaded on purpose ends its shell at once', async ({ page, driver: _ }) => {
	test.setTimeout(90_000);
	await page.goto('/');
	await beginShell(page, messages.en.run);
	await page.reload();
	await expect(page.getByText(messages.en.terminalReloaded)).toBeVisible();
	// The shim asks for the exit code five times, two seconds apart; a lost page would be waited for a minute before.
	await expect(page.getByText(/^Ended/)).toBeVisible({ timeout: 30_000 });
});

test('a run that ends while the connection is lost is shown whole', async ({
	browser,
	cookie,
	execscope
}) => {
	const m = messages.en;
	const page = await open(browser, cookie, execscope.url, 'en-US');
	const run = page.getByRole('button', { name: m.run, exact: true });
	await page
		.getByRole('textbox', { name: m.prompt })
		.fill('kubectl exec nginx -- sh -c "sleep 2; date"');
	await run.click();
	await expect(page).toHaveURL(/#run=\d/, { timeout: 30_000 });
	proxy.break();
	await expect(page.getByText(m.lost).first()).toBeVisible();
	await expect(run).toBeDisabled();

	const [, id = ''] = /run=([^&]+)/.exec(page.url())!;
	const file = path.join(execscope.home, 'recordings', `${id}.execscope`);
	const recorded = async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean);
	await expect.poll(async () => (await recorded()).at(-1)).toContain('"k":"end"');
	proxy.mend();
	await expect(page.getByText(m.lost).first()).toBeHidden({ timeout: 20_000 });
	await expect(run).toBeEnabled();
	await newestShows(page, page.getByText(m.ended('0')));
	await press(page, 'End');
	const slider = page.locator('.time [role="slider"]');
	await expect(slider).toHaveAttribute(
		'aria-valuenow',
		(await slider.getAttribute('aria-valuemax'))!
	);

	const steps = (await recorded())
		.map((line) => JSON.parse(line) as { k: string; s?: string })
		.flatMap(({ k, s }) => (s !== undefined && (k === 'step' || k === 'call') ? [s] : []));
	const keys = await page
		.locator('[data-step]')
		.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-step')));
	expect(steps).toContain('close');
	expect(steps.filter((s) => !keys.includes(s))).toEqual([]);
	await page.context().close();
});
