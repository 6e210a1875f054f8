import type { Page } from '@playwright/test';
import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell, type Cell } from '../browser.ts';
import { peerNames, type PeerName } from '../bundle.ts';
import {
	atRest,
	followLive,
	linesBefore,
	liveLines,
	openFile,
	recordingOf,
	rowIs,
	scroll,
	watch
} from '../ladder.ts';
import { messageAt } from '../messages.ts';
import { load, Samples, short, table, type Goal } from '../report.ts';
import { Feed } from '../server.ts';

/**
 * The same messages by this page and by each peer, in turn: first render, one message more, scrolling, nodes, memory.
 * Everybody has drawn something small before and begins with a heap that was swept, so that nobody pays for loading.
 */
const subjects = ['execscope', ...peerNames] as const;
type Subject = (typeof subjects)[number];
const limit = 90_000;
/** What everybody has drawn before. */
const smallSize = 8;

export async function compare(bench: Bench): Promise<Outcome> {
	const results = new Map<string, Samples>();
	const whys = new Map<string, string>();
	for (let run = 0; run < bench.runs; run++)
		for (const size of bench.sizes)
			// Who comes first changes, so that nobody always has the warmer or the busier machine.
			for (const subject of run % 2 === 0 ? subjects : [...subjects].reverse()) {
				const key = `${subject} ${size}`;
				const samples = results.get(key) ?? new Samples();
				results.set(key, samples);
				const done = await attempt(bench, `${key}, run ${run + 1} of ${bench.runs}`, async () => {
					samples.add('load', Number(load()));
					if (subject === 'execscope') await ourselves(bench, size, samples);
					else await peer(bench, subject, size, samples);
				});
				if ('why' in done) whys.set(key, done.why);
			}
	return {
		markdown: [
			'### The same messages in one Chromium',
			...bench.sizes.map((size) => sizeTable(size, results, whys)),
			...bench.sizes.map((size) => ratios(size, results))
		].join('\n\n'),
		goals: goalsOf(results, whys)
	};
}

async function ourselves(bench: Bench, size: number, samples: Samples): Promise<void> {
	const { browser, server } = bench;
	const small = await recordingOf(bench.folder, smallSize);
	const file = await recordingOf(bench.folder, size);
	await inCell(browser, server.url('page'), limit, async (cell) => {
		await atRest(cell);
		await openFile(cell, small, messageAt(0).s);
		await cell.page.evaluate(() => window.bench.settled(5000));
		await cell.page.waitForTimeout(300);
		await cell.collect();
		samples.add('calibration', cell.calibration);
		let before = await cell.cpu();
		const begins = async () => void (before = await cell.cpu());
		samples.add('render wall', await openFile(cell, file, messageAt(smallSize).s, begins));
		await cell.page.evaluate(() => window.bench.settled(5000));
		addCpu(samples, 'render', before, await cell.cpu());
		await still(cell, bench, samples);
	});
	server.live = new Feed(liveLines(size));
	try {
		await inCell(browser, server.url('blank'), limit, async (cell) => {
			await followLive(cell, server, size);
			// The peers have drawn all but the last message by now: so one more has come here too.
			const [first, next] = liveLines(size + 2).slice(size + linesBefore);
			server.live?.push([first!]);
			await cell.page.evaluate((what) => window.bench.until(what), rowIs(messageAt(size).s));
			await cell.page.evaluate(() => window.bench.settled(5000));
			await cell.collect();
			const painted = watch(cell.page, rowIs(messageAt(size + 1).s));
			const before = await cell.cpu();
			const sent = await cell.page.evaluate(() => window.bench.now());
			server.live?.push([next!]);
			samples.add('append wall', (await painted).painted - sent);
			addCpu(samples, 'append', before, await cell.cpu());
			await cell.page.evaluate(() => window.bench.settled(1000));
			addCpu(samples, 'append and motion', before, await cell.cpu());
		});
	} finally {
		server.live = undefined;
	}
}

async function peer(bench: Bench, name: PeerName, size: number, samples: Samples): Promise<void> {
	await inCell(bench.browser, bench.server.url(name), limit, async (cell) => {
		await draw(cell.page, smallSize);
		await cell.page.waitForTimeout(300);
		await cell.collect();
		samples.add('calibration', cell.calibration);
		const before = await cell.cpu();
		samples.add('render wall', await draw(cell.page, size));
		const between = await cell.cpu();
		addCpu(samples, 'render', before, between);
		await still(cell, bench, samples);
		await cell.collect();
		const again = await cell.cpu();
		samples.add('append wall', await draw(cell.page, size + 1));
		addCpu(samples, 'append', again, await cell.cpu());
	});
}

