import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Body } from '../../src/lib/trace/event.ts';
import { exchange, linesOf } from '../bench/recording.ts';
import {
	currentStep,
	drop,
	expect,
	fixture,
	folder,
	follow,
	isCurrent,
	languages,
	open,
	step,
	test
} from './static-site.ts';

/** The ladder as one sees it: levels, lanes, time to scale, what failed, and that it stays small. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const ladder = (page: Page) => page.locator('.left .frame');
const lanes = (page: Page) => page.locator('.lanes .name');
const scroller = (page: Page) => page.locator('.left .scroll');
const keysOf = (page: Page) =>
	page
		.locator('[data-step]')
		.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-step') ?? ''));

/** What one would see, as text: the drawing, the rows, and where they stand, whatever order attributes came in. */
const picture = (page: Page) =>
	page.evaluate(() => {
		const textOf = (node: Node): string => {
			if (!(node instanceof Element)) return node.nodeType === 3 ? (node.textContent ?? '') : '';
			const attributes = [...node.attributes].map(({ name, value }) => `${name}=${value}`).sort();
			return `<${node.localName} ${attributes.join(' ')}>${[...node.childNodes].map(textOf).join('')}`;
		};
		const frame = document.querySelector('.left .frame')!;
		return `${frame.querySelector('.scroll')!.scrollTop} ${textOf(frame)}`;
	});

async function shell(): Promise<string> {
	return readFile(path.join(folder, 'recordings/shell.execscope'), 'utf8');
}

for (const { language, locale, m } of languages)
	test.describe(locale, () => {
		test.use({ locale });

		test('four levels, by buttons and keys, in the address too', async ({ page, host }) => {
			await open(page, host, '#step=cri-exec');
			await isCurrent(page, 'cri-exec');
			const parts = page.locator('.left li.part');
			const level = (n: 1 | 2 | 3 | 4) =>
				page.getByRole('button', { name: m.detailNames[n], exact: true });
			await level(1).click();
			await expect(step(page, 'authorize')).toHaveCount(0);
			await expect(level(1)).toHaveAttribute('aria-pressed', 'true');
			await isCurrent(page, 'cri-exec');
			const story = (await keysOf(page)).length;

			await page.keyboard.press('+');
			await expect(step(page, 'authorize')).toHaveCount(1);
			await expect(page).toHaveURL(/level=2/);
			const all = await keysOf(page);
			expect(new Set(all).size).toBe(all.length);
			expect(all.length).toBeGreaterThan(story);
			await expect(parts).toHaveCount(0);

			await page.keyboard.press('+');
			await expect(parts.first()).toBeVisible();
			await expect(page).toHaveURL(/level=3/);
			const frames = await parts.count();
			await level(4).click();
			await expect.poll(() => parts.count()).toBeGreaterThan(frames);
			await expect(parts.filter({ hasText: /([0-9a-f]{2} ){4}/ }).first()).toBeVisible();
			await expect(level(4)).toHaveAttribute('aria-pressed', 'true');
			await page.keyboard.press('+');
			await expect(page).toHaveURL(/level=4/);
			for (let press = 0; press < 4; press++) await page.keyboard.press('-');
			await expect(page).toHaveURL(/level=1/);
			await expect(parts).toHaveCount(0);
			await isCurrent(page, 'cri-exec');
		});

		test('any lane folds into its neighbour, and comes back', async ({ page, host }) => {
			await open(page, host, '#step=cri-exec');
			const before = await lanes(page).allTextContents();
			expect(before).toHaveLength(7);
			for (const name of before) {
				await page.getByRole('button', { name: m.foldLane(name), exact: true }).click();
				await expect(lanes(page)).toHaveText(before.filter((one) => one !== name));
				await isCurrent(page, 'cri-exec');
				await page
					.getByRole('button', { name: m.unfoldLanes(m.folded([name])), exact: true })
					.click();
				await expect(lanes(page)).toHaveText(before);
			}
			// All but one fold, and the steps are still there to be read.
			for (const name of before.slice(0, -1))
				await page.getByRole('button', { name: m.foldLane(name), exact: true }).click();
			await expect(lanes(page)).toHaveCount(1);
			await isCurrent(page, 'cri-exec');
		});

		test('a refused try, an error and an idle wait say so in words and shapes', async ({
			page,
			host
		}) => {
			await open(page, host);
			await drop(page, 'refused.execscope', await fixture('refused'));
			await expect(step(page, 'post-exec:reply')).toHaveCount(1);
			await page.keyboard.press('End');
			await isCurrent(page, 'post-exec:reply');
			const refused = step(page, 'post-exec:reply');
			await expect(refused.locator('.error')).toContainText('403');
			// The arrow ends in a cross, and so does its chapter.
			await expect(ladder(page).locator('.paint path[stroke="var(--error)"]')).toHaveCount(1);
			await expect(page.locator('.time em')).toHaveText('✕');

			await drop(page, 'tries.execscope', await fixture('kubectl-1.36'));
			await expect(step(page, 'websocket-exec')).toHaveCount(0);
			await page.keyboard.press('End');
			const tried = step(page, 'try1/websocket-exec');
			const refusal = m.refusedTry(m.wires.W, '403');
			await expect(tried).toContainText(refusal);
			await page.keyboard.press('2');
			await expect(tried.locator('.badge')).toHaveText('W');
			await expect(tried.locator('.error')).toBeInViewport();
			await expect(tried.locator('a')).toHaveAccessibleName(new RegExp(refusal));
			const before = await step(page, 'try1/websocket-exec:reply').count();
			await tried.getByRole('button').click();
			await expect(step(page, 'try1/websocket-exec:reply')).toHaveCount(before + 1);

			await drop(page, 'idle.execscope', delayed(await shell(), 'process-exit', 90_000));
			await page.keyboard.press('End');
			const waited = language === 'en' ? /^nothing for 1 min 30 s$/ : /^静默 1 分 30 秒$/;
			await expect(page.locator('.left .idle', { hasText: waited })).toHaveCount(1);
			await expect(page.locator('.left .idle', { hasText: waited })).toBeInViewport();
		});
	});

