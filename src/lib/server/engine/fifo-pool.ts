/**
 * FIFOs for the standard streams of a process. Node's own pipes are sockets, and a process cannot open a socket again
 * by way of /dev/stdout; a FIFO it can. Making one costs a program start, hence a small stock.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, constants, openSync, rmSync, unlinkSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const stock = 12;

/** One FIFO, opened at both ends; `child` is given to the process and then closed by `give`. */
export interface Fifo {
	child: number;
	/** Our end. */
	socket: net.Socket;
	/** Call once the process has been started. */
	give(): void;
}

export class FifoPool {
	readonly #dir: string;
	#ready: string[] = [];
	#making: Promise<void> | undefined;
	#closed = false;

	constructor(dir: string) {
		this.#dir = dir;
	}

	/** A FIFO that the process reads (`in`) or writes (`out`); `uid` is who may open it again. */
	async take(direction: 'in' | 'out', uid: number | undefined): Promise<Fifo> {
		while (this.#ready.length === 0) await this.fill();
		const path = this.#ready.pop()!;
		if (this.#ready.length < stock / 3) void this.fill().catch(() => {}); // the next take will try and say it
		if (uid !== undefined) chownSync(path, uid, uid);
		return open(path, direction);
	}

	fill(): Promise<void> {
		this.#making ??= this.#make().finally(() => (this.#making = undefined));
		return this.#making;
	}

	async #make(): Promise<void> {
		if (this.#closed) throw new Error('the engine is closed');
		const paths = Array.from({ length: stock }, () =>
			join(this.#dir, `fifo-${randomBytes(6).toString('hex')}`)
		);
		await run('mkfifo', ['-m', '600', ...paths]);
		if (this.#closed) for (const path of paths) rmSync(path, { force: true });
		else this.#ready.push(...paths);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#making?.catch(() => {});
		for (const path of this.#ready.splice(0)) rmSync(path, { force: true });
	}
}

function open(path: string, direction: 'in' | 'out'): Fifo {
	// Opened both ways for a moment, so that neither of the other two has to wait for its far end. The child's end is
	// opened without O_NONBLOCK, which would show in the process.
	const both = openSync(path, constants.O_RDWR);
	const [childFlags, ourFlags] =
		direction === 'in'
			? [constants.O_RDONLY, constants.O_WRONLY]
			: [constants.O_WRONLY, constants.O_RDONLY];
	const child = openSync(path, childFlags);
	const ours = openSync(path, ourFlags | constants.O_NONBLOCK);
	closeSync(both);
	unlinkSync(path);
	const socket = new net.Socket({
		fd: ours,
		readable: direction === 'out',
		writable: direction === 'in',
		allowHalfOpen: true
	});
	socket.on('error', () => {}); // EPIPE: the process closed its stdin; what it did not read is nobody's
	return { child, socket, give: () => closeSync(child) };
}
