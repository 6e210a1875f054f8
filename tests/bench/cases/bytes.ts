import { gzipSync } from 'node:zlib';
import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell } from '../browser.ts';
import { peerNames } from '../bundle.ts';
import { short, table } from '../report.ts';

/** Scripts and styles that are fetched until something is drawn, and until nothing more comes. */
interface Loaded {
	files: number;
	min: number;
	gzip: number;
}

const limit = 60_000;

export async function bytes(bench: Bench): Promise<Outcome> {
	const rows: string[][] = [];
	let ours: Loaded | undefined;
	let why: string | undefined;
	for (const of of ['page', ...peerNames] as const) {
		const done = await attempt(bench, `bytes of ${of}`, () => loadedBy(bench, of));
		if ('why' in done) {
			if (of === 'page') why = done.why;
			rows.push([of, '-', '-', '-', '-', '-', done.why]);
			continue;
		}
		const { first, all } = done.value;
		if (of === 'page') ours = first;
		rows.push([
			of === 'page' ? 'execscope' : of,
			...[first, all].flatMap(({ files, min, gzip }) => [String(files), kb(min), kb(gzip)]),
			''
		]);
	}
	const head = ['', 'files', 'min KB', 'gzip KB', 'files at rest', 'min KB', 'gzip KB', ''];
	return {
		markdown: `### Code to load for a first picture\n\n${table(
			head,
			rows.map((row) => row.slice(0, 8))
		)}`,
		goals: [
			{
				what: 'code of the page, gzipped, until the first row is painted',
				limit: 150,
				unit: 'KB',
				measured: ours && ours.gzip / 1000,
				why
			}
		]
	};
}

function loadedBy(bench: Bench, of: 'page' | (typeof peerNames)[number]) {
	return inCell(bench.browser, bench.server.url('blank'), limit, async ({ page }) => {
		const bodies: Promise<{ url: string; body: Buffer }>[] = [];
		page.on('response', (response) => {
			const url = response.url();
			if (/\.(js|css)$/.test(new URL(url).pathname))
				bodies.push(response.body().then((body) => ({ url, body })));
		});
		await page.goto(bench.server.url(of), { waitUntil: 'commit' });
		const what = of === 'page' ? 'ol[aria-label="Sequence diagram"] [data-step]' : 'body > div';
		const first = await page.evaluate(async (selector) => {
			const { painted } = await window.bench.until(selector);
			return painted - performance.timeOrigin;
		}, what);
		if (of !== 'page')
			await page.evaluate(async () => {
				while (!window.bench.peer) await new Promise((resolve) => setTimeout(resolve, 10));
				await window.bench.peer.draw(8);
			});
		await page.waitForTimeout(1500);
		const ends = await page.evaluate(() =>
			performance
				.getEntriesByType('resource')
				.map((entry) => [entry.name, entry.startTime + entry.duration] as const)
		);
		const endOf = new Map(ends);
		const all = await Promise.all(bodies);
		return {
			first: sum(all.filter(({ url }) => of !== 'page' || (endOf.get(url) ?? 0) <= first)),
			all: sum(all)
		};
	});
}

function sum(files: readonly { body: Buffer }[]): Loaded {
	return {
		files: files.length,
		min: files.reduce((total, { body }) => total + body.length, 0),
		gzip: files.reduce((total, { body }) => total + gzipSync(body, { level: 9 }).length, 0)
	};
}

const kb = (count: number) => short(count / 1000);
