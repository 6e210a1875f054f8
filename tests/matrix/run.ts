import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { EraId } from '../../src/lib/trace/eras.ts';
import { startLab, type Lab } from '../support/lab.ts';
import {
	everyKubectl,
	NoKubectl,
	realKubectl,
	type KubectlVersion
} from '../support/real-kubectl.ts';
import { runKubectl } from '../support/type-kubectl.ts';
import { cells, matrixEras, verbNames, type NamedCell } from './cells.ts';
import { summary, tableOf, type Mark } from './report.ts';
import { openResults, stampOf, type Results } from './results.ts';
import { tryCell } from './try-cell.ts';

export interface Wanted {
	/** Beginnings of the names of cells. */
	only: string[];
	kubectl: string[];
	era: string[];
	/** Also what is known to go well. */
	again: boolean;
}

/** What can be asked for. */
export const choices = { only: verbNames, kubectl: everyKubectl as string[], era: matrixEras };

/** Each kubectl does each cell in each era; prints the tables and returns how many failed. `root`: the clone. */
export async function runMatrix(root: string, wanted: Wanted): Promise<number> {
	const say = (text: string) => void process.stdout.write(`${text}\n`);
	const stamps = new Map(verbNames.map((verb) => [verb, stampOf(root, verb)]));
	const file = path.join(root, '.toolchain', 'matrix', 'results.ndjson');
	const results = openResults(file, new Set(stamps.values()));
	const asked = wantedOf(wanted);
	const reasons = await fetchAll(asked.versions, say);
	const marks = new Map<string, Mark>();
	const keyOf = (era: EraId, version: KubectlVersion, { id }: NamedCell) =>
		[era, version, id].join('\n');
	for (const era of asked.eras) {
		const work = asked.versions.map((version) => ({ version, todo: todoOf(version, era) }));
		if (work.some(({ todo }) => todo.length > 0)) await inLab(era, work);
	}
	const all = asked.eras.flatMap((era) => {
		const its = asked.cells.map(({ id }) => id);
		const mark = (id: string, version: string) =>
			marks.get([era, version, id].join('\n')) ?? 'no cell';
		say(`\n${tableOf(era, asked.versions, its, mark)}`);
		return its.flatMap((id) => asked.versions.map((version) => mark(id, version)));
	});
	for (const [version, reason] of reasons) say(`skipped: kubectl ${version}: ${reason}`);
	say(summary(all));
	return all.filter((mark) => mark === 'FAIL').length;

	/** Notes what needs no try, and returns the rest. */
	function todoOf(version: KubectlVersion, era: EraId): NamedCell[] {
		return asked.cells.filter((cell) => {
			if (cell.eras && !cell.eras.includes(era)) return false;
			if (reasons.has(version)) marks.set(keyOf(era, version, cell), 'skip');
			else if (!wanted.again && results.passed(nameOf(era, version, cell)))
				marks.set(keyOf(era, version, cell), 'before');
			else return true;
			return false;
		});
	}

	async function inLab(
		era: EraId,
		work: { version: KubectlVersion; todo: NamedCell[] }[]
	): Promise<void> {
		const lab = await startLab({ era });
		// Ctrl-C leaves nothing behind either.
		const sweep = () => rmSync(lab.home, { recursive: true, force: true });
		process.once('exit', sweep);
		try {
			const left = work.filter(({ todo }) => todo.length > 0);
			const typists = Array.from({ length: availableParallelism() }, async () => {
				for (let next = left.shift(); next; next = left.shift())
					await oneVersion(lab, era, next.version, next.todo);
			});
			await Promise.all(typists);
		} finally {
			await lab.close();
			process.off('exit', sweep);
		}
	}

	async function oneVersion(
		lab: Lab,
		era: EraId,
		version: KubectlVersion,
		todo: NamedCell[]
	): Promise<void> {
		const started = performance.now();
		let failed = 0;
		// What it asks of a cluster that it meets for the first time is no matter of a cell.
		await runKubectl(lab, version, ['get', 'po']);
		for (const cell of todo) {
			const began = performance.now();
			const wrong = await tryCell(cell, lab, version, era);
			const ms = Math.round(performance.now() - began);
			results.add({ ...nameOf(era, version, cell), wrong, ms });
			marks.set(keyOf(era, version, cell), wrong.length === 0 ? 'ok' : 'FAIL');
			if (wrong.length === 0) continue;
			failed++;
			say(`FAIL ${era}, kubectl ${version}, ${cell.id}:`);
			for (const each of wrong) say(`  ${each}`);
		}
		const seconds = ((performance.now() - started) / 1000).toFixed(1);
		say(`${era}, kubectl ${version}: ${todo.length - failed} of ${todo.length} ok in ${seconds} s`);
	}

	function nameOf(
		era: EraId,
		kubectl: KubectlVersion,
		{ id, verb }: NamedCell
	): Parameters<Results['passed']>[0] {
		return { era, kubectl, cell: id, stamp: stamps.get(verb)! };
	}
}

function wantedOf({ only, kubectl, era }: Wanted) {
	const takes = (list: string[], name: string) => list.length === 0 || list.includes(name);
	return {
		cells: cells.filter(
			({ id }) => only.length === 0 || only.some((name) => `${id} `.startsWith(`${name} `))
		),
		versions: everyKubectl.filter((version) => takes(kubectl, version)),
		eras: matrixEras.filter((id) => takes(era, id))
	};
}

/** Fetches what is not there yet, and returns why some cannot be had. */
async function fetchAll(
	versions: readonly KubectlVersion[],
	say: (text: string) => void
): Promise<Map<KubectlVersion, string>> {
	const reasons = new Map<KubectlVersion, string>();
	for (const version of versions)
		try {
			await realKubectl(version);
		} catch (error) {
			if (!(error instanceof NoKubectl)) throw error;
			reasons.set(version, error.message);
			say(`kubectl ${version} is skipped: ${error.message}`);
		}
	return reasons;
}
