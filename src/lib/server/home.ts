import { chmod, link, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { basename, join } from 'node:path';

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
	await refuseInUse(dir, lockFile);
	// Socket paths hold about 100 characters: a long temp folder would not leave room for them.
	const base = os.tmpdir().length > 40 ? '/tmp' : os.tmpdir();
	const run = await mkdtemp(join(base, 'xs-'));
	const lock: Lock = { pid: process.pid, started: startOf(process.pid) ?? '', run };
	const write = async (name: string, text: string) => {
		const temporary = join(dir, `.${name}.${process.pid}`);
		await writeFile(temporary, text, { mode: 0o600 });
		await rename(temporary, join(dir, name));
	};
	let old: Lock | undefined;
	try {
		old = await takeLock(dir, lockFile, lock);
	} catch (error) {
		await rm(run, { recursive: true, force: true });
		throw error;
	}
	await rm(join(dir, 'cluster.json'), { force: true });
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

/**
 * Of two that start at once, one gets the lock: a link is made only where there is none. Returns the lock of a process
 * that died without giving it back.
 */
async function takeLock(dir: string, file: string, lock: Lock): Promise<Lock | undefined> {
	const mine = join(dir, `.${basename(lock.run)}.lock`);
	await writeFile(mine, JSON.stringify(lock), { mode: 0o600 });
	try {
		while (!(await linked(mine, file))) {
			await refuseInUse(dir, file);
			const old = await readLock(file);
			// A dead lock is replaced only by who holds the claim on it, and after another look.
			const claim = join(dir, `.${old ? basename(old.run) : 'unreadable'}.claim`);
			if (!(await linked(mine, claim))) {
				const other = await readLock(claim);
				if (other && isRunning(other)) throw new HomeInUse(dir, undefined);
				await rm(claim, { force: true });
				continue;
			}
			try {
				if ((await readLock(file))?.run !== old?.run) continue;
				await rename(mine, file);
				return old;
			} finally {
				await rm(claim, { force: true });
			}
		}
		return undefined;
	} finally {
		await rm(mine, { force: true });
	}
}

async function refuseInUse(dir: string, file: string): Promise<void> {
	const lock = await readLock(file);
	if (lock && isRunning(lock)) throw new HomeInUse(dir, lock.url);
}

function isRunning({ pid, started }: Lock): boolean {
	return startOf(pid) === started;
}

async function linked(from: string, to: string): Promise<boolean> {
	return link(from, to).then(
		() => true,
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'EEXIST') return false;
			throw error;
		}
	);
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
