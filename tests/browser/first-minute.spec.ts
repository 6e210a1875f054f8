import type { BrowserContext, Page } from '@playwright/test';
import { languageTags, messages, type Messages } from '../../src/lib/i18n/messages.ts';
import { expect, test } from './execscope.ts';
import { press, toNewest } from './newest.ts';

/** What a newcomer meets: the first minute at real speed, and the states in which there is less than everything. */
const m = messages.en;
const step = (page: Page, key: string) => page.locator(`[data-step="${key}"]`);
const run = (page: Page, words = m) => page.getByRole('button', { name: words.run, exact: true });
const screen = (page: Page) => page.locator('.xterm-rows');

/** By what the page says: Run, the first key, the way of its byte. It ends when the byte has travelled. */
async function firstByte(page: Page, words: Messages, atSpeed: boolean): Promise<void> {
	await page.goto('/');
	await expect(page.getByText(words.runsForReal)).toBeVisible();
	await run(page, words).click();
	// Nothing was configured and nothing typed: the arrows go by themselves.
	await expect(page.locator('[aria-current="step"]')).toHaveCount(1, { timeout: 20_000 });
	await expect(page.getByText(new RegExp(words.slowed('[\\d,]+')))).toBeVisible();
	const hint = page.getByRole('button', { name: words.watchKey });
	if (!atSpeed)
		await expect(async () => {
			await newest(page);
			await expect(hint).toBeVisible({ timeout: 500 });
		}).toPass({ timeout: 30_000 });
	await expect(hint).toBeVisible({ timeout: 60_000 });
	await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
	const [, key] = / (\w)\W/.exec((await hint.textContent())!)!;
	await page.keyboard.press(key!);
	const way = page.getByRole('region', { name: words.journey.keyTitle });
	await expect(way).toBeVisible();
	await expect(way.locator('.what')).toHaveText(key!);
	const hops = way.getByRole('list', { name: words.journey.list }).getByRole('button');
	const { lanes } = words;
	await expect(hops.last()).toContainText(words.journey.arrow(lanes.apiserver, lanes.kubectl));
	if (!atSpeed) await hops.last().click();
	await expect(hops.last()).toHaveAttribute('aria-current', 'true', { timeout: 60_000 });
	// Whoever pressed a hop is at its step: the run goes on without him.
	if (!atSpeed) await newest(page);
}

/** To what is happening now, and back into the terminal. */
async function newest(page: Page): Promise<void> {
	await toNewest(page);
	await page.locator('.xterm-helper-textarea').focus();
}

