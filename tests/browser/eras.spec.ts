import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { eras, isBuiltEra } from '../../src/lib/trace/eras.ts';
import { eraWords } from '../../src/lib/i18n/eras.ts';
import { expect, test } from './execscope.ts';

/** The choice of the next command's cluster version. */
const built = Object.keys(eras).filter(isBuiltEra);
const [first, last] = [built[0]!, built.at(-1)!];
const en = eraWords.en.names;
const menu = (page: Page) => page.getByRole('button', { name: /^(Cluster version:|集群版本：)/ });

test.describe('a driver', () => {
	// The server keeps the choice; the next test begins where everybody does.
	test.afterEach(async ({ page }) => {
		if ((await menu(page).getAttribute('aria-expanded')) === 'false') await menu(page).click();
		await page.locator(`[data-era="${first}"]`).click();
	});

	test('chooses one by keys; the next run meets it, the open one keeps its own', async ({
		page,
		driver: _
	}) => {
		await page.goto('/');
		const prompt = page.getByRole('textbox', { name: 'Command' });
		const met = page.locator('header .state .met');
		await prompt.fill('kubectl exec -it nginx -- cat');
		await page.getByRole('button', { name: 'Run', exact: true }).click();
		await expect(met).toHaveAttribute('title', en[first]);

		await menu(page).focus();
		await page.keyboard.press('Enter');
		await page.locator(`[data-era="${last}"]`).focus();
		await page.keyboard.press('Enter');
		await expect(menu(page)).toHaveAccessibleName(`Cluster version: ${en[last]}`);
		await expect(menu(page)).toBeFocused();
		await expect(met).toHaveAttribute('title', en[first]);

		await prompt.fill('kubectl get pods');
		await page.getByRole('button', { name: 'Run', exact: true }).click();
		await expect(met).toHaveAttribute('title', en[last]);
		await page.reload();
		await expect(menu(page)).toHaveAccessibleName(`Cluster version: ${en[last]}`);
	});

	test('finds nothing amiss in either language, and one button Run', async ({
		page,
		driver: _
	}) => {
		await page.goto('/');
		for (const run of ['Run', '运行']) {
			await menu(page).click();
			await expect(page.locator('[data-era]')).toHaveCount(built.length);
			await expect(page.getByRole('button', { name: run })).toHaveCount(1);
			await expect(page.locator('[data-action="help"]')).toBeInViewport({ ratio: 1 });
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id }) => id)).toEqual([]);
			await page.keyboard.press('Escape');
			await page.getByRole('button', { name: /中文|Language/ }).click();
		}
	});
});
