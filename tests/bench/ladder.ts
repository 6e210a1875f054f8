import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { Cell } from './browser.ts';
import { messageAt } from './messages.ts';
import './probe.ts';
import { quantile } from './report.ts';
import { exchange, linesOf, writeRecording } from './recording.ts';
import { Feed, type BenchServer } from './server.ts';

/** How the bench moves our page: through what a reader has, and nothing else. */
const list = 'ol[aria-label="Sequence diagram"]';
const notice = '.strip[role="status"]';
const slider = '[role="slider"][aria-valuemax]';

export const rowIs = (step: string): string => `${list} [data-step="${step}"]`;
export const currentIs = (step: string): string => `${rowIs(step)}[aria-current="step"]`;
export const rowsAre = (count: number): string => `${slider}|aria-valuemax|${count}`;

/** A recording of `count` messages, made once; the small ones with their bytes. */
export async function recordingOf(folder: string, count: number): Promise<string> {
	const file = path.join(folder, `messages-${count}.execscope`);
	if (!existsSync(file)) await writeRecording(file, exchange(count, count <= 2000));
	return file;
}

/** The page has drawn the recording that it brings, and rests. */
export async function atRest({ page }: Cell): Promise<void> {
	await page.waitForSelector(`${list} [data-step]`);
	await page.evaluate(() => window.bench.settled(3000));
	await page.waitForTimeout(300);
}

/** Begins to wait for `what`, before the reader acts; a page that is closed meanwhile has been told of already. */
export function watch(page: Page, what: string): Promise<{ seen: number; painted: number }> {
	const found = page.evaluate((expression) => window.bench.until(expression), what);
	found.catch(() => undefined);
	return found;
}

/**
 * Chooses a file as a reader does; when its first row `step` was painted, in ms from the choice. What waits for it
 * looks at changes of the document alone: whatever polls would be counted as the page's own work.
 */
export async function openFile(
	{ page, cdp }: Cell,
	file: string,
	step: string,
	begins = () => Promise.resolve()
): Promise<number> {
	const painted = watch(page, rowIs(step));
	const refused = watch(page, notice).then(() => undefined);
	refused.catch(() => undefined);
	const { root } = await cdp.send('DOM.getDocument', { depth: 0 });
	const selector = 'input[type="file"]';
	const { nodeId } = await cdp.send('DOM.querySelector', { nodeId: root.nodeId, selector });
	await begins();
	await cdp.send('DOM.setFileInputFiles', { nodeId, files: [file] });
	const first = await Promise.race([painted, refused]);
	if (!first) {
		const said = await page.locator(notice).textContent();
		throw new Error(`refused: ${said?.trim().slice(0, 60)}`);
	}
	return first.painted - (await page.evaluate(() => window.bench.acted));
}

/** When all of a chosen file was known, in ms from the choice. */
export async function indexed(cell: Cell, rows = 0): Promise<number> {
	return (await grown(cell, rows)) - (await cell.page.evaluate(() => window.bench.acted));
}

/** When the number of rows grew last, on the clock of the page, once there are so many and it has rested for a second. */
export async function grown({ page }: Cell, rows = 0): Promise<number> {
	return page.evaluate(
		async ([where, least]) => {
			let count = '';
			let last = window.bench.now();
			while (Number(count) < least || window.bench.now() - last < 1000) {
				const now = document.querySelector(where)?.getAttribute('aria-valuemax') ?? '';
				if (now !== count) last = window.bench.now();
				count = now;
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			return last;
		},
		[slider, rows] as const
	);
}

/** A link to a step of the run that is shown is followed: ms until the step was painted as the current one. */
export async function seekByLink({ page }: Cell, run: string, step: string): Promise<number> {
	return page.evaluate(
		async ([hash, what]) => {
			const begun = window.bench.now();
			location.hash = hash!;
			const { painted } = await window.bench.until(what);
			await window.bench.painted();
			return painted - begun;
		},
		[`#run=${run}&step=${encodeURIComponent(step)}`, currentIs(step)] as const
	);
}

export async function seekByKey({ page }: Cell, key: string, step: string): Promise<number> {
	const painted = watch(page, currentIs(step));
	await page.keyboard.press(key);
	const found = await painted;
	return found.painted - (await page.evaluate(() => window.bench.acted));
}

/** Presses at a share of the time bar: ms until another step was painted as the current one. */
export async function seekByBar({ page }: Cell, share: number): Promise<number> {
	const box = await page.locator(slider).boundingBox();
	if (!box) throw new Error('no time bar');
	const current = `${list} [aria-current="step"]`;
	const old = await page.evaluate(
		(what) => document.querySelector(what)?.getAttribute('data-step') ?? '',
		current
	);
	const changed = `${current}:not([data-step="${old}"])`;
	const painted = watch(page, changed);
	await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
	await page.mouse.down();
	const found = await painted;
	const begun = await page.evaluate(() => window.bench.acted);
	await page.mouse.up();
	return found.painted - begun;
}

/** From an empty page: opens a live run of so many messages and follows it at its newest. */
export async function followLive(cell: Cell, server: BenchServer, count: number): Promise<void> {
	const { page } = cell;
	await page.goto(`${server.url('page')}#run=${Feed.run}`);
	await server.live?.followed;
	await page.evaluate((what) => window.bench.until(what), rowsAre(count));
	await page.locator(slider).focus();
	await page.keyboard.press('End');
	await page.locator(slider).blur();
	await page.keyboard.press('Space');
	await watch(page, currentIs(messageAt(count - 1).s));
	await page.evaluate(() => window.bench.settled(1500));
}

/** Lines of a run that goes on, so many messages long; the header and the command come before. */
export const liveLines = (count: number): string[] => [...linesOf(exchange(count, false), false)];
export const linesBefore = 2;

export interface Motion {
	p50: number;
	p95: number;
	fps: number;
	/** CPU ms of the main thread for one frame. */
	cpu: number;
}

/** Scrolls for so many frames: a wheel's pace, or somewhere else each frame. */
export async function scroll(cell: Cell, how: 'scroll' | 'scrub', count: number): Promise<Motion> {
	const before = await cell.cpu();
	const gaps = await cell.page.evaluate(
		([kind, frames]) => {
			const box = window.bench.scroller();
			let seed = 7;
			return window.bench.frames(frames, (frame) => {
				const room = Math.max(1, box.scrollHeight - box.clientHeight);
				seed = (seed * 16807) % 2147483647;
				const along = (frame * 60) % (2 * room);
				box.scrollTop =
					kind === 'scrub' ? (seed / 2147483647) * room : along > room ? 2 * room - along : along;
			});
		},
		[how, count] as const
	);
	const after = await cell.cpu();
	const sum = gaps.reduce((total, gap) => total + gap, 0);
	return {
		p50: quantile(gaps, 0.5)!,
		p95: quantile(gaps, 0.95)!,
		fps: (1000 * gaps.length) / sum,
		cpu: (after.main - before.main) / gaps.length
	};
}
