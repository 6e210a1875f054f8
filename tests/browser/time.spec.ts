import type { Page } from '@playwright/test';
import { actionIds, actions, type ActionId } from '../../src/routes/actions.ts';
import { isSingle } from '../../src/routes/keys.ts';
import {
	currentStep,
	drop,
	expect,
	fixture,
	follow,
	isCurrent,
	languages,
	open,
	step,
	test
} from './static-site.ts';

/** Moving through a run: every key, the clock, scrubbing, and links. The clock of the page is the test's own. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const slider = (page: Page) => page.locator('.time [role="slider"]');
const chapterNow = (page: Page) => page.locator('.time .part.now');
const placeOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));
const dialog = (page: Page) => page.locator('dialog[open]');

type Effect = (page: Page, press: () => Promise<void>) => Promise<void>;

const goesTo =
	(from: string, to: string | null): Effect =>
	async (page, press) => {
		await follow(page, `#run=shell&step=${from}`);
		await isCurrent(page, from);
		await press();
		await expect.poll(() => currentStep(page)).toBe(to);
	};
/** A jump to a share of the bar leaves the playhead there. */
const jumpsTo =
	(share: number): Effect =>
	async (page, press) => {
		await press();
		const whole = Number(await slider(page).getAttribute('aria-valuemax'));
		await expect
			.poll(async () => Math.abs((await placeOf(page)) / whole - share))
			.toBeLessThan(0.1);
	};
const onRow =
	(effect: Effect): Effect =>
	async (page, press) => {
		await follow(page, '#run=shell&step=cri-exec');
		await isCurrent(page, 'cri-exec');
		await step(page, 'cri-exec').locator('a').focus();
		await effect(page, press);
	};
const opensDialog: Effect = async (page, press) => {
	await press();
	await expect(dialog(page)).toHaveCount(1);
	await page.keyboard.press('Escape');
	await expect(dialog(page)).toHaveCount(0);
};

/** What has a cluster behind it is told of in the specs of the live page. */
const live: readonly ActionId[] = ['continue', 'hold', 'one-step', 'back-to-live'];

