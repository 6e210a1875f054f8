import AxeBuilder from '@axe-core/playwright';
import { startExecscope } from '../support/execscope-process.ts';
import { expect, test } from './execscope.ts';

/** The door as a user meets it: the link of the terminal, once, in a real browser under the real policy. */
test('a link signs one browser in, and the token leaves the address bar', async ({ browser }) => {
	const fresh = await startExecscope();
	try {
		const page = await browser.newPage();
		const said: string[] = [];
		page.on('console', (message) => {
			if (message.type() === 'error') said.push(message.text());
		});
		page.on('pageerror', (error) => said.push(error.message));
		const opened = page.waitForEvent('websocket');
		await page.goto(`${fresh.url}/#t=${fresh.token}`);
		const socket = await opened;
		expect(new URL(socket.url()).pathname).toBe('/live');
		await expect.poll(() => page.url()).not.toContain(fresh.token);
		await page.reload();
		await page.waitForEvent('websocket');
		expect(said).toEqual([]);

		const other = await browser.newContext();
		const late = await other.newPage();
		await late.goto(`${fresh.url}/#t=${fresh.token}`);
		await expect(late.getByText(/link has been used/i)).toBeVisible();
		await other.close();
		await page.close();
	} finally {
		await fresh.close();
	}
});

test('a browser that is not signed in still gets the page, without the shell', async ({ page }) => {
	const answer = await page.goto('/');
	expect(answer?.status()).toBe(200);
	await expect(page).toHaveTitle(/Execscope/);
});

test('the page has nothing that a screen reader trips over', async ({ page, driver: _ }) => {
	await page.goto('/');
	await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
	const { violations } = await new AxeBuilder({ page }).analyze();
	expect(
		violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
	).toEqual([]);
});
