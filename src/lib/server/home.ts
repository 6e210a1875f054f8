import { mkdtemp, mkdir, readFile, rename, rm, writeFile, chmod } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';

/** The folder of one Execscope: what stays (kubeconfig, recordings, CA) and who is running on it. */
export interface Home {
	dir: string;
	recordings: string;
	/** A short private folder for sockets, gone with the process. */
	run: string;
	/** Run folder of a process that died without cleaning up; to be swept, then forgotten. */
	stale: string | undefined;
	write(name: string, text: string): Promise<void>;
	remove(name: string): Promise<void>;
	/** The page's address, for a second start to point to. */
	announce(url: string): Promise<void>;
	close(): Promise<void>;
}

interface Lock {
	pid: number;
	started: string;
	run: string;
	url?: string;
}

/** Thrown when another Execscope is running on the home. */
export class HomeInUse extends Error {
	constructor(dir: string, url: string | undefined) {
		super(
			`${dir} is in use by another Execscope${url ? ` at ${url}` : ''}. Use that one, or start this one with --home and another folder.`
		);
		this.name = 'HomeInUse';
	}
}

/**
 * Takes a home for this process: private, locked, without the leftovers of a dead one. Throws HomeInUse, or what
 * the system says when the folder cannot be written.
 */
export async function openHome(dir: string): Promise<Home> {
	await mkdir(join(dir, 'recordings'), { recursive: true, mode: 0o700 });
	await chmod(dir, 0o700);
	const lockFile = join(dir, 'lock');
	const old = await readLock(lockFile);
	if (old && startOf(old.pid) === old.started) throw new HomeInUse(dir, old.url);
	await rm(join(dir, 'cluster.json'), { force: true });
	// Socket paths hold about 100 characters: a long temp folder would not leave room for them.
	const base = os.tmpdir().length > 40 ? '/tmp' : os.tmpdir();
	const run = await mkdtemp(join(base, 'xs-'));
	const lock: Lock = { pid: process.pid, started: startOf(process.pid) ?? '', run };
	const write = async (name: string, text: string) => {
		const temporary = join(dir, `.${name}.${process.pid}`);
		await writeFile(temporary, text, { mode: 0o600 });
		await rename(temporary, join(dir, name));
	};
	await write('lock', JSON.stringify(lock));
	return {
		dir,
		recordings: join(dir, 'recordings'),
		run,
		stale: old?.run,
		write,
		remove: (name) => rm(join(dir, name), { force: true }),
		announce: (url) => write('lock', JSON.stringify({ ...lock, url })),
		async close() {
			await rm(run, { recursive: true, force: true });
			await rm(join(dir, 'cluster.json'), { force: true });
			await rm(lockFile, { force: true });
		}
	};
}

async function readLock(path: string): Promise<Lock | undefined> {
	try {
		const lock: unknown = JSON.parse(await readFile(path, 'utf8'));
		const { pid, started, run } = lock as Partial<Lock>;
		const ours = typeof pid === 'number' && typeof started === 'string' && typeof run === 'string';
		return ours ? (lock as Lock) : undefined;
	} catch {
		return undefined;
	}
}

/** When a process started, in the kernel's words: with the pid it names one process for ever. */
function startOf(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return fields[0] === 'Z' ? undefined : fields[19];
	} catch {
		return undefined;
	}
}