const effects: Partial<Record<ActionId, Effect>> = {
	next: goesTo('cri-exec', 'check-container'),
	back: goesTo('check-container', 'cri-exec'),
	'previous-event': goesTo('check-container', 'cri-exec'),
	'next-event': async (page, press) => {
		// Through what is folded, too.
		await follow(page, '#run=shell&step=docker-request:reply%233');
		await isCurrent(page, 'docker-request:reply#3');
		await press();
		await expect.poll(() => currentStep(page)).toBe('io');
		await press();
		await expect.poll(() => currentStep(page)).toBe('io');
		await expect(page.locator('.caption p')).toContainText(/./);
	},
	'previous-chapter': goesTo('cri-exec', 'get-exec'),
	'next-chapter': goesTo('cri-exec', 'redirect'),
	first: goesTo('cri-exec', null),
	last: goesTo('cri-exec', 'close'),
	'select-up': onRow(async (page, press) => {
		await press();
		await expect.poll(() => currentStep(page)).toBe('list-containers:reply#2');
		await expect(page.locator('[aria-current="step"] a')).toBeFocused();
	}),
	'select-down': onRow(async (page, press) => {
		await press();
		await expect.poll(() => currentStep(page)).toBe('check-container');
		await expect(page.locator('[aria-current="step"] a')).toBeFocused();
	}),
	'open-bytes': onRow(async (page, press) => {
		await press();
		await expect(page.getByRole('tab', { name: 'Bytes' })).toHaveAttribute('aria-selected', 'true');
	}),
	close: async (page, press) => {
		await page.keyboard.press('/');
		await expect(page.getByRole('search')).toHaveCount(1);
		await slider(page).focus();
		await press();
		await expect(page.getByRole('search')).toHaveCount(0);
	},
	play: async (page, press) => {
		await press();
		await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(1);
		await press();
		await expect(page.getByRole('button', { name: 'Play' })).toHaveCount(1);
	},
	'back-5s': goesTo('exit-status', null),
	'forward-5s': goesTo('get-pod', 'close'),
	slower: async (page, press) => {
		await press();
		await expect(page.getByRole('button', { name: 'Speed' })).toHaveText('0.5×');
		await page.keyboard.press('>');
	},
	faster: async (page, press) => {
		await press();
		await expect(page.getByRole('button', { name: 'Speed' })).toHaveText('2×');
		await page.keyboard.press('<');
	},
	'loop-chapter': async (page, press) => {
		await press();
		await expect(page.locator('.time .looped')).toHaveCount(1);
		await press();
		await expect(page.locator('.time .looped')).toHaveCount(0);
	},
	'jump-0': jumpsTo(0),
	'jump-10': jumpsTo(0.1),
	'jump-20': jumpsTo(0.2),
	'jump-30': jumpsTo(0.3),
	'jump-40': jumpsTo(0.4),
	'jump-50': jumpsTo(0.5),
	'jump-60': jumpsTo(0.6),
	'jump-70': jumpsTo(0.7),
	'jump-80': jumpsTo(0.8),
	'jump-90': jumpsTo(0.9),
	'more-detail': async (page, press) => {
		await follow(page, '#run=shell&step=cri-exec&level=1');
		await expect(page).toHaveURL(/level=1/);
		await press();
		await expect(page).toHaveURL(/level=2/);
	},
	'less-detail': async (page, press) => {
		await follow(page, '#run=shell&step=cri-exec&level=2');
		await expect(page).toHaveURL(/level=2/);
		await press();
		await expect(page).toHaveURL(/level=1/);
		await page.keyboard.press('+');
	},
	'time-view': async (page, press) => {
		await press();
		await expect(page.locator('.left .tick').first()).toBeAttached();
		await press();
		await expect(page.locator('.left .tick')).toHaveCount(0);
	},
	'zoom-in': async (page, press) => zooms(page, press, 1),
	'zoom-out': async (page, press) => zooms(page, press, -1),
	overview: async (page, press) => {
		await follow(page, '#run=shell&step=cri-exec');
		await isCurrent(page, 'cri-exec');
		await press();
		const grid = page.getByRole('dialog', { name: 'Overview of the chapters' });
		await expect(grid.getByRole('listitem')).toHaveText([
			/^Find\s+4 steps/,
			/^Ask/,
			/^Prepare/,
			/^Redirect\s+\d+ steps\s+at [\d.]+ ms, for [\d.]+ ms$/,
			/^Start/,
			/^Talk/,
			/^End\s+5 steps/
		]);
		await expect(grid.locator('[aria-current]')).toBeFocused();
		await expect(grid.locator('[aria-current]')).toContainText('Prepare');
		await page.keyboard.press('Escape');
		await expect(dialog(page)).toHaveCount(0);
		await isCurrent(page, 'cri-exec');
		await press();
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('Enter');
		await expect(dialog(page)).toHaveCount(0);
		await isCurrent(page, 'redirect');
		await press();
		await grid.getByRole('button', { name: /^Find/ }).click();
		await isCurrent(page, 'get-pod');
	},
	'search-terminal': async (page, press) => {
		await follow(page, '#run=shell&step=close');
		await expect(page.locator('.xterm-rows')).toContainText('hostname');
		await page.locator('.xterm-helper-textarea').focus();
		await press();
		await expect(page.locator('.terminal input')).toBeFocused();
		await page.keyboard.type('hostname');
		await page.keyboard.press('Enter');
		await expect(page.locator('.xterm-selection div')).not.toHaveCount(0);
		await page.keyboard.press('Escape');
		await expect(page.locator('.terminal input')).toHaveCount(0);
	},
	search: async (page, press) => {
		await press();
		await expect(page.getByRole('searchbox')).toBeFocused();
		await page.keyboard.press('Escape');
	},
	'next-hit': async (page, press) => searched(page, press, /^1 of/),
	'previous-hit': async (page, press) => searched(page, press, /^(\d+) of \1$/),
	'go-to-step': async (page, press) => {
		await press();
		await page.getByRole('combobox').fill('token-url');
		await page.keyboard.press('Enter');
		await expect.poll(() => currentStep(page)).toBe('token-url');
	},
	palette: opensDialog,
	help: opensDialog,
	predict: async (page, press) => {
		await press();
		await expect(page.getByRole('region', { name: 'What comes next?' })).toBeVisible();
		await press();
		await expect(page.getByRole('region', { name: 'What comes next?' })).toHaveCount(0);
	},
	'follow-keystroke': async (page, press) => {
		await follow(page, '#run=shell&step=close');
		await isCurrent(page, 'close');
		await press();
		await expect(page.getByRole('region', { name: 'One byte, there and back' })).toBeVisible();
		await press();
		await expect(page.getByRole('region', { name: 'One byte, there and back' })).toHaveCount(0);
	},
	speak: async (page, press) => {
		await press();
		await expect(page.locator('.caption')).toContainText('Stop speaking');
		await press();
	},
	'copy-link': async (page, press) => {
		await follow(page, '#run=shell&step=redirect');
		await isCurrent(page, 'redirect');
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await press();
		await expect
			.poll(() => page.evaluate(() => navigator.clipboard.readText()))
			.toMatch(/#run=shell&step=redirect/);
	},
	fullscreen: async (page, press) => {
		await press();
		await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
		await press();
		await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
	},
	dark: async (page, press) => {
		await press();
		await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
		await press();
		await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
	},
	'next-pane': async (page, press) => {
		await slider(page).focus();
		await press();
		await expect(page.locator('header input[type="text"]')).toBeFocused();
	},
	'previous-pane': async (page, press) => {
		await slider(page).focus();
		await press();
		await expect(page.locator('aside :focus')).toHaveCount(1);
	}
};

async function zooms(page: Page, press: () => Promise<void>, by: 1 | -1): Promise<void> {
	const height = () => step(page, 'cri-exec').evaluate((row) => (row as HTMLElement).offsetHeight);
	await follow(page, '#run=shell&step=check-container');
	await isCurrent(page, 'check-container');
	const before = await height();
	await press();
	await expect.poll(async () => Math.sign((await height()) - before)).toBe(by);
	await page.keyboard.press(by > 0 ? 'Shift+Z' : 'z');
	await expect.poll(height).toBe(before);
}

async function searched(page: Page, press: () => Promise<void>, place: RegExp): Promise<void> {
	await page.keyboard.press('Home');
	await page.keyboard.press('/');
	await page.keyboard.type('Upgrade');
	const status = page.getByRole('search').getByRole('status');
	await expect(status).toHaveText(/found/);
	await slider(page).focus();
	await press();
	await expect(status).toHaveText(place);
	await page.keyboard.press('Escape');
	await expect(page.getByRole('search')).toHaveCount(0);
}

/** As Playwright names it. */
const pressed = (key: string) =>
	key
		.replace(/Ctrl\+/, 'Control+')
		.replace(/^ $/, 'Space')
		.replace(/(?<=Shift\+)[a-z]$/, (letter) => letter.toUpperCase());

test('every action that has a key is pressed here, or live', () => {
	const keyed = actionIds.filter((id) => actions[id].keys.length > 0 && !live.includes(id));
	expect(Object.keys(effects).sort()).toEqual([...keyed].sort());
});

const groups = [...new Set(actionIds.map((id) => actions[id].group))];
for (const group of groups) {
	const tested = actionIds.filter((id) => actions[id].group === group && id in effects);
	if (tested.length === 0) continue;
	test(`keys of the group ${group} do what they say`, async ({ page, host }) => {
		await open(page, host, '#run=shell&step=cri-exec');
		await isCurrent(page, 'cri-exec');
		for (const id of tested)
			for (const key of actions[id].keys.filter((one: string) => !one.startsWith('Meta')))
				await test.step(`${id}: ${key}`, async () => {
					const nowhere = () => page.evaluate(() => (document.activeElement as HTMLElement).blur());
					await nowhere();
					await effects[id]?.(page, () => page.keyboard.press(pressed(key)));
				});
	});
}

/** All that a key could change. */
const state = (page: Page) =>
	page.evaluate(() => ({
		hash: location.hash,
		theme: document.documentElement.dataset['theme'],
		dialogs: document.querySelectorAll('dialog[open]').length,
		regions: [...document.querySelectorAll('.journey, .predict, [role=search], .tick')].length,
		pressed: [...document.querySelectorAll('[aria-pressed=true]')].map((one) => one.textContent),
		rows: document.querySelector('li.row')?.getBoundingClientRect().height,
		caption: document.querySelector('.caption')?.textContent
	}));
const singles = [...new Set(actionIds.flatMap((id) => [...actions[id].keys]).filter(isSingle))];

test('single keys do nothing in the prompt, in the terminal, in a dialog, or when they are off', async ({
	page,
	host
}) => {
	expect(singles.length).toBeGreaterThan(30);
	await open(page, host, '#run=shell&step=cri-exec');
	await isCurrent(page, 'cri-exec');
	await expect(page.locator('.xterm-helper-textarea')).toBeAttached();
	const before = await state(page);
	const pressAll = async () => {
		for (const key of singles) await page.keyboard.press(pressed(key));
	};
	const prompt = page.getByRole('textbox', { name: 'Command' });
	await prompt.fill('');
	await pressAll();
	expect(await state(page)).toEqual(before);
	const letters = singles.map((key) => pressed(key).replace(/^Shift\+/, '')).join('');
	await expect(prompt).toHaveValue(letters);

	await page.locator('.xterm-helper-textarea').focus();
	await pressAll();
	expect(await state(page)).toEqual(before);

	await page.keyboard.press('F6');
	await page.keyboard.press('Control+k');
	await expect(dialog(page)).toHaveCount(1);
	await pressAll();
	await expect(page.getByRole('combobox')).toHaveValue(letters);
	await page.keyboard.press('Escape');
	expect(await state(page)).toEqual(before);
	await page.keyboard.press('?');
	await page.getByRole('button', { name: 'How to read the arrows' }).click();
	await expect(page.getByRole('dialog', { name: 'How to read the arrows' })).toBeVisible();
	await pressAll();
	await page.keyboard.press('Escape');
	expect(await state(page)).toEqual(before);

	await page.keyboard.press('?');
	await page.getByRole('button', { name: 'Turn single keys off' }).click();
	await page.keyboard.press('Escape');
	await slider(page).focus();
	await pressAll();
	expect(await state(page)).toEqual(before);
	await page.keyboard.press('ArrowRight');
	await isCurrent(page, 'check-container');
});

for (const { locale, m } of languages)
	test.describe(locale, () => {
		test.use({ locale });

		test('plays and pauses, slower and faster, and loops a chapter', async ({ page, host }) => {
			await page.clock.install();
			await open(page, host, '#run=shell&step=get-exec');
			await isCurrent(page, 'get-exec');
			await page.clock.pauseAt(Date.now() + 60_000);
			await page.getByRole('button', { name: new RegExp(`^${m.play}`) }).click();
			await page.clock.runFor(1500);
			const slow = await placeOf(page);
			const begin = 12;
			expect(slow).toBeGreaterThan(begin);
			expect(slow).toBeLessThan(begin + 6);
			await page.getByRole('button', { name: m.speed }).click();
			await page.getByRole('button', { name: m.times('4'), exact: true }).click();
			await page.clock.runFor(1500);
			expect((await placeOf(page)) - slow).toBeGreaterThan(6);
			await page.getByRole('button', { name: new RegExp(`^${m.pause}`) }).click();
			const paused = await placeOf(page);
			await page.clock.runFor(2000);
			expect(await placeOf(page)).toBe(paused);

			await follow(page, '#run=shell&step=cri-exec');
			await isCurrent(page, 'cri-exec');
			await page.getByRole('button', { name: m.speed }).click();
			await page.getByRole('button', { name: m.loop }).click();
			await expect(page.locator('.time .looped')).toHaveText(m.chapters.prepare);
			await page.getByRole('button', { name: new RegExp(`^${m.play}`) }).click();
			const seen = new Set<number>();
			for (let look = 0; look < 12; look++) {
				await page.clock.runFor(700);
				seen.add(await placeOf(page));
				await expect(chapterNow(page)).toHaveText(m.chapters.prepare);
			}
			expect(seen.size).toBeGreaterThan(3);
			await page.keyboard.press('Shift+L');
			await page.clock.runFor(8000);
			await expect(chapterNow(page)).not.toHaveText(m.chapters.prepare);
		});

		test('scrubs with a preview', async ({ page, host }) => {
			await open(page, host, '#run=shell&step=cri-exec');
			const box = (await slider(page).boundingBox())!;
			const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
			await page.mouse.move(...at(0.2));
			const preview = page.locator('.time .preview');
			await expect(preview).toContainText(/\d+(\.\d)? ms$/);
			await isCurrent(page, 'cri-exec');
			const first = await preview.textContent();
			await page.mouse.move(...at(0.9));
			await expect(preview).not.toHaveText(first!);
			await page.mouse.down();
			const there = await placeOf(page);
			await page.mouse.move(...at(0.4), { steps: 4 });
			expect(await placeOf(page)).toBeLessThan(there);
			const words = (await preview.textContent())!;
			await page.mouse.up();
			const now = page.locator('[aria-current="step"] a');
			const [, number] = /(\d+)/.exec(words)!;
			await expect(now).toHaveAttribute('data-n', number!);
			await page.mouse.move(10, 300);
			await expect(preview).toHaveCount(0);
			await slider(page).focus();
			await page.keyboard.press('End');
			await isCurrent(page, 'close');
			await expect(slider(page)).toHaveAttribute('aria-valuetext', new RegExp(m.stepNumber('59')));
			await page.keyboard.press('ArrowLeft');
			await isCurrent(page, 'exit-status');
			await page.keyboard.press('Home');
			await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
		});

		test('names its chapters in full at every width, and over the place that is pointed at', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=redirect');
			await isCurrent(page, 'redirect');
			const box = (await slider(page).boundingBox())!;
			await page.mouse.move(box.x + box.width - 4, box.y + box.height / 2);
			await expect(page.locator('.time .preview b')).toHaveText(m.chapters.end);
			await page.mouse.move(10, 300);
			const names = page.locator('.time .part span');
			const { boot: _, ...chapters } = m.chapters;
			for (const width of [1280, 1024, 390, 360]) {
				await page.setViewportSize({ width, height: 800 });
				await expect(names).toHaveText(Object.values(chapters));
				const cut = await names.evaluateAll((all) =>
					all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)
				);
				expect([width, cut]).toEqual([width, []]);
			}
		});

		test('a link opens right there, on another recording of the command too', async ({
			page,
			host
		}) => {
			await open(page, host, '#run=shell&step=cri-exec&level=3&bytes=12-19');
			await isCurrent(page, 'cri-exec');
			await expect(step(page, 'cri-exec')).toBeInViewport();
			await expect(
				page.getByRole('button', { name: m.detailNames[3], exact: true })
			).toHaveAttribute('aria-pressed', 'true');
			await page.getByRole('tab', { name: m.bytesTab }).click();
			await expect(page.locator('aside .x .on').first()).toBeVisible();
			const marked = await page.locator('aside .x .on').allTextContents();
			expect(marked.join(' ').split(' ')).toHaveLength(7);
			await expect(page).toHaveURL(/#run=shell&step=cri-exec&level=3&bytes=12-19$/);
			await page.reload();
			await isCurrent(page, 'cri-exec');
			await expect(page).toHaveURL(/#run=shell&step=cri-exec&level=3&bytes=12-19$/);

			await follow(page, '#run=date&step=cri-exec&level=2&bytes=12-19');
			await expect(page.getByText('kubectl exec nginx -- date').first()).toBeVisible();
			await isCurrent(page, 'cri-exec');
			await expect(page).toHaveURL(/#run=date&step=cri-exec&level=2&bytes=12-19$/);

			// A run that only its owner has: the same step, in the recording that everybody has.
			await follow(page, '#run=2026-01-01T00-00-00Z-mine&step=token-url&level=1');
			await isCurrent(page, 'token-url');
			await expect(page.getByText(m.noSuchRun('2026-01-01T00-00-00Z-mine'))).toBeVisible();
			await expect(page).toHaveURL(/step=token-url&level=1$/);
		});
	});

for (const { locale, m } of languages)
	test.describe(locale, () => {
		test.use({ locale });
		test('moments of a file have addresses, to and fro, and a reload says that it is missing', async ({
			page,
			host
		}) => {
			const mine = await fixture('refused');
			const level = (n: 2 | 3) =>
				expect(page.getByRole('button', { name: m.detailNames[n], exact: true })).toHaveAttribute(
					'aria-pressed',
					'true'
				);
			await open(page, host, '#run=shell&step=cri-exec&level=2');
			await isCurrent(page, 'cri-exec');
			await drop(page, 'mine.execscope', mine);
			await expect(step(page, 'get-exec')).toHaveCount(0);
			await page.keyboard.press(']');
			await expect(page).toHaveURL(/path\/#step=[\w-]+&level=2$/);
			await follow(page, '#step=post-exec&level=3&bytes=12-19');
			await isCurrent(page, 'post-exec');
			await level(3);
			await expect(page).toHaveURL(/path\/#step=post-exec&level=3&bytes=12-19$/);
			await follow(page, '#step=get-pod&level=2');
			await isCurrent(page, 'get-pod');
			await page.goBack();
			await isCurrent(page, 'post-exec');
			await level(3);
			await expect(step(page, 'get-exec')).toHaveCount(0);
			// Past the file is what was there before; forward is the file again.
			await page.goBack();
			await page.goBack();
			await isCurrent(page, 'cri-exec');
			await expect(page).toHaveURL(/#run=shell&step=cri-exec&level=2$/);
			await page.goForward();
			await page.goForward();
			await isCurrent(page, 'post-exec');
			await expect(step(page, 'get-exec')).toHaveCount(0);

			await page.reload();
			await isCurrent(page, 'post-exec');
			await expect(page.getByText(m.noSuchFile('mine'))).toBeVisible();
			await expect(step(page, 'get-exec')).toHaveCount(1);
			await expect(page).toHaveURL(/#run=shell&step=post-exec&level=3&bytes=12-19$/);
			await drop(page, 'mine.execscope', mine);
			await isCurrent(page, 'post-exec');
			await expect(page.getByText(m.noSuchFile('mine'))).toBeHidden();
			await expect(step(page, 'get-exec')).toHaveCount(0);
			await expect(page).toHaveURL(/path\/#step=post-exec&level=3&bytes=12-19$/);
		});
	});

test('a link of a file opens the same step of whatever is open, else of what comes along', async ({
	page,
	host
}) => {
	const link = '#step=cri-exec&level=3&bytes=12-19';
	await open(page, host, link);
	await isCurrent(page, 'cri-exec');
	await expect(page).toHaveURL(/#run=shell&step=cri-exec&level=3&bytes=12-19$/);
	await follow(page, '#run=date&step=get-pod');
	await isCurrent(page, 'get-pod');
	await follow(page, link);
	await expect(page).toHaveURL(/#run=date&step=cri-exec&level=3&bytes=12-19$/);
	await drop(page, 'other.execscope', await fixture('kubectl-1.36'));
	await expect(page.locator('[aria-current="step"]')).toHaveCount(0);
	await follow(page, link);
	await isCurrent(page, 'cri-exec');
	await expect(page).toHaveURL(/path\/#step=cri-exec&level=3&bytes=12-19$/);
	// A link of the run that the file is of, as the page wrote it while the run was on this machine.
	await follow(page, '#run=other&step=post-exec');
	await isCurrent(page, 'post-exec');
	await expect(page).toHaveURL(/path\/#step=post-exec&level=3$/);
	// A file without that step: the recording that has it.
	await drop(page, 'refused.execscope', await fixture('refused'));
	await follow(page, link);
	await isCurrent(page, 'cri-exec');
	await expect(page).toHaveURL(/#run=shell&step=cri-exec&level=3&bytes=12-19$/);
});

test('a link is followed even where the address names the step before it again', async ({
	page,
	host
}) => {
	await open(page, host, '#run=shell&step=cri-exec');
	await isCurrent(page, 'cri-exec');
	// The event of the new address comes later than the page may write its own.
	await page.evaluate(() => {
		location.hash = '#run=shell&step=post-exec';
		history.replaceState(null, '', '#run=shell&step=cri-exec');
	});
	await isCurrent(page, 'post-exec');
	await expect(page).toHaveURL(/step=post-exec$/);
});

test('a link goes on where the link before it could not be drawn', async ({ page, host }) => {
	await open(page, host, '#step=post-exec');
	await isCurrent(page, 'post-exec');
	await page.route('**/frame-source*', (route) => route.abort());
	await follow(page, '#step=cri-exec&level=3');
	await isCurrent(page, 'cri-exec');
	await follow(page, '#step=redirect');
	await isCurrent(page, 'redirect');
	await expect(page).not.toHaveURL(/level=3/);
});

test('a link to a step that its level leaves out shows the step', async ({ page, host }) => {
	await open(page, host, '#step=post-exec');
	await isCurrent(page, 'post-exec');
	await follow(page, '#step=authorize&level=1');
	await isCurrent(page, 'authorize');
	await expect(page).toHaveURL(/step=authorize&level=2$/);
});

test('a recording with lines that cannot be read says how many', async ({ page, host }) => {
	const lines = (await fixture('refused')).split('\n');
	lines[20] = lines[20]!.slice(0, 30);
	await open(page, host);
	await drop(page, 'damaged.execscope', lines.join('\n'));
	// The cut line, and those that speak of the step in it.
	const said = page.getByText(/^Lines of this recording that cannot be read: \d+\./);
	await expect(said).toBeVisible();
	await drop(page, 'whole.execscope', await fixture('refused'));
	await expect(said).toBeHidden();
});

test('what is opened last is shown, however long what was opened before it takes', async ({
	page,
	host
}) => {
	let release = () => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	/** Not in the file, whose exec was refused. */
	const started = step(page, 'process-start');
	await open(page, host, '#run=date');
	await expect(started).toHaveCount(1);
	await page.route('**/recordings/shell.execscope', async (route) => {
		await released;
		await route.continue();
	});
	const asked = page.waitForRequest('**/recordings/shell.execscope');
	await follow(page, '#run=shell&step=io');
	await asked;
	await drop(page, 'dropped.execscope', await fixture('refused'));
	await expect(started).toHaveCount(0);
	const answered = page.waitForResponse('**/recordings/shell.execscope');
	release();
	await answered;
	await page.waitForTimeout(300);
	await expect(started).toHaveCount(0);
});

for (const { size, more } of [
	{ size: 'short', more: '' },
	{ size: 'large', more: `# ${'-'.repeat(400_000)}\n` }
])
	test(`a ${size} recording that was changed since it was written says so`, async ({
		page,
		host
	}) => {
		const whole = await fixture('refused');
		await open(page, host);
		const said = page.getByText('This recording was changed, or lost lines, since it was written.');
		await drop(page, 'changed.execscope', whole.replace('"n":"', '"n":"not ') + more);
		await expect(said).toBeVisible();
		await drop(page, 'whole.execscope', whole + more);
		await expect(said).toBeHidden();
	});

test('an earlier try has an address of its own', async ({ page, host }) => {
	await open(page, host);
	await drop(page, 'tries.execscope', await fixture('kubectl-1.36'));
	await expect(step(page, 'try1/websocket-exec')).toHaveCount(1);
	const link = await step(page, 'try1/websocket-exec').evaluate(
		(row) => row.querySelector('a')?.href ?? ''
	);
	expect(link === '' || /step=websocket-exec&try=1/.test(link)).toBe(true);
});
