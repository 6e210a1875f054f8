import { expect, type Locator, type Page } from '@playwright/test';

/**
 * Goes to what is happening now until it shows `what`. The page plays a live run in step time, for half a minute; one
 * test waits for that as a newcomer does, the others need not.
 */
export async function newestShows(page: Page, what: Locator, text?: string): Promise<void> {
	await expect(async () => {
		await toNewest(page);
		if (text === undefined) await expect(what).toBeVisible({ timeout: 500 });
		else await expect(what).toContainText(text, { timeout: 500 });
	}).toPass({ timeout: 40_000 });
}

/** To what is happening now: the key of the time bar for it. */
export const toNewest = (page: Page): Promise<void> => press(page, 'Shift+End');

/** Presses a key where it means a moment of the run. */
export async function press(page: Page, key: string): Promise<void> {
	await page.locator('.time [role="slider"]').focus();
	await page.keyboard.press(key);
}
