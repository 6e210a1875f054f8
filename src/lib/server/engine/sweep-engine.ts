/** Ends what an engine that was killed left behind in its folder and those below it: containers and notes on them. */
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, pidFilePattern, type PidNote } from './pid-file.ts';

/** Returns how many containers were still running and were ended. Does nothing where there is no such folder. */
export function sweepEngine(dir: string): number {
	let ended = 0;
	for (const name of filesOf(dir)) {
		const path = join(dir, name);
		if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
			ended += sweepEngine(path); // a folder of one node
			continue;
		}
		if (!pidFilePattern.test(name)) continue;
		if (endNoted(path)) ended++;
		rmSync(path, { force: true });
	}
	return ended;
}

function filesOf(dir: string): string[] {
	try {
		return readdirSync(dir);
	} catch {
		return [];
	}
}

function endNoted(path: string): boolean {
	let note: PidNote;
	try {
		note = JSON.parse(readFileSync(path, 'utf8')) as PidNote; // compared whole with what /proc says, below
	} catch {
		return false; // cut short by the kill: its container died with the engine
	}
	const now = describe(note.pid);
	if (!now || now.starttime !== note.starttime || now.pidNamespace !== note.pidNamespace)
		return false;
	try {
		process.kill(note.pid, 'SIGKILL');
		return true;
	} catch {
		return false; // it ended by itself in between
	}
}
