/**
 * A note of each container's PID 1 on disk, so that a later start can end what a killed engine left behind. A pid alone
 * may belong to somebody else by then: start time and pid namespace say whether it is still the same process.
 */
import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PidNote {
	pid: number;
	/** Clock ticks since boot, field 22 of /proc/PID/stat. */
	starttime: string;
	/** `pid:[4026532256]`. */
	pidNamespace: string;
}

export const pidFilePattern = /^container-[0-9a-f]{12}\.pid$/;

/** Returns a function that takes the note back. */
export function writePidFile(dir: string, containerId: string, pid: number): () => void {
	const note = describe(pid);
	if (!note) return () => {}; // it is gone already
	const path = join(dir, `container-${containerId.slice(0, 12)}.pid`);
	writeFileSync(path, JSON.stringify(note), { mode: 0o600 });
	return () => rmSync(path, { force: true });
}

/** What /proc says of this process now; undefined when there is none (or a dead one not waited for). */
export function describe(pid: number): PidNote | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (fields[0] === 'Z') return undefined;
		return {
			pid,
			starttime: fields[19]!,
			pidNamespace: readlinkSync(`/proc/${pid}/ns/pid`)
		};
	} catch {
		return undefined;
	}
}
