import { readFile } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { drop, expect, folder, isCurrent as current, open, test } from './static-site.ts';

/** For everyone: what is read by ear, by keys alone, magnified, in one's own colours, far from a projector, in Chinese. */
type Theme = 'light' | 'dark' | 'projector' | 'contrast';
const themeNames: Record<Theme, string> = {
	light: 'Light|浅色',
	dark: 'Dark|深色',
	projector: 'Projector|投影',
	contrast: 'More contrast|高对比度'
};

async function go(page: Page, hash: string): Promise<void> {
	await page.evaluate((to) => (location.hash = to), hash);
	const [, key = ''] = /step=([\w-]+)/.exec(hash) ?? [];
	await current(page, key);
}

async function choose(page: Page, theme: Theme): Promise<void> {
	await page.getByRole('button', { name: /^(Theme|外观)$/ }).click();
	await page.getByRole('button', { name: new RegExp(`^(✓ )?(${themeNames[theme]})$`) }).click();
	await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
}

const tab = (page: Page, number: number) => page.locator('aside [role="tab"]').nth(number).click();
const shell = '#run=shell&step=cri-exec';

/** A screen of the page, as one gets there from a step and back. */
interface Screen {
	name: string;
	at?: string;
	/** Not in the projector theme, which has neither panel nor drawer. */
	panes?: true;
	enter: (page: Page) => Promise<unknown>;
	leave?: (page: Page) => Promise<unknown>;
}
const esc = (page: Page) => page.keyboard.press('Escape');
const key = (name: string) => (page: Page) => page.keyboard.press(name);
const none = () => Promise.resolve();
const drawer = (id: string) => (page: Page) => page.locator(`#drawer-${id}`).click();
const menu = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).click();

const screens: Screen[] = [
	{ name: 'a step', enter: none },
	{ name: 'fields', panes: true, enter: (page) => tab(page, 1) },
	{ name: 'bytes', panes: true, enter: (page) => tab(page, 2) },
	{ name: 'source', panes: true, enter: (page) => tab(page, 3), leave: (page) => tab(page, 0) },
	{ name: 'log', panes: true, enter: drawer('log') },
	{ name: 'cluster', panes: true, enter: drawer('cluster'), leave: drawer('terminal') },
	{ name: 'journey', at: '#run=shell&step=close', enter: key('y'), leave: key('y') },
	{ name: 'predict', enter: key('q'), leave: key('q') },
	{
		name: 'search',
		enter: async (page) => {
			await page.keyboard.press('/');
			await page.keyboard.type('exec');
			await page.getByRole('button', { name: /^(Filters and hints|筛选与提示)$/ }).click();
		},
		leave: async (page) => {
			await page.getByRole('searchbox').focus();
			await esc(page);
		}
	},
	{ name: 'palette', enter: key('Control+k'), leave: esc },
	{ name: 'overview', enter: key('o'), leave: esc },
	{ name: 'keys', enter: key('?'), leave: esc },
	{
		name: 'legend',
		enter: async (page) => {
			await page.keyboard.press('?');
			await page.getByRole('button', { name: /^(How to read the arrows|怎么看箭头)$/ }).click();
		},
		leave: esc
	},
	{ name: 'recordings', enter: menu(/^(Recordings|录像)$/), leave: esc },
	{ name: 'themes', enter: menu(/^(Theme|外观)$/), leave: esc },
	{ name: 'level 1', at: '#run=shell&step=cri-exec&level=1', enter: none },
	{ name: 'level 3', at: '#run=shell&step=cri-exec&level=3', enter: none },
	{ name: 'level 4', at: '#run=shell&step=cri-exec&level=4', enter: none },
	{ name: 'real time', at: '#run=shell&step=cri-exec&level=2', enter: key('t'), leave: key('t') }
];

/**
 * What axe finds, as one line each. Contrast costs it most by far: the ladder is judged once per theme, on the first
 * step, and each theme's tokens against one another in `app-css.test.ts`.
 */
