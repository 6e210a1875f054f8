/**
 * What runc checks before it starts a process in a container: the working directory, and the program by the
 * container's own PATH (Go's exec.LookPath). Read from outside through /proc/PID/root, with symbolic links followed
 * by hand, because the kernel would follow an absolute one into the host's tree.
 */
import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';

const longestChain = 40;
const failedStart = 'OCI runtime exec failed: exec failed: unable to start container process: ';

const words: Record<string, string> = {
	ENOENT: 'no such file or directory',
	ENOTDIR: 'not a directory',
	ELOOP: 'too many levels of symbolic links',
	EACCES: 'permission denied'
};

/** Undefined when `argv` can be started in `cwd`; else the sentence of the runtime that says why not. */
export async function whyNotStart(
	pid: number,
	process: { argv: readonly string[]; cwd: string; path: string }
): Promise<string | undefined> {
	const { argv, cwd, path } = process;
	if (!cwd.startsWith('/'))
		return 'OCI runtime exec failed: exec failed: Cwd must be an absolute path: unknown';
	const dir = await walk(pid, cwd);
	const notDir = 'error' in dir ? dir.error : dir.stats.isDirectory() ? undefined : 'ENOTDIR';
	if (notDir)
		return `${failedStart}chdir to cwd (${quoted(cwd)}) set in config.json failed: ${say(notDir)}: unknown`;
	const problem = await lookPath(pid, argv[0]!, cwd, path);
	return problem && `${failedStart}exec: ${quoted(argv[0]!)}: ${problem}: unknown`;
}

async function lookPath(
	pid: number,
	name: string,
	cwd: string,
	path: string
): Promise<string | undefined> {
	if (name.includes('/')) {
		const found = await walk(pid, name.startsWith('/') ? name : `${cwd}/${name}`);
		if ('error' in found) return `stat ${name}: ${say(found.error)}`;
		return executable(found.stats) ? undefined : words.EACCES;
	}
	for (const dir of name === '' ? [] : path.split(':')) {
		const found = await walk(pid, `${dir || cwd}/${name}`);
		if (!('error' in found) && executable(found.stats)) return undefined;
	}
	return 'executable file not found in $PATH';
}

const executable = (stats: Stats) => !stats.isDirectory() && (stats.mode & 0o111) !== 0;
const say = (code: string) => words[code] ?? code;

/** As Go's %q does it for the names that occur. */
const quoted = (text: string) => JSON.stringify(text);

type Walked = { stats: Stats } | { error: string };

/** Follows `path` inside the root of `pid`; `..` at the root stays there. */
async function walk(pid: number, path: string): Promise<Walked> {
	const root = `/proc/${pid}/root`;
	const left = path.split('/');
	const done: string[] = [];
	let links = 0;
	let stats: Stats;
	try {
		stats = await lstat(`${root}/`);
		while (left.length > 0) {
			const part = left.shift()!;
			if (part === '' || part === '.') continue;
			if (!stats.isDirectory()) return { error: 'ENOTDIR' };
			if (part === '..') {
				done.pop();
				stats = await lstat(`${root}/${done.join('/')}`);
				continue;
			}
			const here = `${root}/${[...done, part].join('/')}`;
			const next = await lstat(here);
			if (!next.isSymbolicLink()) {
				done.push(part);
				stats = next;
				continue;
			}
			if (++links > longestChain) return { error: 'ELOOP' };
			const target = await readlink(here);
			if (target.startsWith('/')) {
				done.length = 0;
				stats = await lstat(`${root}/`);
			}
			left.unshift(...target.split('/'));
		}
	} catch (error) {
		return { error: (error as NodeJS.ErrnoException).code ?? 'ENOENT' };
	}
	return { stats };
}
