/** A terminal whose output is complete when its process ends (Linux). */
import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough, type Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { drained } from '../transport/drained.ts';

interface Native {
	open(cols: number, rows: number): { master: number; slave: number };
	resize(fd: number, cols: number, rows: number): void;
}

const require = createRequire(import.meta.url);
let native: Native | undefined;

/** More than a tty holds: 64 KiB of flip buffers and 4 KiB of line buffer. */
const kernelHolds = 256 * 1024;

export interface Pty {
	/** Given to the process. */
	slave: number;
	output: Readable;
	/** Resolves when more may be written. */
	write(data: Uint8Array): Promise<void>;
	resize(cols: number, rows: number): void;
	/** Ends `output` when the child has exited and everything it wrote was read. */
	attach(child: ChildProcess): void;
	/** For a process that never started. */
	close(): void;
}

export function openPty(cols: number, rows: number): Pty {
	native ??= require(`@lydell/node-pty-linux-${process.arch}/pty.node`) as Native;
	const { open: openNative, resize } = native;
	const { master, slave: nonBlocking } = openNative(cols, rows);
	const slave = blocking(nonBlocking);
	const tty = new ReadStream(master);
	const output = new PassThrough();
	tty.on('error', () => {}); // the end is told by the child's exit, not by a hang-up
	tty.on('data', (chunk) => {
		if (output.write(chunk)) return;
		tty.pause();
		output.once('drain', () => tty.resume());
	});
	let open = true;
	const close = () => {
		if (!open) return;
		open = false;
		output.end();
		tty.destroy();
		closeSync(slave);
	};
	return {
		slave,
		output,
		write(data) {
			return !open || tty.write(data) ? Promise.resolve() : drained(tty);
		},
		resize(toCols, toRows) {
			if (open) resize(master, toCols, toRows);
		},
		// The slave stays open here until the child is gone: no hang-up, so a short read is never mistaken for the end.
		attach(child) {
			child.once('exit', () => {
				if (!open) return;
				tty.removeAllListeners('data');
				tty.pause();
				for (let chunk = readChunk(tty); chunk; chunk = readChunk(tty)) output.write(chunk);
				drain(master, output);
				close();
			});
		},
		close
	};
}

/**
 * The native module makes both ends non-blocking. Node undoes that for what it gives as 0, 1 or 2 alone; a container's
 * come as others, and its `read` would find no input and go on.
 */
function blocking(slave: number): number {
	const again = openSync(`/proc/self/fd/${slave}`, constants.O_RDWR | constants.O_NOCTTY);
	closeSync(slave);
	return again;
}

/** Reads what the kernel still holds, until it says EAGAIN; bounded, so that a `yes &` left behind cannot hold us. */
function drain(master: number, output: PassThrough): void {
	const buffer = Buffer.alloc(65536);
	for (let left = kernelHolds; left > 0;) {
		let n: number;
		try {
			n = readSync(master, buffer);
		} catch {
			return;
		}
		if (n === 0) return;
		output.write(Buffer.from(buffer.subarray(0, n)));
		left -= n;
	}
}

function readChunk(tty: ReadStream): Buffer | undefined {
	const chunk: unknown = tty.read();
	return chunk instanceof Buffer ? chunk : undefined;
}