/** The same run, with a wait before one of its steps. */
function delayed(text: string, s: string, ms: number): string {
	let late = 0;
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => {
			const body = JSON.parse(line) as Body & { t: number };
			if ('s' in body && body.s === s) late = ms * 1000;
			return `${JSON.stringify({ ...body, t: body.t + late })}\n`;
		})
		.join('');
}

test('the lanes stay in sight however far one scrolls, and one may scroll away', async ({
	page,
	host
}) => {
	await open(page, host, '#step=cri-exec');
	await isCurrent(page, 'cri-exec');
	const names = await lanes(page).all();
	for (const to of [1e6, 0]) {
		await scroller(page).evaluate((node, top) => (node.scrollTop = top), to);
		await page.evaluate(
			() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
		);
		const place = await scroller(page).evaluate((node) =>
			Math.min(node.scrollTop, node.scrollHeight - node.clientHeight - node.scrollTop)
		);
		expect(place).toBeLessThan(2);
		for (const name of names) await expect(name).toBeInViewport();
	}
});

test('all rows of a short recording are in the page', async ({ page, host }) => {
	await open(page, host, '#step=cri-exec');
	const text = await shell();
	const named = text.split('\n').flatMap((line) => {
		const { k, s } = JSON.parse(line || '{}') as { k?: string; s?: string };
		return s && (k === 'step' || k === 'call') && !s.startsWith('io') ? [s] : [];
	});
	const keys = await keysOf(page);
	expect(named.filter((s) => !keys.includes(s))).toEqual([]);
	await expect(page.locator('[aria-setsize]')).toHaveCount(0);
});

