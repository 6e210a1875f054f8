import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attempt, type Bench, type Outcome } from './bench.ts';
import { launch } from './browser.ts';
import { bundlePeers } from './bundle.ts';
import { burst } from './cases/burst.ts';
import { bytes } from './cases/bytes.ts';
import { compare } from './cases/compare.ts';
import { lesson } from './cases/lesson.ts';
import { open } from './cases/open.ts';
import { seek } from './cases/seek.ts';
import { goalTable, load, machine } from './report.ts';
import { startServer } from './server.ts';

const cases: Record<string, (bench: Bench) => Promise<Outcome>> = {
	compare,
	open,
	seek,
	burst,
	lesson,
	bytes
};

export interface Wanted {
	only: string[];
	quick: boolean;
	runs: number | undefined;
	sizes: number[] | undefined;
	write: boolean;
}

export const caseNames = Object.keys(cases);

/** Runs the cases one after the other and prints what they found. `root` is the folder of the clone. */
export async function runBench(
	root: string,
	found: { path: string; env: NodeJS.ProcessEnv },
	wanted: Wanted
): Promise<void> {
	const say = (text: string) => void process.stdout.write(`${text}\n`);
	const folder = await mkdtemp(path.join(tmpdir(), 'execscope-bench-'));
	const peers = path.join(folder, 'peers');
	try {
		say('bundling the peers ...');
		await bundlePeers(peers);
		const server = await startServer(root, peers);
		const browser = await launch(found);
		const bench: Bench = {
			browser,
			server,
			folder,
			say,
			quick: wanted.quick,
			runs: wanted.runs ?? (wanted.quick ? 1 : 5),
			sizes: wanted.sizes ?? (wanted.quick ? [50, 200] : [50, 200, 1000])
		};
		const head = `${machine()}, Chromium ${browser.version()}, ${bench.runs} runs (median, lowest..highest), load ${load()} at the start`;
		say(head);
		const outcomes: Outcome[] = [];
		try {
			for (const name of wanted.only.length > 0 ? wanted.only : caseNames) {
				say(`\n== ${name}`);
				const done = await attempt(bench, name, () => cases[name]!(bench));
				if ('value' in done) outcomes.push(done.value);
				else outcomes.push({ markdown: `### ${name}\n\n${done.why}`, goals: [] });
			}
		} finally {
			await browser.close();
			await server.close();
		}
		const text = [
			head,
			...outcomes.map(({ markdown }) => markdown),
			'### Goals',
			goalTable(outcomes.flatMap(({ goals }) => goals))
		].join('\n\n');
		say(`\n${text}`);
		if (wanted.write)
			await writeFile(
				path.join(root, 'tests/bench/RESULTS.md'),
				`# What \`npm run bench\` found\n\n${text}\n`
			);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
