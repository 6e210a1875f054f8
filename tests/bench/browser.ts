import { readdirSync, readFileSync } from 'node:fs';
import {
	chromium,
	type Browser,
	type BrowserContext,
	type CDPSession,
	type Page
} from '@playwright/test';
import { installProbe } from './probe.ts';

/** One Chromium for all that is compared; each cell is a page of its own in a renderer process of its own. */
export interface Cell {
	page: Page;
	cdp: CDPSession;
	/** How long the fixed loop took in this page: how disturbed the cell was. */
	calibration: number;
	/** CPU milliseconds of the main thread, and of all threads of the renderer (0 where /proc is not), so far. */
	cpu(): Promise<Cpu>;
	/** Collects garbage, so that nobody pays for what was done before. */
	collect(): Promise<void>;
	/** After two collections: the JavaScript heap, and the renderer's proportional share of memory, in MB. */
	memory(): Promise<{ heap: number; pss: number | undefined }>;
}

export interface Cpu {
	main: number;
	all: number;
}

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run'
];

export function launch(browser: { path: string; env: NodeJS.ProcessEnv }): Promise<Browser> {
	const env: Record<string, string> = {};
	for (const [name, value] of Object.entries({ ...process.env, ...browser.env }))
		if (value !== undefined) env[name] = value;
	return chromium.launch({ executablePath: browser.path, args: flags, env });
}

/** Runs `work` in a fresh page at `url`, for at most `limit` ms; what it takes to get there is not measured. */
export async function inCell<T>(
	browser: Browser,
	url: string,
	limit: number,
	work: (cell: Cell) => Promise<T>
): Promise<T> {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 800 },
		locale: 'en-US'
	});
	let pid: number | undefined;
	const run = async () => {
		await context.addInitScript(installProbe);
		const page = await context.newPage();
		const cdp = await context.newCDPSession(page);
		await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
		await page.goto(url);
		const before = rendererCpu(browser);
		const calibration = await page.evaluate(() => window.bench.calibrate());
		pid = busiest(await before, await rendererCpu(browser));
		return work(cellOf(page, cdp, calibration, pid));
	};
	try {
		return await within(limit, run());
	} finally {
		await closed(context, pid);
	}
}

function cellOf(page: Page, cdp: CDPSession, calibration: number, pid: number | undefined): Cell {
	const collect = async () => {
		for (let k = 0; k < 2; k++) await cdp.send('HeapProfiler.collectGarbage');
	};
	return {
		page,
		cdp,
		calibration,
		collect,
		async cpu() {
			const { metrics } = await cdp.send('Performance.getMetrics');
			const task = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
			return { main: task * 1000, all: pid === undefined ? 0 : threadsCpu(pid) };
		},
		async memory() {
			await collect();
			const { usedSize } = await cdp.send('Runtime.getHeapUsage');
			return { heap: usedSize / 2 ** 20, pss: pid === undefined ? undefined : pssOf(pid) };
		}
	};
}

/** A page that hangs is ended with its process, which is ours. */
async function closed(context: BrowserContext, pid: number | undefined): Promise<void> {
	const closing = context.close().catch(() => undefined);
	await within(5000, closing).catch(() => {
		if (pid !== undefined) process.kill(pid, 'SIGKILL');
		return within(5000, closing).catch(() => undefined);
	});
}

/** Says after `limit` ms that the case took too long; the work itself goes on until its page is closed. */
export async function within<T>(limit: number, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
	});
	work.catch(() => undefined);
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function rendererCpu(browser: Browser): Promise<Map<number, number>> {
	const cdp = await browser.newBrowserCDPSession();
	const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
	await cdp.detach();
	const renderers = processInfo.filter(({ type }) => type === 'renderer');
	return new Map(renderers.map(({ id }) => [id, threadsCpu(id)]));
}

/** The renderer that ran the calibration loop is the one that shows this page. */
function busiest(before: Map<number, number>, after: Map<number, number>): number | undefined {
	const grown = [...after].map(([pid, cpu]) => ({ pid, by: cpu - (before.get(pid) ?? 0) }));
	grown.sort((a, b) => b.by - a.by);
	return grown[0] && grown[0].by > 0 ? grown[0].pid : undefined;
}

function threadsCpu(pid: number): number {
	try {
		const threads = readdirSync(`/proc/${pid}/task`);
		const each = threads.map((thread) =>
			Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
		);
		return each.reduce((sum, ns) => sum + ns, 0) / 1e6;
	} catch {
		return 0;
	}
}

function pssOf(pid: number): number | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
		const kilobytes = /^Pss:\s+(\d+)/m.exec(text)?.[1];
		return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
	} catch {
		return undefined;
	}
}
