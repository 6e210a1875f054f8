import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What a cluster in this process holds that must not grow: open sockets and pipes, and processes below it. */
export interface Held {
	sockets: number;
	processes: number;
}

export function held(): Held {
	return { sockets: sockets(), processes: descendants(process.pid).length };
}

function sockets(): number {
	return readdirSync('/proc/self/fd').filter((fd) => {
		try {
			return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
		} catch {
			return false; // the descriptor of this very listing
		}
	}).length;
}

/** Ids of all processes that descend from `pid`. */
export function descendants(pid: number): number[] {
	const children = new Map<number, number[]>();
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		const parent = parentOf(name);
		if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
	}
	const found: number[] = [];
	for (let next = children.get(pid) ?? []; next.length > 0;) {
		found.push(...next);
		next = next.flatMap((id) => children.get(id) ?? []);
	}
	return found;
}

function parentOf(pid: string): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		return undefined; // it has just ended
	}
}