test('20 000 steps are under 500 nodes, in a drawing of a few screens', async ({ page, host }) => {
	test.slow();
	await open(page, host);
	await drop(page, 'long.execscope', [...linesOf(exchange(20_000, false))].join(''));
	const rows = page.locator('[data-step][aria-setsize="20000"]');
	await expect(rows.first()).toBeAttached();
	const small = async () => {
		const { nodes, tallest, view } = await page.evaluate(() => ({
			nodes: document.querySelectorAll('.left *').length,
			tallest: Math.max(
				...[...document.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect().height)
			),
			view: innerHeight
		}));
		expect(nodes).toBeLessThan(500);
		expect(tallest).toBeLessThan(view * 3);
	};
	await small();
	await page.keyboard.press('5');
	await expect.poll(() => currentStep(page)).toMatch(/#12[45]\d/);
	const now = page.locator('[data-step][aria-current]');
	const place = Number(await now.getAttribute('aria-posinset'));
	expect(Math.abs(place - 10_000)).toBeLessThan(20);
	const places = await rows.evaluateAll((all) =>
		all.map((row) => Number(row.getAttribute('aria-posinset')))
	);
	expect(new Set(places).size).toBe(places.length);
	await small();
	await page.keyboard.press('End');
	await expect(now).toHaveAttribute('aria-posinset', '20000');
	await expect(now).toBeInViewport();
	await small();
	await page.keyboard.press('t');
	await expect(now).toBeInViewport();
	await small();
	await page.keyboard.press('Shift+Z');
	await page.keyboard.press('Shift+Z');
	await page.keyboard.press('Shift+Z');
	await small();
});

test('real time is drawn to scale, and what is idle says so', async ({ page, host }) => {
	const times = new Map<string, number>();
	for (const line of (await shell()).split('\n').filter(Boolean)) {
		const { s, t } = JSON.parse(line) as { s?: string; t: number };
		if (s !== undefined && !times.has(s)) times.set(s, t / 1000);
	}
	// Tall enough for some idle time to be in sight, whatever the letters of this machine leave of the page.
	await page.setViewportSize({ width: 1280, height: 1000 });
	await open(page, host, '#step=switching-protocols');
	await page.getByRole('button', { name: 'Real time' }).click();
	await expect(page.locator('.left .tick').first()).toBeAttached();
	const drawn = await page.evaluate(() => ({
		rows: [...document.querySelectorAll<HTMLElement>('li.row[data-step]')].map((row) => ({
			s: row.dataset['step']!,
			y: row.offsetTop + (row.classList.contains('now') ? 17 : 12)
		})),
		idles: [...document.querySelectorAll<HTMLElement>('.idle')].map((idle) => ({
			top: idle.offsetTop,
			text: idle.textContent
		}))
	}));
	expect(drawn.idles.length).toBeGreaterThan(0);
	for (const { text } of drawn.idles) expect(text).toMatch(/^nothing for [\d.,]+ m?s$/);
	const scales: number[] = [];
	for (let k = 1; k < drawn.rows.length; k++) {
		const [a, b] = [drawn.rows[k - 1]!, drawn.rows[k]!];
		const waited = drawn.idles.some(({ top }) => top + 20 > a.y && top + 20 < b.y);
		const ms = times.get(b.s)! - times.get(a.s)!;
		if (!waited && ms > 1) scales.push((b.y - a.y) / ms);
	}
	expect(scales.length).toBeGreaterThan(5);
	const middle = [...scales].sort((a, b) => a - b)[scales.length >> 1]!;
	for (const scale of scales) expect(Math.abs(scale / middle - 1)).toBeLessThan(0.15);

	await page.getByRole('button', { name: 'Step time' }).click();
	await expect(page.locator('.left .tick')).toHaveCount(0);
	await isCurrent(page, 'switching-protocols');
});

test('the minimap shows the whole run, and goes there', async ({ page, host }) => {
	await open(page, host, '#step=cri-exec');
	await isCurrent(page, 'cri-exec');
	const map = page.locator('.map');
	await expect(map).toBeVisible();
	const box = (await map.boundingBox())!;
	const sight = page.locator('.map .sight');
	const before = (await sight.boundingBox())!.y;
	await map.click({ position: { x: 9, y: box.height - 12 } });
	await expect(step(page, 'close')).toBeInViewport();
	expect((await sight.boundingBox())!.y).toBeGreaterThan(before);
	await isCurrent(page, 'cri-exec');
	await map.click({ position: { x: 9, y: 3 } });
	await expect(step(page, 'get-pod')).toBeInViewport();
});

test('zoom and level say which is which', async ({ page, host }) => {
	await page.setViewportSize({ width: 1440, height: 900 });
	await open(page, host, '#step=cri-exec');
	await isCurrent(page, 'cri-exec');
	const zoom = page.getByRole('group', { name: 'Size of the ladder' });
	await expect(zoom).toHaveText(/^Zoom\s*−\s*\+$/);
	const word = (await zoom.getByText('Zoom').boundingBox())!;
	const lane = (await page.locator('.lanes .name').first().boundingBox())!;
	const zoomBox = (await zoom.boundingBox())!;
	expect(word.width).toBeGreaterThan(24);
	expect(zoomBox.x + zoomBox.width).toBeLessThan(lane.x);
	await expect(page.locator('header .levelkeys')).toHaveText(/^keys\s+−\s+\+$/);
	await expect(page.locator('header .levelkeys')).toBeVisible();
});

test('the ladder grows and shrinks by buttons and keys', async ({ page, host }) => {
	await open(page, host, '#step=cri-exec');
	await isCurrent(page, 'cri-exec');
	const height = () => step(page, 'check-container').evaluate((row) => row.clientHeight);
	const before = await height();
	const sizes = page.getByRole('group', { name: 'Size of the ladder' });
	await sizes.getByRole('button', { name: 'Larger' }).click();
	await expect.poll(height).toBeGreaterThan(before);
	await page.keyboard.press('Shift+Z');
	await expect.poll(height).toBe(before);
	await sizes.getByRole('button', { name: 'Smaller' }).click();
	await expect.poll(height).toBeLessThan(before);
	await page.keyboard.press('z');
	await expect.poll(height).toBe(before);
});

for (const reducedMotion of ['reduce', 'no-preference'] as const)
	test(`a step looks the same from wherever one comes, motion: ${reducedMotion}`, async ({
		page,
		host
	}) => {
		await page.emulateMedia({ reducedMotion });
		const still = async () => {
			let last = await picture(page);
			await expect
				.poll(
					async () => {
						await page.evaluate(
							() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
						);
						const moving = await page.evaluate(() => document.getAnimations().length);
						const before = last;
						last = await picture(page);
						return moving === 0 && before === last;
					},
					{ intervals: [0, 50] }
				)
				.toBe(true);
			return last;
		};
		await open(page, host, '#step=list-containers');
		await isCurrent(page, 'list-containers');
		const seen = [await still()];
		const stops = 10;
		for (let k = 1; k <= stops; k++) {
			await page.keyboard.press('ArrowRight');
			seen.push(await still());
		}
		for (let k = stops - 1; k >= 0; k--) {
			await page.keyboard.press('ArrowLeft');
			expect(await still(), `step ${k} of ${stops}, coming back`).toBe(seen[k]);
		}
		await page.keyboard.press('End');
		await still();
		await follow(page, '#step=list-containers');
		expect(await still(), 'coming from the end').toBe(seen[0]);
		await page.keyboard.press('Home');
		await still();
		await follow(page, '#step=list-containers');
		expect(await still(), 'coming from the beginning').toBe(seen[0]);
	});

test('without motion a step jumps', async ({ page, host }) => {
	await open(page, host, '#step=get-pod');
	await isCurrent(page, 'get-pod');
	for (const key of ['ArrowRight', 'End', 'Home', '5', '+', 't']) {
		await page.keyboard.press(key);
		const moving = await page.evaluate(
			() =>
				document
					.getAnimations()
					.filter((one) => Number(one.effect?.getComputedTiming().duration ?? 0) > 20).length
		);
		expect(moving).toBe(0);
	}
	await page.keyboard.press('Home');
	await page.keyboard.press(' ');
	// Played, the arrows come one after another, whole: nothing is drawn on its way.
	const now = page.locator('.left li.now .unspoken');
	for (let look = 0; look < 10; look++) {
		expect(await now.count()).toBe(0);
		await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
	}
});

test('what was typed and printed folds into one line a command', async ({ page, host }) => {
	await open(page, host, '#step=process-start');
	await isCurrent(page, 'process-start');
	const unfold = page.getByRole('button', { name: 'show them' });
	const folds = page.locator('.left li', { has: unfold });
	const words = () => folds.locator('.text').allTextContents();
	await expect.poll(words).toContainEqual(expect.stringMatching(/^exit\d+ chunks, \d+ bytes$/));
	const io = page.locator('[data-step^="io"]');
	const folded = await io.count();
	await unfold.last().click();
	await expect.poll(() => io.count()).toBeGreaterThan(folded);
	await page.getByRole('button', { name: 'fold', exact: true }).click();
	await expect(io).toHaveCount(folded);
});

test('another recording says its own words', async ({ page, host }) => {
	const said = async () => page.locator('.left li.row .text').allTextContents();
	await open(page, host, '#run=shell&step=process-start');
	await isCurrent(page, 'process-start');
	await expect.poll(said).toContain('/bin/bash');
	await follow(page, '#run=date&step=process-start');
	await expect.poll(said).toContain('date');
	expect(await said()).not.toContain('/bin/bash');
});

test('a row of many chunks has its own words on either clock, and a link leads to its end', async ({
	page,
	host
}) => {
	await open(page, host, '#step=io');
	const words = step(page, 'io').locator('.text');
	await expect(words).toContainText('chunks');
	await page.keyboard.press('t');
	await expect(words).toBeVisible();
	await expect(words).not.toContainText('chunks');
	await page.keyboard.press('t');
	await expect(words).toContainText('chunks');
	// One press of Next leads on, as from a row that one came to by keys.
	await page.keyboard.press('ArrowRight');
	await expect(step(page, 'io')).not.toHaveAttribute('aria-current', 'step');
});
