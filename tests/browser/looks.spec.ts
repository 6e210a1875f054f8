import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { deep, expect, isCurrent as current, test } from './static-site.ts';

/**
 * Key screens, compared with the pictures in looks/. Fonts come from `tests/fonts`, so that a picture made on one
 * machine is the same on another. After a change that is meant: EXECSCOPE_LOOKS=renew npm test -- --only browser,
 * then look at every picture that has changed.
 */
const fonts = fileURLToPath(
	new URL('../fonts/node_modules/@fontsource-variable/', import.meta.url)
);

async function bringFonts(page: Page, host: string): Promise<void> {
	await page.route(`${host}/fonts/**`, async (route) => {
		const name = new URL(route.request().url()).pathname.slice('/fonts/'.length);
		await route.fulfill({ body: await readFile(path.join(fonts, name)) });
	});
	const links = ['noto-sans-sc', 'noto-sans-mono'].map(
		(name) => `<link rel="stylesheet" href="/fonts/${name}/index.css">`
	);
	const style = `<style>:root:root {
		--sans: 'Noto Sans SC Variable'; --mono: 'Noto Sans Mono Variable', 'Noto Sans SC Variable';
	}</style>`;
	await page.route(`${host}${deep}`, async (route) => {
		const answer = await route.fetch();
		const body = (await answer.text()).replace('</head>', `${links.join('')}${style}</head>`);
		await route.fulfill({ response: answer, body });
	});
}

interface Look {
	name: string;
	hash: string;
	theme?: 'dark' | 'projector' | 'contrast';
	chinese?: true;
	size?: [width: number, height: number];
	press?: string;
	tab?: number;
	/** Pressed for as long as it can be: the end of what plays by itself. */
	last?: RegExp;
}

const looks: Look[] = [
	{ name: 'opening', hash: '', size: [1100, 640] },
	{ name: 'opening-dark-zh', hash: '', theme: 'dark', chinese: true },
	{ name: 'cri-exec', hash: '#run=shell&step=cri-exec' },
	{ name: 'cri-exec-zh', hash: '#run=shell&step=cri-exec', chinese: true },
	{ name: 'cri-exec-800', hash: '#run=shell&step=cri-exec', size: [800, 900] },
	{ name: 'frames-zh', hash: '#run=shell&step=cri-exec&level=3', chinese: true, size: [1100, 640] },
	{ name: 'story', hash: '#run=shell&step=cri-exec&level=1', theme: 'projector' },
	{
		name: 'story-1024-zh',
		hash: '#run=date&step=cri-exec&level=1',
		theme: 'projector',
		chinese: true,
		size: [1024, 768]
	},
	{ name: 'real-time', hash: '#run=shell&step=cri-exec', press: 't', size: [1100, 640] },
	{ name: 'journey-zh', hash: '#run=shell&step=close', chinese: true, press: 'y', last: /^下一跳/ },
	{
		name: 'fields-dark-zh',
		hash: '#run=shell&step=cri-exec',
		theme: 'dark',
		chinese: true,
		tab: 1
	},
	{ name: 'bytes-contrast', hash: '#run=shell&step=cri-exec', theme: 'contrast', tab: 2 },
	{ name: 'phone', hash: '#run=shell&step=cri-exec', size: [390, 844] },
	{
		name: 'phone-dark-zh',
		hash: '#run=shell&step=cri-exec',
		theme: 'dark',
		chinese: true,
		size: [360, 740]
	}
];

for (const { name, hash, theme, chinese, size, press, tab, last } of looks)
	test.describe(() => {
		test.use({
			bypassCSP: true,
			colorScheme: 'light',
			locale: chinese ? 'zh-CN' : 'en-US',
			reducedMotion: 'reduce',
			timezoneId: 'UTC',
			viewport: { width: size?.[0] ?? 1280, height: size?.[1] ?? 720 }
		});
		test(`looks as it did: ${name}`, async ({ page, host }) => {
			await bringFonts(page, host);
			await page.addInitScript(
				(one) => localStorage.setItem('execscope.theme', one),
				theme ?? 'light'
			);
			await page.goto(host + deep + hash);
			const [, at] = /step=([\w-]+)/.exec(hash) ?? [];
			if (at) await current(page, at);
			await expect(page.locator('[data-step="get-pod"]')).toHaveCount(1);
			if (press) await page.keyboard.press(press);
			if (tab) await page.locator('aside [role="tab"]').nth(tab).click();
			const onward = last && page.getByRole('button', { name: last });
			while (await onward?.isEnabled()) await onward?.click();
			await page.evaluate(() => document.fonts.ready);
			await expect(page).toHaveScreenshot(`${name}.png`);
		});
	});
