import { expect, test as base } from '@playwright/test';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';

/**
 * `execscope`: one running product for all tests of a file's worker. `driver`: a page that is signed in (the
 * one-time token is spent once, the cookie serves every test).
 */
export const test = base.extend<
	{ driver: undefined },
	{ execscope: ExecscopeProcess; cookie: { name: string; value: string } }
>({
	execscope: [
		// Playwright reads from the pattern which fixtures are needed.
		async ({ browserName: _ }, use) => {
			const started = await startExecscope();
			await use(started);
			await started.close();
		},
		{ scope: 'worker', timeout: 90_000 }
	],
	cookie: [
		async ({ execscope }, use) => {
			const answer = await fetch(`${execscope.url}/api/session`, {
				method: 'POST',
				headers: { Origin: execscope.url, 'Content-Type': 'application/json' },
				body: JSON.stringify({ token: execscope.token })
			});
			const [pair = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
			const [name = '', value = ''] = pair.split('=');
			await use({ name, value });
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ execscope }, use) => use(execscope.url),
	driver: async ({ context, cookie, execscope }, use) => {
		await context.addCookies([{ ...cookie, url: execscope.url }]);
		await use(undefined);
	}
});

export { expect };
