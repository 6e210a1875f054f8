import { gzipSync } from 'node:zlib';
import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell } from '../browser.ts';
import { peerNames } from '../bundle.ts';
import { short, table } from '../report.ts';

/** Scripts and styles that are fetched by an open page until nothing more comes. */
interface Loaded {
	files: number;
	min: number;
	gzip: number;
}

const limit = 60_000;
/** Names that only the terminal's own code has: it may come after the ladder, and when it does is chance. */
const ofTerminal = ['xterm-helper-textarea', 'proposeDimensions', 'findPrevious'];
const isTerminal = (body: Buffer): boolean => ofTerminal.some((name) => body.includes(name));

export async function bytes(bench: Bench): Promise<Outcome> {
	const rows: string[][] = [];
	let ours: Loaded | undefined;
	let why: string | undefined;
	for (const of of ['page', ...peerNames] as const) {
		const done = await attempt(bench, `bytes of ${of}`, () => loadedBy(bench, of));
		if ('why' in done) {
			if (of === 'page') why = done.why;
			rows.push([of, '-', '-', '-', done.why]);
			continue;
		}
		const { first, all } = done.value;
		if (of !== 'page') {
			rows.push([of, ...cells(sum(all)), '']);
			continue;
		}
		ours = sum(first.filter((body) => !isTerminal(body)));
		rows.push(['execscope, up to its first row', ...cells(ours), '']);
		rows.push(['execscope, once idle, with the terminal', ...cells(sum(all)), '']);
	}
	return {
		markdown: `### Code to load for a first picture\n\n${table(['', 'files', 'min KB', 'gzip KB', ''], rows)}`,
		goals: [
			{
				what: 'code of the page before the terminal loads, gzipped',
				limit: 150,
				unit: 'KB',
				measured: ours && ours.gzip / 1000,
				why
			}
		]
	};
}

/** What was asked for before the first row was there, and all that came until the page was idle. */
function loadedBy(
	bench: Bench,
	of: 'page' | (typeof peerNames)[number]
): Promise<{ first: Buffer[]; all: Buffer[] }> {
	return inCell(bench.browser, bench.server.url('blank'), limit, async ({ page }) => {
		const bodies: Promise<Buffer>[] = [];
		page.on('response', (response) => {
			if (/\.(js|css)$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
		});
		await page.goto(bench.server.url(of));
		if (of === 'page') await page.waitForSelector('ol[aria-label="Sequence diagram"] [data-step]');
		else
			await page.evaluate(async () => {
				while (!window.bench.peer) await new Promise((resolve) => setTimeout(resolve, 10));
				await window.bench.peer.draw(8);
			});
		const early = bodies.length;
		await page.waitForLoadState('networkidle');
		await page.waitForTimeout(2500);
		const all = await Promise.all(bodies);
		return { first: of === 'page' ? all.slice(0, early) : all, all };
	});
}

function sum(files: readonly Buffer[]): Loaded {
	return {
		files: files.length,
		min: files.reduce((total, body) => total + body.length, 0),
		gzip: files.reduce((total, body) => total + gzipSync(body, { level: 9 }).length, 0)
	};
}

const cells = ({ files, min, gzip }: Loaded): string[] => [
	String(files),
	short(min / 1000),
	short(gzip / 1000)
];
