/**
 * Opens the file that a container's log path leads to. The path comes from the runtime, and may be a link to where the
 * runtime itself writes (dockershim's is). No more than that one link is followed, and never out of the node's folder:
 * upstream follows any (`filepath.EvalSymlinks`), for it trusts whoever can write there.
 */
import { constants } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';

export interface OpenLog {
	file: FileHandle;
	/** Where it really lies; there its successor will be when it is rotated. */
	path: string;
}

/** Throws as upstream does when there is no such file, and when it lies outside of `below`. */
export async function openLog(path: string, below: string): Promise<OpenLog> {
	const real = await resolveLog(path, below).catch((error: Error) => {
		throw new Error(
			`failed to try resolving symlinks in path ${JSON.stringify(path)}: ${error.message}`,
			{ cause: error }
		);
	});
	return { path: real, file: await openFile(real) };
}

/** Opens a regular file and nothing else: no link, no device, no pipe. */
export async function openFile(path: string): Promise<FileHandle> {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	const failed = (why: string, cause?: unknown) =>
		new Error(`failed to open log file ${JSON.stringify(path)}: ${why}`, { cause });
	const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: Error) => {
		throw failed(goText(error, path, 'open'), error);
	});
	if ((await file.stat()).isFile()) return file;
	await file.close();
	throw failed('not a regular file');
}

async function resolveLog(path: string, below: string): Promise<string> {
	const folder = await realpath(below);
	const named = await inFolder(path, folder);
	const found = await lstat(named).catch((error: Error) => {
		throw new Error(goText(error, path, 'lstat'), { cause: error });
	});
	if (!found.isSymbolicLink()) return named;
	const target = await readlink(named);
	return inFolder(isAbsolute(target) ? target : join(dirname(named), target), folder);
}

/** The path with every link but its last part resolved; throws when that is not in `folder`. */
async function inFolder(path: string, folder: string): Promise<string> {
	const parent = await realpath(dirname(path)).catch((error: Error) => {
		throw new Error(goText(error, path, 'lstat'), { cause: error });
	});
	const real = join(parent, basename(path));
	const way = relative(folder, real);
	if (way === '' || way.startsWith('..') || isAbsolute(way))
		throw new Error(`${path} is not in the folder of this node`);
	return real;
}

/** How Go says what the system said. */
function goText(error: Error, path: string, call: string): string {
	const { code } = error as NodeJS.ErrnoException;
	if (code === 'ENOENT') return `${call} ${path}: no such file or directory`;
	if (code === 'ELOOP') return `${call} ${path}: too many levels of symbolic links`;
	return error.message;
}
