import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCommand } from '../recording/describe-command.ts';
import { parseLine } from '../recording/format.ts';
import type { CommandLine, ExitLine, HeaderLine, Line } from '../trace/event.ts';

/** What a list of runs says of one of them. */
export interface RunSummary {
	/** The file's name without `.execscope`. */
	id: string;
	cmd: string;
	client: string;
	owner: string;
	open: boolean;
	/** An exec was asked for: the run has a stream, or a refusal of one. */
	streaming: boolean;
	exit?: number | null;
}

const extension = '.execscope';
const keptOfEachKind = 50;
const peekBytes = 32 * 1024;

/** The finished runs in a folder, oldest first. Files that cannot be read are left out. */
export async function listRuns(folder: string): Promise<(RunSummary & { named: boolean })[]> {
	const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(extension));
	const runs = await Promise.all(
		names.sort().map((name) => summarize(folder, name).catch(() => undefined))
	);
	return runs.filter((run) => run !== undefined);
}

/** Deletes the oldest runs beyond the last 50 streaming ones and the last 50 others; named and boot runs stay. */
export async function pruneRuns(folder: string, spare: ReadonlySet<string>): Promise<void> {
	const runs = await listRuns(folder);
	for (const streaming of [true, false]) {
		const kind = runs.filter((run) => run.streaming === streaming && !run.named);
		const boots = kind.filter((run) => run.client === 'execscope').slice(-1);
		const old = kind.slice(0, -keptOfEachKind);
		for (const run of old) {
			if (spare.has(run.id) || boots.includes(run)) continue;
			await unlink(join(folder, run.id + extension)).catch(() => {});
		}
	}
}

async function summarize(folder: string, name: string) {
	const { head, tail } = await ends(join(folder, name));
	const lines = head.split('\n').map(parseLine);
	const last = tail.split('\n').map(parseLine);
	const header = lines[0] as HeaderLine | undefined;
	if (header?.k !== 'hdr') return undefined;
	const find = <K extends Line['k']>(kind: K) =>
		[...lines, ...last].find((line) => line?.k === kind) as (Line & { k: K }) | undefined;
	const command = lines.findLast((line) => line?.k === 'cmd') as CommandLine | undefined;
	const exit = find('exit') as ExitLine | undefined;
	return {
		id: name.slice(0, -extension.length),
		cmd: describeCommand(command ?? {}),
		client: header.client,
		owner: header.owner,
		open: false,
		streaming: exit !== undefined,
		named: last.some((line) => line?.k === 'note' && line.id === 'title'),
		...(exit ? { exit: exit.code } : {})
	};
}

/** The first and the last stretch of a file, as text: enough for a summary of a file of any size. */
async function ends(path: string): Promise<{ head: string; tail: string }> {
	const file = await open(path, 'r');
	try {
		const { size } = await file.stat();
		const read = async (position: number) => {
			const { buffer, bytesRead } = await file.read({
				buffer: Buffer.alloc(Math.min(peekBytes, size)),
				position
			});
			return buffer.subarray(0, bytesRead).toString('utf8');
		};
		return { head: await read(0), tail: await read(Math.max(0, size - peekBytes)) };
	} finally {
		await file.close();
	}
}
