/**
 * The host user that a pod's processes run as when the engine itself is root: one for each pod, never 0, and one that
 * nothing else on the machine uses, so that neither files nor processes of anybody are within reach.
 */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Above the ranges of useradd's subuids and systemd's containers, below 2^31. */
const first = 1_900_000_000;
const count = 100_000_000;
const taken = new Set<number>();

/** Chooses a free host uid (also used as gid); undefined when this process is not root and cannot change its user. */
export function choosePodUid(): number | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const ranges = [...idRanges('/etc/subuid'), ...idRanges('/etc/subgid')];
	const named = new Set([...ids('/etc/passwd'), ...ids('/etc/group')]);
	const running = runningUids();
	// A random start keeps two engines of two processes apart, which cannot see each other's choice.
	for (let tries = 0; tries < 100; tries++) {
		const uid = first + randomInt(count);
		if (taken.has(uid) || named.has(uid) || running.has(uid)) continue;
		if (ranges.some(([from, length]) => uid >= from && uid < from + length)) continue;
		if (!mapped('/proc/self/uid_map', uid) || !mapped('/proc/self/gid_map', uid)) continue;
		taken.add(uid);
		return uid;
	}
	throw new Error(
		`no free user id between ${first} and ${first + count} for a pod: none is mapped in /proc/self/uid_map`
	);
}

/** Gives a uid back once no process of its pod is left. */
export function releasePodUid(uid: number | undefined): void {
	if (uid !== undefined) taken.delete(uid);
}

function lines(path: string): string[] {
	try {
		return readFileSync(path, 'utf8').split('\n').filter(Boolean);
	} catch {
		return []; // a machine without this file has no such ids
	}
}

const ids = (path: string) => lines(path).map((line) => Number(line.split(':')[2]));

const idRanges = (path: string) =>
	lines(path).map((line): [number, number] => {
		const [, from, length] = line.split(':');
		return [Number(from), Number(length)];
	});

function mapped(path: string, id: number): boolean {
	return lines(path).some((line) => {
		const [inside, , length] = line.trim().split(/\s+/).map(Number);
		return id >= inside! && id < inside! + length!;
	});
}

function runningUids(): Set<number> {
	const uids = new Set<number>();
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		const stat = statSync(`/proc/${name}`, { throwIfNoEntry: false });
		if (stat) uids.add(stat.uid);
	}
	return uids;
}
