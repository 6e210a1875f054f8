import path from 'node:path';
import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell } from '../browser.ts';
import { atRest, indexed, openFile, recordingOf } from '../ladder.ts';
import { messageAt } from '../messages.ts';
import { load, Samples, table, type Goal } from '../report.ts';
import { talk, writeRecording } from '../recording.ts';

/** Big files: from the choice of the file to its first row, and until all of it is known. */
const limit = 90_000;
const megabytes = 113;

export async function open(bench: Bench): Promise<Outcome> {
	const files = [
		{ name: '1 000 messages', make: () => recordingOf(bench.folder, 1000) },
		{
			name: '100 000 messages',
			make: () => recordingOf(bench.folder, 100_000)
		},
		...(bench.quick
			? []
			: [
					{
						name: '1 000 000 messages',
						make: () => recordingOf(bench.folder, 1_000_000)
					},
					{ name: `${megabytes} MB of a shell`, make: () => shellFile(bench.folder) }
				])
	];
	const results = new Map<string, Samples>();
	const whys = new Map<string, string>();
	for (const { name, make } of files) {
		const samples = new Samples();
		results.set(name, samples);
		const file = await make();
		for (let run = 0; run < bench.runs && !whys.has(name); run++) {
			const done = await attempt(bench, `open ${name}, run ${run + 1} of ${bench.runs}`, () =>
				inCell(bench.browser, bench.server.url('page'), limit, async (cell) => {
					await atRest(cell);
					await cell.page.evaluate(() => window.bench.longTasks());
					samples.add('load', Number(load()));
					samples.add('calibration', cell.calibration);
					const before = await cell.cpu();
					samples.add('first', await openFile(cell, file, messageAt(0).s));
					samples.add('indexed', await indexed(cell));
					const after = await cell.cpu();
					samples.add('cpu', after.main - before.main);
					samples.add('all', after.all - before.all);
					const tasks = await cell.page.evaluate(() => window.bench.longTasks());
					samples.add('longest', Math.max(0, ...tasks));
					const nodes = await cell.page.evaluate(
						() => window.bench.scroller().querySelectorAll('*').length
					);
					samples.add('nodes', nodes);
					const { heap, pss } = await cell.memory();
					samples.add('heap', heap);
					samples.add('pss', pss);
				})
			);
			if ('why' in done) whys.set(name, done.why);
		}
	}
	const rows = files.map(({ name }) => {
		const samples = results.get(name)!;
		const cells = columns.map(([, column]) => samples.cell(column));
		return [name, ...cells, whys.get(name) ?? ''];
	});
	const goal = (what: string, name: string, unit: number): Goal => ({
		what,
		limit: unit,
		unit: 'ms',
		measured: results.get(name)?.median('first'),
		why: whys.get(name)
	});
	return {
		markdown: `### Opening a file\n\n${table(['file', ...columns.map(([title]) => title), ''], rows)}`,
		goals: [
			goal('open 100 000 events to the first painted row', '100 000 messages', 300),
			goal(`open ${megabytes} MB to the first painted row`, `${megabytes} MB of a shell`, 1000)
		]
	};
}

const columns = [
	['first row ms', 'first'],
	['all known ms', 'indexed'],
	['CPU ms', 'cpu'],
	['of all threads', 'all'],
	['longest task ms', 'longest'],
	['nodes', 'nodes'],
	['heap MB', 'heap'],
	['PSS MB', 'pss'],
	['calibration ms', 'calibration'],
	['load', 'load']
] as const;

async function shellFile(folder: string): Promise<string> {
	const file = path.join(folder, 'shell.execscope');
	await writeRecording(file, talk(megabytes * 1e6));
	return file;
}