/** What stands there, how much memory it takes, and how it scrolls. */
async function still(cell: Cell, bench: Bench, samples: Samples): Promise<void> {
	const nodes = await cell.page.evaluate(
		() => window.bench.scroller().querySelectorAll('*').length
	);
	samples.add('nodes', nodes);
	samples.add('all nodes', await cell.page.evaluate(() => document.querySelectorAll('*').length));
	const { heap, pss } = await cell.memory();
	samples.add('heap', heap);
	samples.add('pss', pss);
	const frames = bench.quick ? 40 : 120;
	for (const how of ['scroll', 'scrub'] as const) {
		const motion = await scroll(cell, how, frames);
		samples.add(`${how} cpu`, motion.cpu);
		samples.add(`${how} p95`, motion.p95);
		samples.add(`${how} fps`, motion.fps);
	}
}

/** Milliseconds until the last of it was painted. */
function draw(page: Page, count: number): Promise<number> {
	return page.evaluate(async (messages) => {
		const begun = window.bench.now();
		await window.bench.peer!.draw(messages);
		return (await window.bench.settled(60_000)) - begun;
	}, count);
}

function addCpu(
	samples: Samples,
	name: string,
	before: { main: number; all: number },
	after: { main: number; all: number }
): void {
	samples.add(`${name} cpu`, after.main - before.main);
	if (after.all > 0) samples.add(`${name} all`, after.all - before.all);
}

const columns = [
	['render CPU ms', 'render cpu'],
	['of all threads', 'render all'],
	['render wall ms', 'render wall'],
	['append CPU ms', 'append cpu'],
	['of all threads', 'append all'],
	['append wall ms', 'append wall'],
	['scroll CPU ms/frame', 'scroll cpu'],
	['scroll frame p95 ms', 'scroll p95'],
	['scrub CPU ms/frame', 'scrub cpu'],
	['scrub frame p95 ms', 'scrub p95'],
	['nodes', 'nodes'],
	['nodes of the page', 'all nodes'],
	['heap MB', 'heap'],
	['renderer PSS MB', 'pss'],
	['calibration ms', 'calibration'],
	['load', 'load']
] as const;

function sizeTable(
	size: number,
	results: ReadonlyMap<string, Samples>,
	whys: ReadonlyMap<string, string>
): string {
	const rows = columns.map(([title, name]) => [
		title,
		...subjects.map((subject) => results.get(`${subject} ${size}`)?.cell(name) ?? '-')
	]);
	const motion = results.get(`execscope ${size}`)?.cell('append and motion cpu') ?? '-';
	rows.splice(4, 0, ['with the motion of the arrow', motion, '-', '-', '-']);
	const said = subjects
		.filter((subject) => whys.has(`${subject} ${size}`))
		.map((subject) => `${subject}: ${whys.get(`${subject} ${size}`)}`);
	return [table([`${size} messages`, ...subjects], rows), ...said].join('\n\n');
}

function ratio(
	size: number,
	name: string,
	subject: Subject,
	results: ReadonlyMap<string, Samples>
): number | undefined {
	const theirs = results.get(`${subject} ${size}`)?.median(name);
	const ours = results.get(`execscope ${size}`)?.median(name);
	return theirs === undefined || ours === undefined ? undefined : theirs / ours;
}

function ratios(size: number, results: ReadonlyMap<string, Samples>): string {
	const names = [
		'render cpu',
		'render wall',
		'append cpu',
		'append wall',
		'scroll cpu',
		'nodes',
		'pss'
	];
	const rows = names.map((name) => [
		name,
		...peerNames.map((peer) => {
			const times = ratio(size, name, peer, results);
			return times === undefined ? '-' : `${short(times)} x`;
		})
	]);
	return table([`${size} messages: theirs / ours`, ...peerNames], rows);
}

function goalsOf(results: ReadonlyMap<string, Samples>, whys: ReadonlyMap<string, string>): Goal[] {
	const size = 1000;
	const why = whys.get(`execscope ${size}`) ?? whys.get(`mermaid ${size}`);
	const share = (name: string) => {
		const times = ratio(size, name, 'mermaid', results);
		return times === undefined ? undefined : 100 / times;
	};
	return [
		{
			what: `${size} messages, CPU of the first render, of Mermaid's`,
			limit: 5,
			unit: '%',
			measured: share('render cpu'),
			why
		},
		{
			what: `${size} messages, CPU of one more, of Mermaid's`,
			limit: 1,
			unit: '%',
			measured: share('append cpu'),
			why
		}
	];
}
