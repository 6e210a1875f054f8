/**
 * Anonymous pipes for the standard streams of a process, as runc gives them. Node has none to give: its own "pipes" are
 * sockets, which a process cannot open again as /dev/stdout; and a named FIFO blocks whoever opens /dev/stdin after its
 * writer has gone. So a shell makes them, a few at a time, and we open them by way of /proc while it waits.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fchownSync, fstatSync, openSync } from 'node:fs';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { hostPath } from '../transport/spawn-sealed.ts';

const stock = 24; // a container takes three

/**
 * Each part of this pipeline writes its pid to fd 3 and waits for fd 4 to end; between them are the pipes. A copy of
 * its stdout stands on fd 5: fd 1 itself is fd 3 until the shell has ended `>&3`, which may be after we read the pid.
 */
const pipeline = `e() { exec 5>&1; read -r pid _ </proc/self/stat; echo "$pid" >&3; read -r _ <&4; }; ${Array.from(
	{ length: stock + 1 },
	() => 'e'
).join(' | ')}`;

/** One pipe with both ends open; `child` is given to the process and then closed by `give`. */
export interface Pipe {
	child: number;
	/** Our end. */
	socket: net.Socket;
	/** Call once the process has been started. */
	give(): void;
}

export class PipePool {
	/** One descriptor of each pipe, which keeps it alive. */
	#ready: number[] = [];
	#making: Promise<void> | undefined;
	#closed = false;

	/** A pipe that the process reads (`in`) or writes (`out`); `uid` is who may open it again. */
	async take(direction: 'in' | 'out', uid: number | undefined): Promise<Pipe> {
		while (this.#ready.length === 0) await this.fill();
		const pipe = this.#ready.pop()!;
		if (this.#ready.length < stock / 3) void this.fill().catch(() => {}); // the next take tries again and says it
		if (uid !== undefined) fchownSync(pipe, uid, uid);
		return open(pipe, direction);
	}

	fill(): Promise<void> {
		this.#making ??= this.#make().finally(() => (this.#making = undefined));
		return this.#making;
	}

	async #make(): Promise<void> {
		if (this.#closed) throw new Error('the engine is closed');
		const pipes = await makePipes();
		if (this.#closed) pipes.forEach((pipe) => closeSync(pipe));
		else this.#ready.push(...pipes);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#making?.catch(() => {}); // then there is nothing to close
		for (const pipe of this.#ready.splice(0)) closeSync(pipe);
	}
}

async function makePipes(): Promise<number[]> {
	const shell = spawn('/bin/sh', ['-c', pipeline], {
		env: { PATH: hostPath },
		stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']
	});
	const said = shell.stdio[3] as Duplex; // 'pipe' above makes them so
	const wait = shell.stdio[4] as Duplex;
	const ended = once(shell, 'exit');
	let text = '';
	said.setEncoding('utf8');
	for await (const chunk of said) {
		text += chunk as string;
		if (text.split('\n').length > stock + 1) break;
	}
	const outputs = text
		.trim()
		.split('\n')
		.map((pid) => `/proc/${pid}/fd/5`);
	// The order in which they spoke is not that of the pipeline, and the last one writes to none of the pipes.
	const pipes = outputs.map((path) => openPipe(path)).filter((fd) => fd !== undefined);
	wait.destroy();
	await ended;
	if (pipes.length === 0) throw new Error('the shell that makes pipes made none');
	return pipes;
}

function openPipe(path: string): number | undefined {
	const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
	if (fstatSync(fd).isFIFO()) return fd;
	closeSync(fd);
	return undefined;
}

function open(pipe: number, direction: 'in' | 'out'): Pipe {
	const path = `/proc/self/fd/${pipe}`;
	const [childFlags, ourFlags] =
		direction === 'in'
			? [constants.O_RDONLY, constants.O_WRONLY]
			: [constants.O_WRONLY, constants.O_RDONLY];
	const child = openSync(path, childFlags); // an opening of its own: O_NONBLOCK would show in the process
	const ours = openSync(path, ourFlags | constants.O_NONBLOCK);
	closeSync(pipe);
	const socket = new net.Socket({
		fd: ours,
		readable: direction === 'out',
		writable: direction === 'in',
		allowHalfOpen: true
	});
	socket.on('error', () => {}); // EPIPE: the process closed its stdin; what it did not read is nobody's
	return { child, socket, give: () => closeSync(child) };
}