async function look(
	page: Page,
	where: string,
	rules: 'all' | 'colours' | 'words'
): Promise<string[]> {
	// Of what passes nothing is wanted, and to name it takes most of the time.
	let axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
	if (rules === 'colours') axe = axe.withRules(['color-contrast']);
	if (rules === 'words') axe = axe.disableRules(['color-contrast']);
	else if (!/step|level|time/.test(where)) axe = axe.exclude('.left ol');
	const { violations } = await axe.analyze();
	return violations.map(
		({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.html).join(' ')}`
	);
}

/** Through all screens in one theme. */
async function tour(
	page: Page,
	host: string,
	theme: Theme,
	rules: 'all' | 'colours' | 'words'
): Promise<string[]> {
	await open(page, host, '');
	await choose(page, theme);
	const found = await look(page, `${theme}, opening`, rules);
	await go(page, shell);
	for (const { name, at, panes, enter, leave } of screens) {
		if (panes && theme === 'projector') continue;
		if (at) await go(page, at);
		await enter(page);
		found.push(...(await look(page, `${theme}, ${name}`, rules)));
		await leave?.(page);
		if (at) await go(page, `${shell}&level=2`);
	}
	return found;
}

test.describe('axe finds nothing', () => {
	test.describe.configure({ timeout: 120_000 });
	test.use({ reducedMotion: 'reduce' });
	test('on any screen', async ({ page, host }) => {
		expect(await tour(page, host, 'light', 'all')).toEqual([]);
	});
	for (const theme of ['dark', 'projector', 'contrast'] as const)
		test(`in the colours of ${theme}`, async ({ page, host }) => {
			expect(await tour(page, host, theme, 'colours')).toEqual([]);
		});
	test.describe('in Chinese', () => {
		test.use({ locale: 'zh-CN' });
		test('on any screen, in words', async ({ page, host }) => {
			expect(await tour(page, host, 'light', 'words')).toEqual([]);
		});
	});
});

for (const [locale, sentence] of [
	['en-US', /^\d+\. (inside .+: .+|.+ to .+, .+: .+)$/],
	['zh-CN', /^第 \d+ 步，(.+内部：.+|.+到.+，.+：.+)$/]
] as const)
	test.describe(locale, () => {
		test.use({ locale, reducedMotion: 'reduce' });
		test('the ladder is a list that is walked, one sentence a step, which is the caption, too', async ({
			page,
			host
		}) => {
			await open(page, host, shell);
			await current(page, 'cri-exec');
			const list = page.getByRole('list', { name: /^(Sequence diagram|步骤列表)$/ });
			await expect(list).toHaveJSProperty('tagName', 'OL');
			const rows = list.locator('> li[data-step]');
			const names = await rows.evaluateAll((all) =>
				all
					.map((row) => [
						(row as HTMLElement).getBoundingClientRect().top,
						row.querySelector('a')?.getAttribute('aria-label') ?? row.textContent.trim()
					])
					.sort(([a], [b]) => Number(a) - Number(b))
					.map(([, name]) => String(name))
			);
			expect(names).toHaveLength(59);
			expect(names.filter((name) => !sentence.test(name))).toEqual([]);
			expect(names.map((name) => Number(/\d+/.exec(name)))).toEqual(names.map((_, k) => k + 1));

			await page.keyboard.press('F6');
			const row = page.locator('[data-step][aria-current] a');
			for (const press of ['ArrowDown', 'ArrowDown', 'ArrowUp']) {
				await page.keyboard.press(press);
				await expect(row).toBeFocused();
				const name = await row.getAttribute('aria-label');
				await expect(page.locator('[aria-live="polite"].said, footer [aria-live]')).toContainText(
					name!
				);
			}
		});
	});

test.describe('by keys alone', () => {
	test.use({ reducedMotion: 'reduce' });

	/** What can be operated and is in sight, but for rows of the ladder, of which one is in the order of Tab. */
	const controls = (page: Page) =>
		page.evaluate(() =>
			[...document.querySelectorAll<HTMLElement>('a, button, input, select, textarea, [tabindex]')]
				.filter((one) => one.tabIndex >= 0 && !one.matches(':disabled'))
				.filter((one) => one.checkVisibility({ visibilityProperty: true }))
				.map((one, k) => {
					one.dataset['stop'] = String(k);
					return `${k} ${one.outerHTML.slice(0, 80)}`;
				})
		);

	for (const at of ['', shell])
		test(`all is reached, nothing holds the focus, and one sees where it is: ${at || 'opening'}`, async ({
			page,
			host
		}) => {
			await open(page, host, at);
			await expect(page.locator('.xterm-helper-textarea')).toHaveCount(1);
			const all = await controls(page);
			const reached = new Set<string>();
			const unseen: string[] = [];
			for (let press = 0; press < all.length + 1; press++) {
				await page.keyboard.press('Tab');
				const stop = await page.evaluate(() => {
					const one = document.activeElement as HTMLElement;
					const ringed = [one, one.parentElement!, one.closest<HTMLElement>('section')!].some(
						(around) => {
							if (!around) return false;
							const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(around);
							return (
								(outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) ||
								(around !== one && boxShadow !== 'none')
							);
						}
					);
					return { stop: one.dataset['stop'], ringed, html: one.outerHTML.slice(0, 80) };
				});
				if (stop.stop !== undefined) reached.add(stop.stop);
				if (stop.stop !== undefined && !stop.ringed) unseen.push(stop.html);
			}
			expect(unseen).toEqual([]);
			expect(all.filter((one) => !reached.has(one.split(' ')[0]!))).toEqual([]);
		});

	test('Tab leaves a terminal that only shows, and F6 every one', async ({ page, host }) => {
		await open(page, host, '#run=shell&step=close');
		await current(page, 'close');
		const terminal = page.locator('.xterm-helper-textarea');
		await terminal.focus();
		await page.keyboard.press('Tab');
		await expect(terminal).not.toBeFocused();
		await page.keyboard.press('Shift+Tab');
		await expect(terminal).toBeFocused();
		await page.keyboard.press('F6');
		await expect(page.locator('aside [role="tabpanel"]')).toBeFocused();
		await page.keyboard.press('Shift+F6');
		await expect(terminal).toBeFocused();
		await page.keyboard.press('Shift+F6');
		await expect(page.locator('[data-step][aria-current] a')).toBeFocused();
	});

	test('what closes gives the focus back', async ({ page, host }) => {
		await open(page, host, '#run=shell&step=close');
		await current(page, 'close');
		const focused = () => page.evaluate(() => document.activeElement?.tagName ?? 'BODY');
		const theme = page.getByRole('button', { name: 'Theme' });
		await theme.focus();
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Escape');
		await expect(theme).toBeFocused();
		for (const opens of ['Control+k', '?']) {
			await page.keyboard.press(opens);
			await expect(page.getByRole('dialog')).toBeVisible();
			await page.keyboard.press('Escape');
			await expect(theme).toBeFocused();
		}
		await page.keyboard.press('F6');
		for (const close of ['/ Escape', 'y y', 'q q']) {
			for (const press of close.split(' ')) await page.keyboard.press(press);
			expect([close, await focused()]).not.toEqual([close, 'BODY']);
		}
	});
});

/** A voice of a machine that says what it is asked to say, and when it is to be silent. */
const mockSpeech = () => {
	const said: string[] = [];
	class Utterance {
		lang = '';
		voice = null;
		text: string;
		constructor(text: string) {
			this.text = text;
		}
	}
	const voices = ['en-US', 'zh-CN'].map((lang) => ({ lang, name: lang, localService: true }));
	const synthesis = Object.assign(new EventTarget(), {
		getVoices: () => voices,
		speak: (one: Utterance) => said.push(`${one.lang}: ${one.text}`),
		cancel: () => said.push('silence')
	});
	Object.defineProperties(globalThis, {
		said: { value: said },
		speechSynthesis: { value: synthesis },
		SpeechSynthesisUtterance: { value: Utterance }
	});
};

for (const [locale, speak, stop, words] of [
	['en-US', 'Speak', 'Stop speaking', /^en-US: Step 20\. By CRI/],
	['zh-CN', '朗读', '停止朗读', /^zh-CN: 第 20 步。kubelet 通过 CRI/]
] as const)
	test.describe(locale, () => {
		test.use({ locale });
		test('speaks the caption when wanted, and no longer than its step', async ({ page, host }) => {
			await page.addInitScript(mockSpeech);
			await open(page, host, shell);
			await current(page, 'cri-exec');
			const said = () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
			expect(await said()).toEqual([]);
			await page.getByRole('button', { name: speak, exact: true }).click();
			await expect.poll(async () => (await said()).at(-1)).toMatch(words);
			await page.keyboard.press('ArrowRight');
			await expect.poll(async () => (await said()).at(-1)).toMatch(/21/);
			expect((await said()).at(-2)).toBe('silence');
			await page.getByRole('button', { name: stop, exact: true }).click();
			await expect.poll(async () => (await said()).at(-1)).toBe('silence');
			const before = await said();
			await page.keyboard.press('ArrowRight');
			await expect(page.locator('.caption')).toContainText('22');
			expect(await said()).toEqual(before);
		});
	});

test.describe('in the colours of the reader', () => {
	test.use({ forcedColors: 'active', reducedMotion: 'reduce' });
	test('the current step, badges, bars and what is pressed still show', async ({ page, host }) => {
		await open(page, host, shell);
		await current(page, 'cri-exec');
		const seen = await page.evaluate(() => {
			const style = (selector: string) => getComputedStyle(document.querySelector(selector)!);
			return {
				band: style('.band').backgroundColor,
				words: style('.now .label .text').color,
				letter: style('.past .badge.G').color,
				badge: style('.past .badge.G').backgroundColor,
				pressed: style('.seg [aria-pressed="true"]').backgroundColor,
				other: style('.seg [aria-pressed="false"]').backgroundColor,
				behind: style('.part.past b').backgroundColor,
				ahead: style('.part.future i').backgroundColor,
				dashes: document.querySelectorAll('.paint .G path[stroke-dasharray]').length
			};
		});
		expect(seen.band).not.toBe(seen.words);
		expect(seen.letter).not.toBe(seen.badge);
		expect(seen.pressed).not.toBe(seen.other);
		expect(seen.behind).not.toBe(seen.ahead);
		expect(seen.dashes).toBeGreaterThan(0);
	});
});

test('nothing moves for whoever wants it still', async ({ page, host }) => {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await open(page, host, shell);
	await current(page, 'cri-exec');
	await page.keyboard.press('End');
	await current(page, 'close');
	expect(
		await page.evaluate(() => ({
			running: document.getAnimations().filter((one) => one.playState === 'running').length,
			inSight: (() => {
				const row = document.querySelector('[aria-current="step"]')!.getBoundingClientRect();
				const view = document.querySelector('.scroll')!.getBoundingClientRect();
				return row.top >= view.top && row.bottom <= view.bottom;
			})()
		}))
	).toEqual({ running: 0, inSight: true });
});

async function sideways(page: Page): Promise<number> {
	return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

test('text may be spaced wider, and none is lost', async ({ page, host }) => {
	await open(page, host, shell);
	await current(page, 'cri-exec');
	await page.addStyleTag({
		content:
			'* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }'
	});
	expect(await sideways(page)).toBeLessThanOrEqual(0);
	const cut = await page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('button, [role="tab"], h2, h3, p, .caption')]
			.filter((one) => one.checkVisibility({ visibilityProperty: true }))
			.filter((one) => !one.closest('.unseen, .xterm, .lanes, .print'))
			.filter((one) => getComputedStyle(one).overflow !== 'visible')
			.filter((one) => one.scrollWidth > one.clientWidth + 1)
			.map((one) => one.outerHTML.slice(0, 100))
	);
	expect(cut).toEqual([]);
});

for (const [width, height] of [
	[720, 450],
	[640, 400],
	[390, 844],
	[360, 740]
] as const)
	test(`at ${width} x ${height} all is in one column, and reached without scrolling sideways`, async ({
		page,
		host
	}) => {
		await page.setViewportSize({ width, height });
		await open(page, host, shell);
		await current(page, 'cri-exec');
		expect(await sideways(page)).toBeLessThanOrEqual(0);
		const more = page.getByRole('button', { name: 'More', exact: true });
		if (width < 720) await more.click();
		expect(await sideways(page)).toBeLessThanOrEqual(0);
		const names = [
			'Recordings',
			'Theme',
			'Help and keys',
			'Fields',
			'Next',
			'kubectl log',
			'Taller'
		];
		for (const name of names) {
			const control = page.getByRole(/Fields|log/.test(name) ? 'tab' : 'button', { name }).first();
			await control.focus();
			const seen = await control.evaluate((one) => {
				const { left, right, top, width, height } = one.getBoundingClientRect();
				const at = document.elementFromPoint(left + width / 2, top + height / 2);
				if (right > innerWidth) return right;
				return one.contains(at) || at?.outerHTML.slice(0, 100);
			});
			expect([name, seen]).toEqual([name, true]);
		}
	});

for (const [theme, locale, width, height] of [
	['light', 'en-US', 1280, 720],
	['projector', 'en-US', 1920, 1080],
	['projector', 'zh-CN', 1280, 720]
] as const)
	test.describe(locale, () => {
		test.use({ locale });
		test(`keys laid on buttons cover no other button: ${theme}, ${width} x ${height}`, async ({
			page,
			host
		}) => {
			await page.addInitScript((one) => localStorage.setItem('execscope.theme', one), theme);
			await page.setViewportSize({ width, height });
			await open(page, host, shell);
			await current(page, 'cri-exec');
			await page.keyboard.press('?');
			await expect(page.locator('.chip').first()).toBeVisible();
			const covered = await page.evaluate(() => {
				const chips = [...document.querySelectorAll('.chip')].map((one) => ({
					name: one.textContent,
					box: one.getBoundingClientRect()
				}));
				const shared = (one: DOMRect, other: DOMRect) =>
					Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
					Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
				const found: string[] = [];
				for (const button of document.querySelectorAll(
					'header button, footer button, .time button'
				)) {
					if (!button.checkVisibility({ visibilityProperty: true })) continue;
					const range = document.createRange();
					range.selectNodeContents(button);
					const text = range.getBoundingClientRect();
					// Its own key lies on its edge.
					const own = chips.filter(({ box }) => shared(box, button.getBoundingClientRect())).length;
					const over = chips.filter(({ box }) => shared(box, text));
					const words = button.textContent?.trim();
					if (over.length > (button.hasAttribute('data-action') ? 1 : 0) || own > 1)
						found.push(`${over.map(({ name }) => name).join(' ')} on ${words}`);
				}
				chips.forEach((one, k) => {
					for (const other of chips.slice(k + 1))
						if (shared(one.box, other.box)) found.push(`${one.name} on ${other.name}`);
				});
				return found;
			});
			expect(covered).toEqual([]);
		});
	});

test('a projector of 1280 x 720 shows all keys at once', async ({ page, host }) => {
	await page.setViewportSize({ width: 1280, height: 720 });
	await page.addInitScript(() => localStorage.setItem('execscope.theme', 'projector'));
	await open(page, host, shell);
	await current(page, 'cri-exec');
	for (const language of ['en', 'zh-CN']) {
		if ((await page.locator('html').getAttribute('lang')) !== language)
			await page.getByRole('button', { name: /^(Language|语言)/ }).click();
		await expect(page.locator('html')).toHaveAttribute('lang', language);
		await page.keyboard.press('?');
		const list = page.locator('dialog[open] .groups');
		await expect(list).toBeVisible();
		const hidden = await list.evaluate((one) => one.scrollHeight - one.clientHeight);
		expect(hidden).toBeLessThanOrEqual(0);
		await page.keyboard.press('Escape');
		await expect(list).toHaveCount(0);
	}
});

test('the keys come again as soon as they are asked for again', async ({ page, host }) => {
	await open(page, host, shell);
	await current(page, 'cri-exec');
	await page.keyboard.press('?');
	const close = page.locator('dialog[open] .foot button').first();
	await expect(close).toBeVisible();
	// In one turn, before the browser has said that they are closed.
	await page.evaluate(async () => {
		const dialog = document.querySelector('dialog[open]')!;
		const said = new Promise((resolve) =>
			dialog.addEventListener('close', resolve, { once: true })
		);
		dialog.querySelector<HTMLButtonElement>('.foot button')!.click();
		dispatchEvent(new KeyboardEvent('keydown', { key: '?' }));
		await said;
	});
	await expect(close).toBeVisible();
});

test('what is pressed is at least 24 pixels wide and high', async ({ page, host }) => {
	for (const [width, height] of [
		[1280, 720],
		[390, 844]
	] as const) {
		await page.setViewportSize({ width, height });
		await open(page, host, shell);
		await current(page, 'cri-exec');
		const small = await page.evaluate(() =>
			[
				...document.querySelectorAll<HTMLElement>(
					'button, a, input, select, [role="tab"], [role="slider"]'
				)
			]
				.filter((one) => one.checkVisibility({ visibilityProperty: true }))
				// Within a sentence, and where the row itself is as large: what WCAG 2.5.8 excepts.
				.filter((one) => !one.closest('.unseen, .xterm, p, li.part, [inert]'))
				.map((one) => ({ one, box: one.getBoundingClientRect() }))
				.filter(({ box }) => box.width > 0 && (box.width < 23.5 || box.height < 23.5))
				.map(
					({ one, box }) =>
						`${Math.round(box.width)} x ${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`
				)
		);
		expect(small).toEqual([]);
	}
});

for (const [width, height] of [
	[1280, 720],
	[1024, 768]
] as const)
	for (const run of ['shell', 'date'])
		test(`a projector of ${width} x ${height} shows the whole story of ${run}`, async ({
			page,
			host
		}) => {
			await page.addInitScript(() => localStorage.setItem('execscope.theme', 'projector'));
			await page.setViewportSize({ width, height });
			await open(page, host, `#run=${run}&step=get-pod&level=1`);
			for (const last of [false, true]) {
				if (last) await page.keyboard.press('End');
				await current(page, last ? 'exit-status' : 'get-pod');
				const { out, small, steps } = await page.evaluate(() => {
					const inView = (one: Element, view: DOMRect) => {
						const box = one.getBoundingClientRect();
						return (
							box.top >= view.top - 1 &&
							box.bottom <= view.bottom + 1 &&
							box.left >= view.left - 1 &&
							box.right <= view.right + 1
						);
					};
					const screen = new DOMRect(0, 0, innerWidth, innerHeight);
					const ladder = document.querySelector('.scroll')!.getBoundingClientRect();
					const rows = [...document.querySelectorAll('.row, .row .label')];
					const rest = [
						...document.querySelectorAll('.lane, .caption p, .caption p span, header input')
					];
					const out = [
						...rows.filter((one) => !inView(one, ladder)),
						...rest.filter((one) => !one.matches('.unseen') && !inView(one, screen))
					].map((one) => one.outerHTML.slice(0, 100));
					const texts = [...document.querySelectorAll<HTMLElement>('body *')]
						.filter((one) => one.checkVisibility({ visibilityProperty: true }))
						.filter((one) => !one.closest('.unseen, .print, dialog, h1'))
						.filter((one) =>
							[...one.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim())
						);
					const small = texts
						.filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 20)
						.map((one) => one.outerHTML.slice(0, 100));
					return { out, small, steps: document.querySelectorAll('[data-step]').length };
				});
				expect({ out, small, steps }).toEqual({ out: [], small: [], steps: 12 });
			}
		});