/** After the first byte: the exit code, a guess, a link. */
async function restOfTheMinute(page: Page, words: Messages, atSpeed: boolean): Promise<void> {
	await page.keyboard.type('s\rexit 3\r');
	const exit = page.getByRole('region', { name: words.journey.exitTitle });
	await expect(exit).toBeVisible({ timeout: 30_000 });
	await expect(page.getByText(words.ended('3'))).toBeVisible();
	await expect(exit.getByRole('listitem').last()).toContainText(words.lanes.kubectl);
	await exit.getByRole('listitem').last().getByRole('button').click();
	await expect(exit.locator('.spark text')).toHaveText('3');

	if (!atSpeed) await press(page, 'End');
	const offer = page.getByRole('status').filter({ hasText: words.guessAsk('').slice(-12) });
	await expect(offer).toBeVisible({ timeout: 20_000 });
	await offer.getByRole('button', { name: words.guessStart }).click();
	const game = page.getByRole('region', { name: words.predict.title });
	await game.getByRole('button', { name: words.lanes.apiserver, exact: true }).click();
	await expect(game.getByRole('status')).toContainText(words.predict.right);
	await expect(game.locator('.score')).toHaveText(words.predict.score('1', '1'));
	await game.getByRole('button', { name: words.predict.stop }).click();

	await page.keyboard.press(']');
	await page.getByRole('button', { name: words.copyLink }).click();
	const link = await page.evaluate(() => navigator.clipboard.readText());
	expect(link).toMatch(/#run=\d{4}-\d\d-\d\dT[\w-]+&step=[\w-]+/);
	const there = await page.context().newPage();
	await there.goto(link);
	const [, name] = /step=([\w-]+)/.exec(link)!;
	await expect(step(there, name!)).toHaveAttribute('aria-current', 'step');
	await there.close();
}

test('from opening the page to one byte travelled in a minute, by what the page says', async ({
	page,
	context,
	driver: _
}) => {
	test.setTimeout(180_000);
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const opened = Date.now();
	await firstByte(page, m, true);
	const seconds = (Date.now() - opened) / 1000;
	expect(seconds).toBeLessThan(60);
	test.info().annotations.push({ type: 'one byte travelled after', description: `${seconds} s` });
	await restOfTheMinute(page, m, true);
});

test.describe('in Chinese', () => {
	test.use({ locale: languageTags.zh });
	// Once at real speed is enough: here every wait that the reader may cut short is.
	test('the first minute says all of it', async ({ page, context, driver: _ }) => {
		test.setTimeout(120_000);
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await firstByte(page, messages.zh, false);
		await restOfTheMinute(page, messages.zh, false);
	});
});

for (const language of ['en', 'zh'] as const)
	test.describe(languageTags[language], () => {
		const words = messages[language];
		const locale = languageTags[language];
		test.use({ locale });

		/** Every state that has no shell still plays its recording. */
		async function plays(page: Page): Promise<void> {
			await expect(step(page, 'cri-exec')).toHaveCount(1);
			await page.getByRole('button', { name: words.watchRecording }).click();
			await expect(page.locator('[aria-current="step"]')).toHaveCount(1);
		}

		test('not signed in: it says how, and the recording plays', async ({ page }) => {
			await page.goto('/');
			await expect(page.getByText(words.noDriver)).toBeVisible();
			await expect(run(page, words)).toBeDisabled();
			await plays(page);
		});

		test('no engine: it says what is missing, and the recording plays', async ({
			page,
			driver: _
		}) => {
			const reason = 'this machine allows no user namespaces.';
			await page.routeWebSocket(/\/live$/, (socket) => {
				const server = socket.connectToServer();
				server.onMessage((message) => {
					const said = JSON.parse(String(message)) as { type: string };
					const changed =
						said.type === 'welcome' ? { ...said, engine: { ok: false, reason } } : said;
					socket.send(JSON.stringify(changed));
				});
			});
			await page.goto('/');
			await expect(page.getByText(words.engineDown(reason))).toBeVisible();
			await expect(run(page, words)).toBeDisabled();
			await plays(page);
		});

		test('while it connects it says so, and there is something to see', async ({
			page,
			driver: _
		}) => {
			let go = () => {};
			const held = new Promise<void>((resolve) => (go = resolve));
			await page.route('**/api/ticket', async (route) => {
				await held;
				await route.continue();
			});
			await page.goto('/');
			await expect(page.getByText(words.connecting)).toBeVisible();
			await expect(step(page, 'cri-exec')).toHaveCount(1);
			go();
			await expect(run(page, words)).toBeEnabled();
		});

		test('no recording: the way that a run will take, and Run', async ({ page, driver: _ }) => {
			await page.route('**/recordings/*', (route) => route.fulfill({ status: 404 }));
			await page.goto('/');
			await expect(page.locator('.caption')).toContainText(words.nothingYet);
			await expect(step(page, 'cri-exec')).toHaveCount(1);
			await expect(run(page, words)).toBeEnabled();
		});
	});

test('a run that nobody has falls back, and says so', async ({ page, driver: _ }) => {
	await page.goto('/#run=2026-01-01T00-00-00Z-gone&step=cri-exec&level=1');
	await expect(page.getByText(m.noSuchRun('2026-01-01T00-00-00Z-gone'))).toBeVisible();
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
});

test('scripts off: it says what is missing', async ({ browser, execscope }) => {
	const context: BrowserContext = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto(execscope.url);
	const opening = page.locator('#opening');
	await expect(opening).toContainText('scripts are off');
	await expect(opening).toContainText('脚本被禁用');
	await expect(opening).toHaveCSS('opacity', '1');
	await context.close();
});

test('holds a run, lets it go one step, and finds the way back to live', async ({
	page,
	driver: _
}) => {
	test.setTimeout(120_000);
	await page.goto('/#step=cri-exec');
	await expect(page.getByRole('button', { name: m.holdHere })).toBeVisible();
	await page.keyboard.press('F9');
	await expect(page.getByRole('button', { name: m.noHold })).toBeVisible();
	await page.getByRole('textbox', { name: m.prompt }).fill('kubectl exec nginx -- date');
	await run(page).click();
	const line = page.locator('.left .hold');
	const slider = page.locator('.time [role="slider"]');
	await expect(page).toHaveURL(/#run=\d/, { timeout: 30_000 });
	await slider.focus();
	await page.keyboard.press('Shift+End');
	await expect(line).toBeVisible({ timeout: 40_000 });
	// Held without colour: a word, a clock, who gives up when, a gate on the arrow.
	await expect(line).toContainText(/^Held \d+:\d\d/);
	await expect(line).toContainText(/kubelet gives up in \d:\d\d|no time-out is running/);
	await expect(page.locator('.caption')).toContainText(m.heldCaption);
	await expect(page.locator('header .state')).toContainText(m.liveHeld);
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');

	// One may look back while it stands, and return.
	await slider.focus();
	await page.keyboard.press('ArrowLeft');
	await expect(step(page, 'cri-exec')).not.toHaveAttribute('aria-current', 'step');
	const back = page.getByRole('button', { name: m.catchUp });
	await expect(back).toBeVisible();
	await page.keyboard.press('Shift+End');
	await expect(step(page, 'cri-exec')).toHaveAttribute('aria-current', 'step');
	await expect(back).toHaveCount(0);

	await page.keyboard.press('F9');
	await page.keyboard.press('F10');
	await expect(line).toContainText(/^Held 0:0\d/);
	await expect(step(page, 'cri-exec')).not.toHaveAttribute('aria-current', 'step');
	await page.keyboard.press('F8');
	await expect(page.getByText(m.ended('0'))).toBeVisible({ timeout: 40_000 });
	await page.keyboard.press('End');
	await expect(screen(page)).toContainText(/20\d\d/);
});
