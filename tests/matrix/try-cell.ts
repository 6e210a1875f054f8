import type { EraId } from '../../src/lib/trace/eras.ts';
import type { Lab } from '../support/lab.ts';
import type { KubectlVersion } from '../support/real-kubectl.ts';
import { goodRecording, stepNames, typeKubectl } from '../support/type-kubectl.ts';
import type { Cell, Seen, Want } from './cell.ts';

/** Longer than any cell takes, on a machine that does much else. */
const patienceMs = 60_000;
let pods = 0;

/** Does what the cell says with one kubectl, and returns what is wrong with what came of it, in sentences. */
export async function tryCell(
	cell: Cell,
	lab: Lab,
	version: KubectlVersion,
	era: EraId
): Promise<string[]> {
	const pod = `m-${version.replaceAll('.', '-')}-${++pods}`;
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<string[]>((resolve) => {
		timer = setTimeout(resolve, patienceMs, [`it did not end within ${patienceMs / 1000} s`]);
	});
	const tried = cell
		.run({ lab, version, pod, type: (args, stdin) => type(lab, version, args, stdin) })
		.then((seen) => judge(lab, era, seen, cell.want(version, era)))
		.catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
	try {
		return await Promise.race([tried, late]);
	} finally {
		clearTimeout(timer);
	}
}

async function type(
	lab: Lab,
	version: KubectlVersion,
	args: string[],
	stdin?: Buffer
): Promise<Seen> {
	const typed = await typeKubectl(lab, version, args, stdin);
	return { ...typed, out: typed.out.toString() };
}

function judge(lab: Lab, era: EraId, seen: Seen, want: Want): string[] {
	const wrong: string[] = [];
	if (seen.code !== want.code) wrong.push(`exit code ${seen.code} and not ${want.code}`);
	for (const name of ['out', 'err'] as const)
		if (!matches(seen[name], want[name]))
			wrong.push(`${name} is ${quoted(seen[name])} and not ${quoted(want[name])}`);
	if (seen.runs.length !== want.runs)
		wrong.push(`${seen.runs.length} recordings and not ${want.runs}`);
	const recordings = seen.runs.map((run) => goodRecording(lab, run));
	for (const [header] of recordings)
		if (header?.['era'] !== era) wrong.push(`a recording of era ${String(header?.['era'])}`);
	const upgrades = stepNames(recordings.at(-1) ?? []).filter((name) =>
		/^(try\d\/)?(post|websocket)-(exec|attach|portforward)(#\d+)?$/.test(name)
	);
	if (upgrades.join() !== want.upgrades.join())
		wrong.push(
			`upgrades are ${quoted(upgrades.join(', '))} and not ${quoted(want.upgrades.join(', '))}`
		);
	return wrong;
}

const matches = (text: string, want: string | RegExp) =>
	typeof want === 'string' ? text === want : want.test(text);

function quoted(text: string | RegExp): string {
	const whole = typeof text === 'string' ? JSON.stringify(text) : String(text);
	return whole.length > 600 ? `${whole.slice(0, 600)}...` : whole;
}
