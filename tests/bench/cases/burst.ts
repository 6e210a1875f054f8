import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell } from '../browser.ts';
import { followLive, grown, linesBefore, liveLines, watch } from '../ladder.ts';
import { load, Samples, table } from '../report.ts';
import { linesOf, talk } from '../recording.ts';
import { Feed } from '../server.ts';

/** A live run that says 50 000 lines at once: how long the page cannot answer meanwhile. */
const limit = 120_000;
const count = 50_000;
const already = 100;

export async function burst(bench: Bench): Promise<Outcome> {
	const kinds = [
		{ name: 'steps', lines: () => liveLines(already + count) },
		{ name: 'output of a shell', lines: shellLines }
	];
	const results = new Map<string, Samples>();
	const whys = new Map<string, string>();
	for (const { name, lines } of kinds) {
		const samples = new Samples();
		results.set(name, samples);
		const all = lines();
		for (let run = 0; run < bench.runs && !whys.has(name); run++) {
			const begin = already + linesBefore;
			bench.server.live = new Feed(liveLines(already));
			const done = await attempt(bench, `burst of ${name}, run ${run + 1} of ${bench.runs}`, () =>
				inCell(bench.browser, bench.server.url('blank'), limit, async (cell) => {
					await followLive(cell, bench.server, already);
					samples.add('load', Number(load()));
					samples.add('calibration', cell.calibration);
					await cell.page.evaluate(() => window.bench.longTasks());
					const before = await cell.cpu();
					const told = watch(cell.page, '.strip[role="status"] button');
					const begun = await cell.page.evaluate(() => window.bench.now());
					bench.server.live?.push(all.slice(begin, begin + count));
					// What comes last is shown last: by then the lines before it have been read.
					bench.server.live?.another();
					const shown = await told;
					samples.add('wall', Math.max(shown.painted, await grown(cell)) - begun);
					const after = await cell.cpu();
					samples.add('cpu', after.main - before.main);
					const tasks = await cell.page.evaluate(() => window.bench.longTasks());
					samples.add('longest', Math.max(0, ...tasks));
					samples.add('long', tasks.length);
					samples.add(
						'blocked',
						tasks.reduce((sum, task) => sum + task - 50, 0)
					);
				})
			);
			bench.server.live = undefined;
			if ('why' in done) whys.set(name, done.why);
		}
	}
	const columns = [
		['longest task ms', 'longest'],
		['tasks over 50 ms', 'long'],
		['ms over', 'blocked'],
		['CPU ms', 'cpu'],
		['until all is known ms', 'wall'],
		['calibration ms', 'calibration'],
		['load', 'load']
	] as const;
	const rows = kinds.map(({ name }) => [
		name,
		...columns.map(([, column]) => results.get(name)!.cell(column)),
		whys.get(name) ?? ''
	]);
	return {
		markdown: `### A live burst of ${count} lines\n\n${table(['', ...columns.map(([title]) => title), ''], rows)}`,
		goals: kinds.map(({ name }) => ({
			what: `a live burst of ${count} lines (${name}): longest task`,
			limit: 50,
			unit: 'ms',
			measured: results.get(name)?.max('longest'),
			why: whys.get(name)
		}))
	};
}

/** The lines of a shell, numbered as if the messages of a run that is open had come before them. */
function shellLines(): string[] {
	const before = liveLines(already);
	// Header, command and the request at the start are left out.
	const shift = before.length - 6;
	const lines: string[] = [...before];
	const body = linesOf(talk(30e6), false);
	for (const text of body) {
		const line = JSON.parse(text) as { i: number; t: number; of?: number };
		if (line.i < 2 || (line.i >= 6 && line.i < 10)) continue;
		line.i = lines.length;
		line.t += 1e6;
		if (line.of !== undefined) line.of += shift;
		lines.push(JSON.stringify(line));
		if (lines.length >= count + before.length) break;
	}
	return lines;
}
