/** The standard streams that a process gets: a terminal, or a pipe each, or nothing. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { drained } from '../transport/drained.ts';
import type { Pipe, PipePool } from './pipe-pool.ts';
import { openPty } from './pty.ts';

export type OutputName = 'stdout' | 'stderr';

export interface Stdin {
	/** Resolves when more may be written. */
	write(data: Uint8Array): Promise<void>;
	end(): void;
}

/** Our ends, and those of the process until `give`. */
export interface Stdio {
	/** What it gets as stdin, stdout and stderr. */
	child: [number, number, number];
	/** Call once the process has been started: closes its ends here. */
	give(child: ChildProcess): void;
	/** Undefined: nobody can write to it. */
	stdin: Stdin | undefined;
	outputs: { stream: OutputName; source: Readable }[];
	resize(cols: number, rows: number): void;
	/** For a process that never started. */
	close(): void;
}

/** Opens the streams that are wanted for a process of `uid`; a terminal has them all. */
export async function openStdio(
	pipes: PipePool,
	wanted: {
		uid: number | undefined;
		tty: boolean;
		stdin: boolean;
		stdout: boolean;
		stderr: boolean;
	}
): Promise<Stdio> {
	return wanted.tty ? terminal(wanted.stdin) : await threePipes(pipes, wanted);
}

function terminal(writable: boolean): Stdio {
	const pty = openPty(0, 0);
	return {
		child: [pty.slave, pty.slave, pty.slave],
		give: (child) => pty.attach(child),
		stdin: writable ? { write: (data) => pty.write(data), end: () => {} } : undefined,
		outputs: [{ stream: 'stdout', source: pty.output }],
		resize: (cols, rows) => pty.resize(cols, rows),
		close: () => pty.close()
	};
}

async function threePipes(
	pipes: PipePool,
	wanted: { uid: number | undefined; stdin: boolean; stdout: boolean; stderr: boolean }
): Promise<Stdio> {
	const take = async (direction: 'in' | 'out', isWanted: boolean) =>
		isWanted ? await pipes.take(direction, wanted.uid) : undefined;
	const input = await take('in', wanted.stdin);
	const out = await take('out', wanted.stdout);
	const err = await take('out', wanted.stderr);
	const nothing = openSync('/dev/null', 'r+');
	const all = [input, out, err] as const;
	const childEnd = (pipe: Pipe | undefined) => pipe?.child ?? nothing;
	return {
		child: [childEnd(input), childEnd(out), childEnd(err)],
		give() {
			closeSync(nothing);
			for (const pipe of all) pipe?.give();
		},
		stdin: input && writer(input),
		outputs: [
			...(out ? [{ stream: 'stdout' as const, source: out.socket }] : []),
			...(err ? [{ stream: 'stderr' as const, source: err.socket }] : [])
		],
		resize() {},
		close() {
			for (const pipe of all) pipe?.socket.destroy();
		}
	};
}

function writer({ socket }: Pipe): Stdin {
	return {
		write(data) {
			return socket.destroyed || socket.write(data) ? Promise.resolve() : drained(socket);
		},
		end: () => void socket.end()
	};
}
