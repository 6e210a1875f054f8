import type { Browser, Page } from '@playwright/test';
import { messages } from '../../src/lib/i18n/messages.ts';
import { startBreakableProxy, type BreakableProxy } from './breakable-proxy.ts';
import { expect, test } from './execscope.ts';
import { newestShows } from './newest.ts';
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
