import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './execscope.ts';
import { newestShows } from './newest.ts';
import { outsideKubectl } from './outside-kubectl.ts';

/** The page as its readers use it: the recording it opens on, links, languages, sizes, and a run of its own. */
const step = (page: Page, key: string) => page.locator(`[data-step="${key}"]`);
const ladder = (page: Page) => page.getByRole('list', { name: 'Sequence diagram' });

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Command' });
const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });

async function narrowEnough(page: Page): Promise<void> {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	expect(over).toBeLessThanOrEqual(0);
}

test('opens on the recording, before its first step, with one Run', async ({ page, driver: _ }) => {
	await page.goto('/');
	await expect(ladder(page).locator('[data-step="cri-exec"]')).toHaveCount(1);
	await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
	await expect(page.getByRole('button', { name: 'Run' })).toHaveCount(1);
	await expect(page.getByText('kubectl exec -it nginx -- /bin/bash').first()).toBeVisible();
});

test('steps by keys and buttons, and the address follows', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
	await page.keyboard.press('ArrowRight');
	await expect(step(page, 'check-container')).toHaveAttribute('aria-current', 'step');
	await expect(page).toHaveURL(/#run=\w+&step=check-container$/);
	await page.getByRole('button', { name: /^Back/ }).click();
	await expect(page).toHaveURL(/step=cri-exec$/);
	await page.reload();
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
	await page.evaluate(() => (location.hash = '#step=redirect'));
	await expect(step(page, 'redirect')).toHaveAttribute('aria-current', 'step');
});

test('narrates the step in a polite live region', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(page.locator('[aria-live="polite"]')).toContainText('the kubelet asks');
});

test('speaks the language of the browser, and the other at a press', async ({
	browser,
	execscope
}) => {
	const context = await browser.newContext({ locale: 'zh-CN', baseURL: execscope.url });
	const page = await context.newPage();
	await page.goto('/#step=cri-exec');
	await expect(page.getByRole('button', { name: '运行', exact: true })).toHaveCount(1);
	await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
	await page.getByRole('button', { name: /中文|Language/ }).click();
	await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveCount(1);
	await page.reload();
	await expect(page.locator('html')).toHaveAttribute('lang', 'en');
	await context.close();
});

for (const [width, height] of [
	[390, 844],
	[720, 900],
	[800, 900],
	[1024, 768],
	[1280, 720]
] as const)
	test(`has no sideways scroll at ${width} pixels`, async ({ page, driver: _ }) => {
		await page.setViewportSize({ width, height });
		await page.goto('/');
		await expect(step(page, 'get-pod')).toBeAttached();
		await narrowEnough(page);
		await page.evaluate(() => (location.hash = '#step=token-url'));
		await expect(step(page, 'token-url')).toHaveAttribute('aria-current', 'step');
		await narrowEnough(page);
	});

test('tells only the story at detail 1', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await page.getByRole('button', { name: 'Detail 1' }).click();
	await expect(step(page, 'authorize')).toHaveCount(0);
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
});

test('a screen reader finds nothing to trip over, whatever the theme', async ({
	page,
	driver: _
}) => {
	for (const theme of ['light', 'dark', 'projector', 'contrast']) {
		await page.addInitScript((one) => localStorage.setItem('execscope.theme', one), theme);
		await page.goto('/#step=cri-exec');
		await page.reload();
		await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes[0]?.html}`)).toEqual([]);
	}
});

test('runs for real, holds in the middle, and gives a shell', async ({ page, driver: _ }) => {
	test.setTimeout(120_000);
	await page.goto('/#step=cri-exec');
	await expect(page.getByRole('button', { name: 'Hold here next time' })).toBeVisible();
	await page.keyboard.press('F9');
	await expect(page.getByRole('button', { name: 'Take the hold away' })).toBeVisible();
	await page.getByRole('button', { name: 'Run', exact: true }).click();
	await newestShows(page, page.getByRole('button', { name: /^Continue/ }));
	await expect(page.locator('[aria-live="polite"]')).toContainText(
		'kubectl waits for the API server'
	);
	await page.keyboard.press('F9');
	await expect(page.getByRole('button', { name: 'Hold here next time' })).toBeVisible();
	await page.keyboard.press('F8');
	const screen = page.locator('.xterm-rows');
	await newestShows(page, screen, 'root@nginx:/#');
	await page.locator('.xterm').click();
	await page.keyboard.type('echo $((40 + 2)); exit\r');
	await expect(screen).toContainText('42');
	await newestShows(page, page.getByText('Ended, exit 0'));
	await expect(page).toHaveURL(/step=close$/);
});

test('after a run, another recording and the run of another kubectl can be opened', async ({
	page,
	driver: _,
	execscope
}) => {
	test.setTimeout(120_000);
	await page.goto('/#step=cri-exec');
	await prompt(page).fill('kubectl exec nginx -- date');
	await runButton(page).click();
	await expect(page).not.toHaveURL(/starting/);
	await newestShows(page, page.getByText('Ended, exit 0'));

	await page.getByRole('button', { name: 'Recordings' }).click();
	await page.getByRole('button', { name: 'kubectl exec -it nginx -- /bin/bash' }).first().click();
	// It is open once the address says so; a key before that steps on in what was open.
	await expect(page).toHaveURL(/#run=shell$/);
	await page.keyboard.press('ArrowRight');
	await expect(page).toHaveURL(/#run=shell&step=/);

	await page.evaluate(() => (location.hash = '#run=shell&step=cri-exec'));
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
	await page.keyboard.press('F9');
	await expect(page.getByRole('button', { name: 'Take the hold away' })).toBeVisible();
	const printed = outsideKubectl(execscope, 'exec', 'nginx', '--', 'echo', 'from', 'outside');
	await page.getByRole('button', { name: 'Watch' }).click();
	await newestShows(page, page.getByRole('button', { name: /^Continue/ }));
	await page.keyboard.press('F9');
	await page.keyboard.press('F8');
	expect(await printed).toBe('from outside\n');
	await newestShows(page, page.getByText('Ended, exit 0'));
});

test('a link to a run that has no name yet is a link to none', async ({ page, driver: _ }) => {
	await page.goto('/#run=starting');
	await expect(step(page, 'cri-exec')).toHaveCount(1);
	await expect(page.getByText('There is no recording')).toHaveCount(0);
});

test('a phone has one Run in its bar, and More closes when it is pressed', async ({
	page,
	driver: _
}) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto('/#step=cri-exec');
	await expect(runButton(page)).toHaveCount(1);
	await expect(runButton(page)).toBeInViewport();
	await page.getByRole('button', { name: 'More', exact: true }).click();
	await expect(runButton(page)).toHaveCount(1);
	await prompt(page).fill('ls');
	await runButton(page).click();
	await expect(prompt(page)).toBeHidden();
	await narrowEnough(page);
});

test('a projector has its buttons below, and tells the story', async ({ page, driver: _ }) => {
	await page.addInitScript(() => localStorage.setItem('execscope.theme', 'projector'));
	await page.goto('/#step=cri-exec');
	await expect(step(page, 'authorize')).toHaveCount(0);
	await page.getByRole('button', { name: /^Next/ }).click();
	await expect(step(page, 'token-url')).toHaveAttribute('aria-current', 'step');
});

test('a page that was reloaded says what became of its shell', async ({ page, driver: _ }) => {
	test.setTimeout(120_000);
	await page.goto('/');
	await runButton(page).click();
	await expect(page).toHaveURL(/#run=\d/, { timeout: 40_000 });
	await page.reload();
	await expect(page.getByText('Reloaded: kubectl was stopped')).toBeVisible();
});
