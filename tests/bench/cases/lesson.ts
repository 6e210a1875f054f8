import { attempt, type Bench, type Outcome } from '../bench.ts';
import { inCell } from '../browser.ts';
import { rowIs } from '../ladder.ts';
import { messageAt } from '../messages.ts';
import { exchange, linesOf } from '../recording.ts';
import { load, Samples, table } from '../report.ts';

/** A lesson's run of 100 steps, opened from nothing on a slow laptop: Chromium's CPU throttle. */
const steps = 100;
const slower = 4;
const limit = 60_000;

export async function lesson(bench: Bench): Promise<Outcome> {
	const samples = new Samples();
	let why: string | undefined;
	// The page opens on this one by itself.
	bench.server.instead.set(
		'/recordings/shell.execscope',
		[...linesOf(exchange(steps, true))].join('')
	);
	for (let run = 0; run < bench.runs && why === undefined; run++) {
		const done = await attempt(bench, `lesson, run ${run + 1} of ${bench.runs}`, () =>
			inCell(
				bench.browser,
				bench.server.url('blank'),
				limit,
				async ({ page, cdp, calibration }) => {
					samples.add('load', Number(load()));
					samples.add('calibration', calibration);
					await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
					await page.goto(bench.server.url('page'), { waitUntil: 'commit' });
					const painted = await page.evaluate(
						async (what) => {
							const found = await window.bench.until(what);
							return found.painted - performance.timeOrigin;
						},
						rowIs(messageAt(0).s)
					);
					samples.add('first', painted);
					const settled = await page.evaluate(
						async () => (await window.bench.settled(10_000)) - performance.timeOrigin
					);
					samples.add('settled', settled);
				}
			)
		);
		if ('why' in done) why = done.why;
	}
	bench.server.instead.clear();
	const row = ['first', 'settled', 'calibration', 'load'].map((name) => samples.cell(name));
	return {
		markdown: `### A lesson of ${steps} steps, ${slower}x CPU throttle\n\n${table(
			['first row ms', 'last change ms', 'calibration ms (before the throttle)', 'load', ''],
			[[...row, why ?? '']]
		)}`,
		goals: [
			{
				what: `a lesson of ${steps} steps opens at ${slower}x CPU throttle`,
				limit: 1000,
				unit: 'ms',
				measured: samples.median('first'),
				why
			}
		]
	};
}
