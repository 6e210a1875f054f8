import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './execscope.ts';

/** What the keys do, how the page says so, and what is found by name. */
const current = (page: Page) => page.locator('[data-step][aria-current]');
const palette = (page: Page) =>
	page.getByRole('combobox', { name: /^(Find anything|Number or name)/ });

async function accessible(page: Page): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);
}

test('lays the keys on their buttons, and lists the others', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(current(page)).toHaveCount(1);
	await page.keyboard.press('?');
	const keys = page.getByRole('dialog', { name: 'Keys' });
	await expect(keys).toBeVisible();
	const next = await page.locator('[data-action="next"]').boundingBox();
	const chip = await keys.locator('.chip', { hasText: '→' }).boundingBox();
	expect(chip!.x).toBeGreaterThanOrEqual(next!.x);
	expect(chip!.x + chip!.width).toBeLessThanOrEqual(next!.x + next!.width);
	expect(Math.abs(chip!.y - (next!.y + next!.height))).toBeLessThan(24);
	await expect(keys.getByText('Previous chapter')).toBeVisible();
	await accessible(page);
	await page.keyboard.press('Escape');
	await expect(keys).toBeHidden();
	await page.keyboard.press('?');
	await page.keyboard.press(']');
	await expect(keys).toBeHidden();
	await expect(current(page)).toHaveAttribute('data-step', 'redirect');
	await page.keyboard.press('?');
	await keys.getByRole('button', { name: 'How to read the arrows' }).click();
	await expect(page.getByRole('dialog', { name: 'How to read the arrows' })).toBeVisible();
});

test('turns single keys off, and remembers it', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(current(page)).toHaveCount(1);
	await page.keyboard.press('?');
	await page.getByRole('button', { name: 'Turn single keys off' }).click();
	await page.keyboard.press('Escape');
	await page.reload();
	await expect(current(page)).toHaveAttribute('data-step', 'cri-exec');
	await page.keyboard.press(']');
	await page.keyboard.press('?');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(current(page)).toHaveAttribute('data-step', 'cri-exec');
	await page.keyboard.press('ArrowRight');
	await expect(current(page)).toHaveAttribute('data-step', 'check-container');
});

test('finds anything by name in either language, and gives the focus back', async ({
	page,
	driver: _
}) => {
	await page.goto('/#step=get-pod');
	await expect(current(page)).toHaveCount(1);
	await page.getByRole('button', { name: /^Next/ }).focus();
	await page.keyboard.press('Control+k');
	await expect(palette(page)).toBeFocused();
	await page.keyboard.type('cri-exec');
	await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('CRI Exec');
	await expect(palette(page)).toHaveAttribute('aria-activedescendant', 'entry-0');
	await accessible(page);
	await page.keyboard.press('Enter');
	await expect(current(page)).toHaveAttribute('data-step', 'cri-exec');
	await expect(page.getByRole('button', { name: /^Next/ })).toBeFocused();
	await page.keyboard.press('Control+k');
	await page.keyboard.type('外观：深色');
	await page.keyboard.press('Enter');
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await page.keyboard.press('g');
	await page.keyboard.type('4');
	await page.keyboard.press('Enter');
	await expect(current(page)).toHaveAttribute('data-step', 'choose-container');
	await page.keyboard.press('Control+k');
	await page.keyboard.press('Escape');
	await expect(palette(page)).toHaveCount(0);
});

test('searches what was said, and goes from hit to hit', async ({ page, driver: _ }) => {
	await page.goto('/#step=get-pod');
	await expect(current(page)).toHaveCount(1);
	await page.keyboard.press('/');
	await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused();
	await page.keyboard.type('wire:S X-Stream-Protocol-Version');
	const count = page.getByRole('search').getByRole('status');
	await expect(count).toHaveText(/^\d+ steps found$/);
	await page.keyboard.press('Enter');
	await expect(count).toHaveText(/^1 of \d+$/);
	await expect(current(page)).toHaveAttribute('data-step', 'post-exec');
	await expect(page.getByRole('button', { name: 'SPDY' })).toHaveAttribute('aria-pressed', 'true');
	await accessible(page);
	await page.keyboard.press('Shift+Enter');
	await expect(count).toHaveText(/^(\d+) of \1$/);
	await page.keyboard.press('Escape');
	await expect(page.getByRole('search')).toHaveCount(0);
});

test('explains a word where it stands', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	const word = page.locator('.term', { hasText: /^CRI$/ });
	await word.focus();
	const tip = page.getByRole('tooltip');
	await expect(tip).toContainText('The Container Runtime Interface');
	await expect(word).toHaveAccessibleDescription(/Container Runtime Interface/);
	await accessible(page);
	await page.keyboard.press('Escape');
	await expect(tip).toHaveCount(0);
	await expect(word).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(tip).toBeVisible();
	await page.mouse.click(300, 300);
	await expect(tip).toHaveCount(0);
	await word.hover();
	await tip.hover();
	await expect(tip).toBeVisible();
});

test('leaves every pane by F6', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(current(page)).toHaveCount(1);
	const panes = new Set<string>();
	for (let press = 0; press < 6; press++) {
		await page.keyboard.press('F6');
		panes.add(
			await page.evaluate(
				() =>
					['.left', '.terminal', 'aside', '.time', 'header'].find((pane) =>
						document.activeElement?.closest(pane)
					) ?? ''
			)
		);
	}
	expect([...panes].sort()).toEqual(['.left', '.terminal', '.time', 'aside', 'header']);
});

test('prints ladder and steps on A4', async ({ page, driver: _ }) => {
	await page.goto('/#step=cri-exec');
	await expect(current(page)).toHaveCount(1);
	await page.emulateMedia({ media: 'print' });
	await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible();
	await expect(page.getByRole('cell', { name: 'ListPodSandbox' })).toHaveCount(2);
	await expect(page.getByRole('list', { name: 'Ladder' })).toHaveCount(0);
	await page.emulateMedia({ media: 'screen' });
	await expect(page.getByRole('heading', { name: 'Steps' })).toHaveCount(0);
});