test.describe('in Chinese', () => {
	test.use({ locale: 'zh-CN', reducedMotion: 'reduce' });

	test('no line begins with a mark that closes, and none ends with one that opens', async ({
		page,
		host
	}) => {
		for (const [width, height] of [
			[1280, 720],
			[390, 844]
		] as const) {
			await page.setViewportSize({ width, height });
			await open(page, host, shell);
			for (const step of ['post-exec', 'cri-exec', 'token-url', 'close']) {
				await go(page, `#run=shell&step=${step}`);
				const wrong = await page.evaluate(() => {
					const found: string[] = [];
					for (const block of document.querySelectorAll('aside p, .caption p, blockquote')) {
						const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
						let before: { char: string; top: number } | undefined;
						while (walk.nextNode()) {
							const text = walk.currentNode.textContent!;
							for (let at = 0; at < text.length; at++) {
								const range = document.createRange();
								range.setStart(walk.currentNode, at);
								range.setEnd(walk.currentNode, at + 1);
								const box = range.getBoundingClientRect();
								if (box.width === 0) continue;
								const char = text[at]!;
								const next = before && box.top > before.top + 8;
								if (
									next &&
									('，。、；：？！）」』”'.includes(char) || '（「『“'.includes(before!.char))
								)
									found.push(`${before!.char}|${char} ${text.slice(at - 8, at + 8)}`);
								before = { char, top: box.top };
							}
						}
					}
					return found;
				});
				expect(wrong).toEqual([]);
			}
		}
	});

	test('the page says its language, and of a word in the other that it is one', async ({
		page,
		host
	}) => {
		await open(page, host, shell);
		await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
		await expect(page.getByRole('button', { name: /English/ })).toHaveAttribute('lang', 'en');
		await page.getByRole('button', { name: /English/ }).click();
		await expect(page.locator('html')).toHaveAttribute('lang', 'en');
		await expect(page.getByRole('button', { name: /中文/ })).toHaveAttribute('lang', 'zh-CN');
	});

	test('a character takes two columns of the terminal', async ({ page, host }) => {
		await open(page, host, '#run=shell&step=close');
		const text = await readFile(path.join(folder, 'recordings/shell.execscope'), 'utf8');
		// As many bytes as the prompt has, on every hop.
		const [prompt, wide] = ['root@nginx:/# ', '容器里|\r\n\r\n'];
		const told = text
			.replaceAll(prompt, JSON.stringify(wide).slice(1, -1))
			.replaceAll(/"d64":"([^"]+)"/g, (_, coded: string) => {
				const bytes = Buffer.from(coded, 'base64');
				for (let at = -1; (at = bytes.indexOf(prompt, at + 1)) >= 0;) bytes.write(wide, at);
				return `"d64":"${bytes.toString('base64')}"`;
			});
		await drop(page, 'wide.execscope', told);
		await page.keyboard.press('End');
		await current(page, 'close');
		const row = page.locator('.xterm-rows > div', { hasText: '容器里|' }).first();
		await expect(row).toHaveCount(1);
		const columns = await row.evaluate((one) => {
			const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
			const range = document.createRange();
			while (walk.nextNode()) {
				const at = walk.currentNode.textContent!.indexOf('|');
				if (at < 0) continue;
				range.setStart(walk.currentNode, at);
				range.setEnd(walk.currentNode, at + 1);
			}
			const bar = range.getBoundingClientRect();
			return (bar.left - one.getBoundingClientRect().left) / bar.width;
		});
		expect(columns).toBeCloseTo(6, 1);
	});

	test('calls say in Chinese what they found, on the ladder, in the panel and to the search', async ({
		page,
		host
	}) => {
		await open(page, host, '#run=shell&step=authorize');
		await current(page, 'authorize');
		const said = 'RBAC：admin 有权 create pods/exec';
		await expect(page.locator('[data-step="authorize"] .label')).toHaveText(said);
		await page.locator('aside [role="tab"]').nth(1).click();
		await expect(page.locator('aside .said')).toHaveText(said);
		await expect(page.locator('aside dl').first()).toContainText('system:masters');
		await page.keyboard.press('/');
		for (const words of ['"有权 create"', '"may create pods"']) {
			await page.locator('.search input').fill(words);
			await expect(page.locator('.search')).toContainText(/找到 [12] 步|共 [12] 个/);
		}
	});

	test('numbers and times are written as Chinese writes them', async ({ page, host }) => {
		await open(page, host, '#run=shell&step=close');
		await current(page, 'close');
		await expect(page.locator('.caption')).toContainText('第 59 步。');
		await expect(page.locator('.time .now').last()).toHaveText('2,583.3 ms');
		await expect(page.locator('aside .size')).toHaveText('SPDY，80 字节');
	});
});

for (const theme of ['light', 'dark'] as const)
	test(`prints pages of A4 in black on white: ${theme}`, async ({ page, host }) => {
		await page.addInitScript((one) => localStorage.setItem('execscope.theme', one), theme);
		await open(page, host, shell);
		await current(page, 'cri-exec');
		// What is printed comes with the rest of the page, once that is idle.
		await expect(page.locator('dialog').first()).toBeAttached();
		const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
		const sizes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
		expect(sizes.length).toBeGreaterThan(3);
		for (const [, width, height] of sizes)
			expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
		await page.emulateMedia({ media: 'print' });
		const { ink, paper } = await page.evaluate(() => {
			const { color, backgroundColor } = getComputedStyle(document.body);
			return { ink: color, paper: backgroundColor };
		});
		expect([ink, paper]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
	});
