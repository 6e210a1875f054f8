import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import {
	currentStep,
	expect,
	folder,
	follow,
	isCurrent,
	languages,
	open,
	step,
	test
} from './static-site.ts';
import { cluster } from '../../src/lib/i18n/cluster.ts';
import { log } from '../../src/lib/i18n/log.ts';

/** What stands around the ladder: explanation, fields and bytes, search, log, cluster, journeys, the guessing game. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const panel = (page: Page) => page.locator('aside [role="tabpanel"]');
const drawer = (page: Page) => page.locator('#drawer-pane');

for (const { language, locale, m } of languages)
	test.describe(locale, () => {
		test.use({ locale });

		test('explains a step, and leads into the source', async ({ page, host }) => {
			await open(page, host, '#step=cri-exec');
			const aside = page.getByRole('complementary', { name: m.inspector });
			await expect(aside.getByRole('heading', { level: 2 })).toContainText('cri-exec');
			await expect(panel(page).locator('.say').first()).toHaveText(
				language === 'en' ? /asks to prepare an exec.*\.$/ : /kubelet.*。$/
			);
			await expect(panel(page).locator('mark')).toHaveText(/[.!?。！？]$/);
			await expect(panel(page).getByRole('heading', { name: m.articles })).toBeVisible();
			await page.getByRole('tab', { name: m.source }).click();
			const links = panel(page).getByRole('link');
			expect(await links.count()).toBeGreaterThan(0);
			for (const link of await links.all()) {
				await expect(link).toHaveAttribute('href', /^https:\/\/github\.com\/.+\/v?\d.*\.go/);
				await expect(link).toHaveAttribute('rel', /noopener/);
			}
			await page.getByRole('tab', { name: m.explain }).click();
			await page.keyboard.press('ArrowRight');
			await expect(page.getByRole('tab', { name: m.fields })).toBeFocused();
			await expect(panel(page)).toContainText('grpc');
		});

		test('fields and bytes select each other, in the address too', async ({ page, host }) => {
			await open(page, host, '#run=shell&step=post-exec');
			await isCurrent(page, 'post-exec');
			await page.getByRole('tab', { name: m.fields }).click();
			const field = panel(page).locator('button.row', { hasText: 'X-Stream-Protocol-Version' });
			await field.first().click();
			await expect(field.first()).toHaveAttribute('aria-pressed', 'true');
			await expect(page).toHaveURL(/bytes=\d+-\d+$/);
			await page.getByRole('tab', { name: m.bytesTab }).click();
			const ascii = panel(page).locator('.a .on');
			await expect(ascii.first()).toBeVisible();
			expect((await ascii.allTextContents()).join('')).toMatch(/^X-Stream-Protocol-Version: v/);
			expect(await panel(page).locator('.x .on').count()).toBeGreaterThan(1);

			const byte = panel(page).locator('.x button[data-part]').first();
			await byte.click();
			await expect(byte).toHaveAttribute('aria-pressed', 'true');
			await expect(page).toHaveURL(/bytes=0-\d+$/);
			await page.getByRole('tab', { name: m.fields }).click();
			await expect(panel(page).locator('button[aria-pressed="true"]').first()).toContainText(
				'POST'
			);
			await expect(field.first()).toHaveAttribute('aria-pressed', 'false');
			const tree = panel(page).locator('[data-part][tabindex="0"]');
			await tree.first().focus();
			await page.keyboard.press('End');
			await page.keyboard.press('Enter');
			await expect(panel(page).locator(':focus')).toHaveAttribute('aria-pressed', 'true');
		});

		test('finds headers and payload, and filters', async ({ page, host }) => {
			await open(page, host, '#step=get-pod');
			await isCurrent(page, 'get-pod');
			await page.keyboard.press('/');
			const search = page.getByRole('search');
			const box = page.getByRole('searchbox', { name: m.search.name });
			const status = search.getByRole('status');
			await box.fill('wire:S X-Stream-Protocol-Version');
			await expect(status).toHaveText(/\d/);
			await page.keyboard.press('Enter');
			await isCurrent(page, 'post-exec');
			await expect(search.locator('.excerpt')).toContainText(m.search.where.header);
			await expect(page.locator('.left .found').first()).toBeVisible();

			// These are deflated on the wire.
			await box.fill('"streamtype: stdin"');
			await expect(status).toHaveText(/\d/);
			await page.keyboard.press('Enter');
			await isCurrent(page, 'stream-open#2');
			await expect(search.locator('.excerpt')).toContainText(m.search.where.header);

			await box.fill('root@nginx');
			await expect(status).toHaveText(/\d/);
			await page.keyboard.press('Enter');
			expect(await currentStep(page)).toMatch(/^io/);
			await expect(search.locator('.excerpt')).toContainText(m.search.where.payload);

			await box.fill('');
			await search.getByRole('button', { name: m.search.hintName }).click();
			await search.getByRole('button', { name: 'gRPC' }).click();
			await expect(status).toHaveText(/\d/);
			await search.getByLabel(m.search.chapter).selectOption({ label: m.chapters.prepare });
			await search.getByLabel(m.search.lane).selectOption({ label: m.lanes.dockershim });
			await expect(status).toHaveText(/\d/);
			await search.getByLabel(m.search.chapter).selectOption({ label: m.chapters.find });
			await expect(status).toHaveText(m.search.none);
			await page.keyboard.press('Escape');
			await expect(search).toHaveCount(0);
			await page.keyboard.press('/');
			await box.fill('nobody-says-this');
			await expect(status).toHaveText(m.search.none);
		});

		test('shows the nearest hit while one types, and finds the way back', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=post-exec');
			await isCurrent(page, 'post-exec');
			const top = () => page.locator('.left .scroll').evaluate((node) => node.scrollTop);
			const was = await top();
			const chosen = page.locator('.left .row.selected');
			const search = page.getByRole('search');
			await page.keyboard.press('/');
			await page.keyboard.type('process-exi');
			// At the cursor or after it, in sight, and nothing has moved but the view.
			await expect(chosen).toHaveAttribute('data-step', 'process-exit');
			await expect(chosen).toBeInViewport({ ratio: 1 });
			await expect(search.locator('.excerpt')).toContainText('process-exit');
			await isCurrent(page, 'post-exec');
			await page.getByRole('searchbox').fill('get-pod');
			// There is none behind: the first of all.
			await expect(chosen).toHaveAttribute('data-step', 'get-pod');
			await page.getByRole('searchbox').fill('process-exi');
			await expect(chosen).toHaveAttribute('data-step', 'process-exit');
			await page.keyboard.press('Escape');
			await expect(search).toHaveCount(0);
			await isCurrent(page, 'post-exec');
			await expect(chosen).toHaveCount(0);
			await expect.poll(top).toBe(was);

			await page.keyboard.press('/');
			await page.keyboard.type('process-exi');
			await expect(chosen).toHaveAttribute('data-step', 'process-exit');
			await page.keyboard.press('Enter');
			await isCurrent(page, 'process-exit');
			await page.keyboard.press('Escape');
			await isCurrent(page, 'process-exit');
			await expect(step(page, 'process-exit')).toBeInViewport({ ratio: 1 });
		});

		test('explains its words in place', async ({ page, host }) => {
			await open(page, host, '#step=cri-exec');
			const word = page.locator('aside .term', { hasText: /^CRI$/ });
			const tip = page.getByRole('tooltip');
			await word.hover();
			await expect(tip).toContainText(/CRI|Container Runtime Interface/);
			await page.mouse.move(400, 300);
			await expect(tip).toHaveCount(0);
			await word.focus();
			await expect(tip).toBeVisible();
			await expect(word).toHaveAccessibleDescription(/.{10}/);
			await page.keyboard.press('Escape');
			await expect(tip).toHaveCount(0);
			await expect(word).toBeFocused();
		});

		test('lines of kubectl’s log light their steps, and the other way round', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=get-pod');
			await isCurrent(page, 'get-pod');
			await page.getByRole('tab', { name: m.drawerLog }).click();
			const lines = drawer(page)
				.getByRole('list', { name: log[language].list })
				.getByRole('listitem');
			await expect(lines.first()).toBeAttached();
			const now = lines.and(page.locator('[aria-current="true"]'));
			await expect(now.first()).toContainText('GET https://');
			await follow(page, '#run=shell&step=post-exec');
			await expect(now.first()).toContainText('POST https://');
			const get = lines.filter({ hasText: 'GET https://' }).getByRole('button').first();
			await get.hover();
			await expect(page.locator('.left .found')).toHaveCount(1);
			await expect(page.locator('.left .found')).toHaveAttribute('data-step', 'get-pod');
			await get.click();
			await isCurrent(page, 'get-pod');
			await page.mouse.move(600, 20);
			for (const source of ['long', 'short'] as const) {
				await drawer(page).getByRole('button', { name: log[language].sources[source] }).click();
				await expect(drawer(page)).toContainText(log[language].articles[source]);
				await expect(now.first()).toContainText('GET https://');
				await lines.filter({ hasText: 'POST https://' }).getByRole('button').first().click();
				await isCurrent(page, 'post-exec');
				await follow(page, '#run=shell&step=get-pod');
				await isCurrent(page, 'get-pod');
			}
			await drawer(page).getByRole('button', { name: log[language].sources.run }).click();
			const seven = await lines.count();
			await drawer(page).getByRole('button', { name: '-v=9' }).click();
			await expect.poll(() => lines.count()).toBeGreaterThan(seven);
		});

		test('the log shows its long lines whole, and counts them when the run is over', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=close');
			await isCurrent(page, 'close');
			await page.getByRole('tab', { name: m.drawerLog }).click();
			const list = drawer(page).getByRole('list', { name: log[language].list });
			await expect(drawer(page).locator('.count')).toHaveText(log[language].lines('13', false));
			const lines = list.getByRole('listitem');
			const long = lines.filter({ hasText: 'POST https://' });
			for (const width of [1280, 390]) {
				await page.setViewportSize({ width, height: 720 });
				await expect
					.poll(() => list.evaluate((one) => one.parentElement!.scrollWidth - one.clientWidth))
					.toBeLessThanOrEqual(0);
				await expect
					.poll(() =>
						long.evaluate((one) => one.clientHeight / one.previousElementSibling!.clientHeight)
					)
					.toBeGreaterThanOrEqual(2);
				// No line runs into the next one.
				const cut = await lines.evaluateAll(
					(all) =>
						all.filter((one) => {
							const text = one.firstElementChild!;
							return text.scrollHeight > one.clientHeight + 1;
						}).length
				);
				expect(cut).toBe(0);
			}
			await page.keyboard.press('Home');
			await expect(drawer(page).locator('.count')).toHaveText(
				log[language].printedSoFar('0', '13')
			);
		});

		test('says how the cluster stands at a step', async ({ page, host }) => {
			const words = cluster[language];
			await open(page, host, '#run=shell&step=get-pod');
			await isCurrent(page, 'get-pod');
			await page.getByRole('tab', { name: m.drawerCluster }).click();
			await expect(drawer(page)).toContainText(words.noTokens);
			await expect(drawer(page)).toContainText(words.noStreams);
			const at = async (s: string, ...texts: string[]) => {
				await follow(page, `#run=shell&step=${s}`);
				await isCurrent(page, s);
				for (const text of texts) await expect(drawer(page)).toContainText(text);
			};
			await at('authorize', words.matchedNow, words.tables.apiserver);
			await at('cache-insert', words.token.kept);
			await at('token-url', words.token.told, words.expiresIn('60').replace(/60.*/, ''));
			await at('token-consume', words.token.spent);
			await at('stream-open#2', words.stream.opened);
			await at('process-exit', words.open);
			await at('close', words.stream.closed);
			await expect(drawer(page)).toContainText(words.metrics);
			const table = drawer(page).locator('details').first();
			await table.locator('summary').click();
			await expect(table.locator('tr.hit')).toHaveCount(1);
			await page.keyboard.press('Home');
			await expect(drawer(page)).toContainText(words.noTokens);
		});

		test('follows a byte there and back, and an exit code to kubectl', async ({ page, host }) => {
			await open(page, host, '#run=shell&step=io');
			await isCurrent(page, 'io');
			await page.keyboard.press('y');
			const journey = page.getByRole('region', { name: m.journey.keyTitle });
			await expect(journey).toBeVisible();
			const hops = journey.getByRole('list', { name: m.journey.list }).getByRole('listitem');
			await expect(hops).toHaveCount(12);
			await expect(hops.nth(0)).toContainText(m.journey.arrow(m.lanes.kubectl, m.lanes.apiserver));
			await expect(hops.nth(5)).toContainText(m.journey.arrow(m.lanes.engine, m.lanes.container));
			await expect(hops.nth(11)).toContainText(m.journey.arrow(m.lanes.apiserver, m.lanes.kubectl));
			await expect(hops.nth(1)).toContainText(/\+\d+\.\d ms/);
			await expect(hops.nth(1)).toContainText('SPDY DATA');
			// Nothing moves: the spark is where the hop ends, and there is one.
			const spark = journey.locator('.spark');
			await expect(spark).toHaveCount(1);
			await hops.nth(0).getByRole('button').click();
			const first = await spark.getAttribute('transform');
			await page.getByRole('button', { name: m.journey.next }).click();
			await expect(hops.nth(1).getByRole('button')).toHaveAttribute('aria-current', 'true');
			expect(await spark.getAttribute('transform')).not.toBe(first);
			await page.getByRole('button', { name: m.journey.previous }).click();
			expect(await spark.getAttribute('transform')).toBe(first);
			await expect(journey.getByRole('group', { name: m.journey.dolls })).toContainText('TLS');
			await page.keyboard.press('Escape');
			await expect(journey).toHaveCount(0);

			await follow(page, '#run=shell&step=exit-status');
			await page.getByRole('button', { name: m.followExit }).click();
			const exit = page.getByRole('region', { name: m.journey.exitTitle });
			await expect(exit.getByRole('listitem').first()).toContainText(m.lanes.container);
			await expect(exit.getByRole('listitem').last()).toContainText(m.lanes.kubectl);
			await exit.getByRole('listitem').last().getByRole('button').click();
			await expect(exit.locator('.spark text')).toHaveText('0');
			await exit.getByRole('button', { name: m.journey.close }).click();
			await expect(exit).toHaveCount(0);
		});

		test('the run stands still while a journey is open, and one button plays', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=get-pod');
			await isCurrent(page, 'get-pod');
			const place = () => page.locator('.time [role="slider"]').getAttribute('aria-valuenow');
			const play = page.getByRole('button', { name: new RegExp(`^(${m.play}|${m.pause})`) });
			const journey = page.getByRole('region', { name: m.journey.keyTitle });
			const hopNow = journey.locator('li:has([aria-current="true"]) .number');
			await page.keyboard.press('Space');
			await expect.poll(() => currentStep(page)).not.toBe('get-pod');
			await page.keyboard.press('y');
			await expect(journey).toBeVisible();
			await expect(play).toHaveCount(1);
			await expect(play).toHaveText(new RegExp(`^${m.pause}`));
			const stood = await place();
			await expect(hopNow).toHaveText('3');
			expect(await place()).toBe(stood);
			await page.keyboard.press('Space');
			await expect(play).toHaveText(new RegExp(`^${m.play}`));
			const hop = Number(await hopNow.textContent());
			await page.keyboard.press('ArrowRight');
			await expect(hopNow).toHaveText(String(hop + 1));
			expect(await place()).toBe(stood);
			await page.keyboard.press('ArrowLeft');
			await expect(hopNow).toHaveText(String(hop));
			// Closed, the run is where it was, and goes on.
			await journey.getByRole('button', { name: m.journey.close }).click();
			expect(Number(await place()) - Number(stood)).toBeLessThan(2);
			await expect(play).toHaveText(new RegExp(`^${m.pause}`));
			await expect.poll(place).not.toBe(stood);
			// Whoever goes elsewhere in the run wants to see it.
			await page.keyboard.press('y');
			await expect(journey).toBeVisible();
			await page.keyboard.press('Home');
			await expect(journey).toHaveCount(0);
			expect(await place()).toBe('0');
		});

		test('asks what comes next, and the recording judges', async ({ page, host }) => {
			const truth = (await stepsOf('date')).filter(({ s }) => !s.startsWith('io'));
			await open(page, host, '#run=date&step=connect');
			await isCurrent(page, 'connect');
			await page.keyboard.press('q');
			const game = page.getByRole('region', { name: m.predict.title });
			await expect(game).toBeVisible();
			const choices = game.getByRole('group', { name: m.predict.lanes }).getByRole('button');
			const score = game.locator('.score');
			const answerNow = async () => {
				const at = truth.findIndex(({ s }) => s === shown);
				return truth[at + 1]!.to;
			};
			let shown = (await currentStep(page))!;
			// What is asked for is nowhere to be seen.
			await expect(step(page, truth[truth.findIndex(({ s }) => s === shown) + 1]!.s)).toHaveCount(
				0
			);
			const right = m.lanes[await answerNow()];
			await game.getByRole('button', { name: right, exact: true }).click();
			await expect(game.getByRole('status')).toContainText(m.predict.right);
			await expect(score).toHaveText(m.predict.score('1', '1'));
			await game.getByRole('button', { name: m.predict.another }).click();

			shown = (await currentStep(page)) ?? '';
			const answer = m.lanes[await answerNow()];
			const from = m.lanes[truth[truth.findIndex(({ s }) => s === shown) + 1]!.from];
			const wrong = (['container', 'engine', 'kubectl'] as const)
				.map((lane) => m.lanes[lane])
				.find((name) => name !== answer && name !== from)!;
			await page
				.locator('.left > .lanes')
				.getByRole('button', { name: wrong, exact: true })
				.click();
			await expect(game.getByRole('status')).not.toContainText(m.predict.right);
			await expect(game.getByRole('status')).toContainText(/./);
			await expect(score).toHaveText(m.predict.score('1', '2'));
			await expect(choices.filter({ hasText: '✓' })).toContainText(answer);
			await expect(choices.filter({ hasText: '✕' })).toContainText(wrong);
			await expect(page.locator('.lanes .name')).toHaveCount(7);
			await game.getByRole('button', { name: m.predict.another }).click();
			await game.getByRole('button', { name: m.predict.hint }).click();
			await expect(game).toContainText(m.predict.hinted('').slice(0, 4));
			await game.getByRole('button', { name: m.predict.stop }).click();
			await expect(game).toHaveCount(0);
			await expect(step(page, 'close')).toHaveCount(1);
		});

		test('finds anything by name, in the other language too', async ({ page, host }) => {
			const other = languages.find((one) => one.language !== language)!.m;
			await open(page, host, '#run=shell&step=get-pod');
			await isCurrent(page, 'get-pod');
			const choose = async (text: string) => {
				// Nobody presses a key before what the last one did is drawn.
				await page.evaluate(
					() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
				);
				await page.keyboard.press('Control+k');
				await page.getByRole('combobox').fill(text);
				await page.keyboard.press('Enter');
				await expect(page.locator('dialog[open]')).toHaveCount(0);
			};
			for (const words of [m, other]) {
				await choose(words.actions.names['next-chapter']);
				await isCurrent(page, 'post-exec');
				await choose(words.chapters.redirect);
				await isCurrent(page, 'redirect');
				await choose(words.lanes.container);
				await isCurrent(page, 'resize');
				await choose('token-url');
				await isCurrent(page, 'token-url');
				await choose(words.actions.names['theme-dark']);
				await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
				await choose(words.actions.names['theme-light']);
				await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
				await choose(words.actions.names['more-detail']);
				await expect(page).toHaveURL(/level=3/);
				await choose(words.actions.names['less-detail']);
				await follow(page, '#run=shell&step=get-pod');
				await isCurrent(page, 'get-pod');
			}
			await choose('exec nginx -- date');
			await expect(page.getByText('kubectl exec nginx -- date').first()).toBeVisible();
			await choose(other.actions.names['switch-language']);
			await expect(page.locator('html')).toHaveAttribute(
				'lang',
				language === 'en' ? 'zh-CN' : 'en'
			);
		});

		test('panes are resized by mouse and keys, and stay so', async ({ page, host }) => {
			await open(page, host, '#step=cri-exec');
			await isCurrent(page, 'cri-exec');
			for (const [name, selector, more, less] of [
				[m.resizePanel, 'aside', 'ArrowLeft', 'ArrowRight'],
				[m.resizeDrawer, '.drawer section', 'ArrowUp', 'ArrowDown']
			] as const) {
				const edge = page.getByRole('separator', { name });
				const pane = page.locator(selector);
				const upright = selector === 'aside';
				const size = async () => {
					const box = (await pane.boundingBox())!;
					return Math.round(upright ? box.width : box.height);
				};
				const laid = await size();
				await expect(edge).toHaveAttribute('aria-valuenow', String(laid));
				await edge.focus();
				await page.keyboard.press(more);
				await expect.poll(size).toBe(laid + 24);
				await page.keyboard.press(less);
				await page.keyboard.press(less);
				await expect.poll(size).toBe(laid - 24);
				const box = (await edge.boundingBox())!;
				const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
				await page.mouse.move(x, y);
				await page.mouse.down();
				await page.mouse.move(x - (upright ? 80 : 0), y - (upright ? 0 : 80), { steps: 3 });
				await page.mouse.up();
				await expect.poll(size).toBe(laid - 24 + 80);
				await page.reload();
				await isCurrent(page, 'cri-exec');
				await expect.poll(size).toBe(laid - 24 + 80);
				await edge.dblclick();
				await expect.poll(size).toBe(laid);
			}
		});

		test('is one column on a phone, with all its panels', async ({ page, host }) => {
			await page.setViewportSize({ width: 390, height: 844 });
			await open(page, host, '#step=cri-exec');
			await isCurrent(page, 'cri-exec');
			const boxes = await Promise.all(
				['.left', 'aside', '.drawer'].map((one) => page.locator(one).boundingBox())
			);
			for (const box of boxes) expect(box!.width).toBe(390);
			const tops = boxes.map((box) => box!.y);
			expect(tops).toEqual([...tops].sort((a, b) => a - b));
			for (const name of [m.drawerLog, m.drawerCluster, m.terminal]) {
				await page.getByRole('tab', { name }).click();
				const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
				expect(over).toBeLessThanOrEqual(0);
			}
			await expect(page.getByRole('separator')).toHaveCount(0);
		});

		test('names every lane on a phone, and shows the bytes there are rows for', async ({
			page,
			host
		}) => {
			for (const width of [390, 360]) {
				await page.setViewportSize({ width, height: 844 });
				await open(page, host, '#run=shell&step=cri-exec&level=4');
				await isCurrent(page, 'cri-exec');
				const header = (await page.locator('.left > .lanes').boundingBox())!;
				const names = page.locator('.left > .lanes .name');
				await expect(names).toHaveCount(7);
				const boxes = await Promise.all((await names.all()).map((name) => name.boundingBox()));
				for (const box of boxes) {
					expect(box!.y).toBeGreaterThanOrEqual(header.y);
					expect(box!.y + box!.height).toBeLessThanOrEqual(header.y + header.height);
					expect(box!.x + box!.width).toBeLessThanOrEqual(width);
				}
				// They lean: one line is beside the next if its lane is far enough away across the slope.
				const slope = await names.first().evaluate((name) => {
					const { a, b } = new DOMMatrix(getComputedStyle(name.parentElement!).transform);
					return Math.abs(b) / Math.hypot(a, b);
				});
				const lefts = boxes.map((box) => box!.x);
				for (let k = 1; k < lefts.length; k++)
					expect((lefts[k]! - lefts[k - 1]!) * slope).toBeGreaterThan(18);
				const bytes = page.locator('.left .row.part:not(:has(.badge)) .text');
				await expect(bytes.first()).toHaveText(/^[0-9a-f]{2}( [0-9a-f]{2})+ /);
			}
		});

		test('a finger is shown no keys', async ({ browser, host }) => {
			const context = await browser.newContext({ hasTouch: true, isMobile: true, locale });
			const page = await context.newPage();
			await page.setViewportSize({ width: 800, height: 1000 });
			await open(page, host, '#step=cri-exec');
			await isCurrent(page, 'cri-exec');
			await expect(page.getByRole('button', { name: m.copyLink })).toBeVisible();
			await expect(page.locator('kbd').first()).toBeAttached();
			await expect(page.locator('kbd').filter({ visible: true })).toHaveCount(0);
			await context.close();
		});
	});

type Lane = keyof (typeof languages)[number]['m']['lanes'];

/** What the file says: which steps there are, in order, and which lane each goes to. */
async function stepsOf(run: string): Promise<{ s: string; from: Lane; to: Lane }[]> {
	const text = await readFile(path.join(folder, `recordings/${run}.execscope`), 'utf8');
	return text
		.split('\n')
		.filter(Boolean)
		.flatMap((line) => {
			const { k, s, from, to, at } = JSON.parse(line) as Record<string, string | undefined>;
			if (s === undefined || (k !== 'step' && k !== 'call')) return [];
			return [{ s, from: (from ?? at) as Lane, to: (to ?? at) as Lane }];
		});
}
