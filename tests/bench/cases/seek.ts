import path from 'node:path';
import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell, type Cell } from '../browser.ts';
import {
	atRest,
	indexed,
	openFile,
	recordingOf,
	scroll,
	seekByBar,
	seekByKey,
	seekByLink
} from '../ladder.ts';
import { messageAt } from '../messages.ts';
import { load, Samples, short, table, type Goal } from '../report.ts';

/** Moving about in a recording: to a step that a link names, one step on, to a place on the time bar; and scrolling. */
const limit = 180_000;

export async function seek(bench: Bench): Promise<Outcome> {
	const sizes = bench.quick ? [1000, 100_000] : [1000, 100_000, 1_000_000];
	const results = new Map<number, Samples>();
	const whys = new Map<number, string>();
	for (const size of sizes) {
		const samples = new Samples();
		results.set(size, samples);
		const done = await attempt(bench, `seek among ${size}`, async () => {
			const file = await recordingOf(bench.folder, size);
			await inCell(bench.browser, bench.server.url('page'), limit, async (cell) => {
				await atRest(cell);
				samples.add('load', Number(load()));
				samples.add('calibration', cell.calibration);
				await openFile(cell, file, messageAt(0).s);
				await indexed(cell, size);
				await seeks(cell, bench, size, path.basename(file, '.execscope'), samples);
				for (const how of ['scroll', 'scrub'] as const) {
					const motion = await scroll(cell, how, bench.quick ? 40 : 120);
					samples.add(`${how} fps`, motion.fps);
					samples.add(`${how} p95`, motion.p95);
					samples.add(`${how} cpu`, motion.cpu);
				}
			});
		});
		if ('why' in done) whys.set(size, done.why);
	}
	return {
		markdown: `### Seeking and scrolling\n\n${tableOf(sizes, results, whys)}`,
		goals: goalsOf(results, whys)
	};
}

async function seeks(
	cell: Cell,
	bench: Bench,
	size: number,
	run: string,
	samples: Samples
): Promise<void> {
	const count = bench.quick ? 8 : 20;
	let seed = 11;
	const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
	const before = await cell.cpu();
	for (let k = 0; k < count; k++) {
		const at = Math.floor(random() * size);
		samples.add('link', await seekByLink(cell, run, messageAt(at).s));
	}
	samples.add('link cpu', ((await cell.cpu()).main - before.main) / count);
	const middle = Math.floor(size / 2);
	await seekByLink(cell, run, messageAt(middle).s);
	for (let k = 1; k <= count; k++)
		samples.add('next', await seekByKey(cell, 'ArrowRight', messageAt(middle + k).s));
	for (let k = count - 1; k >= 0; k--)
		samples.add('back', await seekByKey(cell, 'ArrowLeft', messageAt(middle + k).s));
	for (let k = 0; k < count; k++) samples.add('bar', await seekByBar(cell, random()));
}

const ways = [
	['by link', 'link'],
	['next', 'next'],
	['back', 'back'],
	['on the time bar', 'bar']
] as const;

function tableOf(
	sizes: readonly number[],
	results: ReadonlyMap<number, Samples>,
	whys: ReadonlyMap<number, string>
): string {
	const three = (samples: Samples, name: string) => {
		const [p50, p95, max] = [samples.median(name), samples.quantile(name, 0.95), samples.max(name)];
		if (p50 === undefined || p95 === undefined || max === undefined) return '-';
		return [p50, p95, max].map(short).join(' / ');
	};
	const rows = sizes.map((size) => {
		const samples = results.get(size)!;
		return [
			String(size),
			...ways.map(([, name]) => three(samples, name)),
			samples.cell('link cpu'),
			...['scroll', 'scrub'].map(
				(how) =>
					`${samples.cell(`${how} fps`)} / ${samples.cell(`${how} p95`)} / ${samples.cell(`${how} cpu`)}`
			),
			samples.cell('calibration'),
			samples.cell('load'),
			whys.get(size) ?? ''
		];
	});
	return table(
		[
			'messages',
			...ways.map(([title]) => `${title} p50/p95/max ms`),
			'link CPU ms',
			'scroll fps / p95 ms / CPU ms',
			'scrub fps / p95 ms / CPU ms',
			'calibration ms',
			'load',
			''
		],
		rows
	);
}

function goalsOf(results: ReadonlyMap<number, Samples>, whys: ReadonlyMap<number, string>): Goal[] {
	const size = 1_000_000;
	const samples = results.get(size);
	const why = whys.get(size);
	const worst = ways
		.map(([, name]) => samples?.quantile(name, 0.95))
		.filter((value) => value !== undefined);
	return [
		{
			what: '1 000 000 events: seek p95, the slowest of the four ways',
			limit: 50,
			unit: 'ms',
			measured: worst.length > 0 ? Math.max(...worst) : undefined,
			why
		},
		{
			what: '1 000 000 events: scroll, frame p95 (60 a second)',
			limit: 17.5,
			unit: 'ms',
			measured: samples?.median('scroll p95'),
			why
		}
	];
}
