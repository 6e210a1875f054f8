/** Reads a container's json-file again: the last lines, all of them, or what is still to come. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { JsonFile } from './json-file.ts';
import { nanosecondsOf } from './nano-time.ts';
import type { OutputName } from './stdio.ts';

export interface LogEntry {
	stream: OutputName;
	text: string;
	/** Nanoseconds since 1970. */
	time: bigint;
}

const blockBytes = 64 * 1024;
const newline = 0x0a;

interface File {
	fd: number;
	at: number;
}

/**
 * The lines of `log`, oldest first; only the last `tail` of what is there. With `follow` it waits for more until the
 * container ends or `signal` is aborted.
 */
export async function* readLog(
	log: JsonFile,
	{ tail, follow, signal }: { tail?: number | undefined; follow: boolean; signal: AbortSignal }
): AsyncGenerator<LogEntry, void> {
	const files = [`${log.path}.1`, log.path].flatMap(opened);
	/** Of the first of them; the one that is written has that of `log.rotations`. */
	let generation = log.rotations - files.length + 1;
	try {
		if (tail !== undefined) skipTo(files, tail);
		while (files.length > 0) {
			const isOver = generation < log.rotations;
			const waits = follow && log.live && !signal.aborted;
			let some = false;
			for (const entry of linesFrom(files[0]!)) {
				some = true;
				yield entry;
			}
			if (some) continue; // while those were handed on, more may have come
			if (isOver) {
				closeSync(files.shift()!.fd);
				generation++;
				if (files.length > 0) continue;
				generation = Math.max(generation, log.rotations - 1); // one who is slower loses what is gone
				files.push(...opened(generation < log.rotations ? `${log.path}.1` : log.path));
			} else if (waits) await log.changed(signal);
			else return;
		}
	} finally {
		for (const { fd } of files) closeSync(fd);
	}
}

function opened(path: string): File[] {
	try {
		return [{ fd: openSync(path, 'r'), at: 0 }];
	} catch {
		return []; // never set aside, or removed
	}
}

/** What is in it from here on; its writer only ever leaves whole lines. */
function* linesFrom(file: File): Generator<LogEntry, void> {
	let rest = Buffer.alloc(0);
	for (;;) {
		const block = Buffer.alloc(blockBytes);
		const len = readSync(file.fd, block, 0, blockBytes, file.at);
		if (len === 0) return;
		file.at += len;
		rest = Buffer.concat([rest, block.subarray(0, len)]);
		let from = 0;
		for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline, from)) {
			yield entryOf(rest.toString('utf8', from, end));
			from = end + 1;
		}
		rest = rest.subarray(from);
	}
}

function entryOf(line: string): LogEntry {
	const { log, stream, time } = JSON.parse(line) as {
		log: string;
		stream: OutputName;
		time: string;
	};
	return { stream, text: log, time: nanosecondsOf(time) };
}

/** Moves every file to where its part of the last `count` lines begins. */
function skipTo(files: File[], count: number): void {
	let left = count;
	for (const file of [...files].reverse()) left -= skip(file, left);
}

/** Returns how many lines are left in it, at most `count`. */
function skip(file: File, count: number): number {
	const block = Buffer.alloc(blockBytes);
	let lines = 0;
	for (let end = fstatSync(file.fd).size; end > 0;) {
		const from = Math.max(0, end - blockBytes);
		readSync(file.fd, block, 0, end - from, from);
		for (let at = end - from - 1; at >= 0; at--) {
			if (block[at] !== newline || lines++ < count) continue;
			file.at = from + at + 1;
			return count;
		}
		end = from;
	}
	return lines;
}
