/**
 * The process outside a container that made it and waits for its PID 1, as containerd's shim does for runc's: tells the
 * pid once the container is shut off from the host, holds the command back until it may go, and passes on the end.
 */
import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import type { Duplex, Readable } from 'node:stream';
import { spawnSealed } from '../transport/spawn-sealed.ts';
import type { Stdio } from './stdio.ts';

/** How much of what the boot prints is kept: enough for the reason of an end. */
const keptOutput = 16 * 1024;

export class Monitor {
	/** Host pid of PID 1, when it waits for `letGo`; undefined when it ended before. */
	readonly pid: Promise<number | undefined>;
	/** Exit code of PID 1, when every process of the container is gone. */
	readonly ended: Promise<number>;
	readonly #process: ChildProcess;
	readonly #gate: Duplex;
	#output = '';

	/** Starts `argv` as `uid`; the streams for PID 1 go along as 4, 5 and 6. */
	constructor(argv: readonly string[], uid: number | undefined, forPid1: Stdio) {
		const boot = ['ignore', 'ignore', 'pipe', 'pipe'] as const;
		this.#process = spawnSealed(argv, { uid, stdio: [...boot, ...forPid1.child] });
		forPid1.give(this.#process);
		this.#gate = this.#process.stdio[3] as Duplex; // 'pipe' above makes it one
		this.#gate.on('error', () => {}); // the end tells
		this.ended = this.#end(this.#keep(this.#process.stderr!), forPid1); // as above
		this.pid = this.#firstLine();
	}

	/** The end of what was printed on the way to PID 1, and by who waits for it. */
	get output(): string {
		return this.#output;
	}

	letGo(): void {
		this.#gate.end('\n');
	}

	/** For a container whose PID 1 is not known yet: that ends with its monitor. */
	kill(): void {
		this.#process.kill('SIGKILL');
	}

	/** Resolves when nothing more can come. */
	#keep(output: Readable): Promise<void> {
		output.setEncoding('utf8');
		output.on('data', (text: string) => {
			this.#output = (this.#output + text).slice(-keptOutput);
		});
		return new Promise((resolve) => output.once('close', resolve));
	}

	async #end(printed: Promise<void>, forPid1: Stdio): Promise<number> {
		const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
			this.#process.once('exit', (...end) => resolve(end));
			this.#process.once('error', (error) => {
				this.#output += `${error.message}\n`;
				if (this.#process.pid !== undefined) return;
				forPid1.close();
				resolve([127, null]);
			});
		});
		// A reader that is gone stops a PID 1 which has just been forked and outlived its monitor.
		this.#gate.destroy();
		await printed; // nothing can hold it open: PID 1 has streams of its own
		// util-linux 2.38 cannot repeat a SIGKILL of its child to itself and says so instead.
		if (code === 1 && /sigprocmask unblock failed/.test(this.#output)) return 137;
		return exitCodeOf(code, signal);
	}

	#firstLine(): Promise<number | undefined> {
		return new Promise((resolve) => {
			let text = '';
			this.#gate.on('data', (chunk: Buffer) => {
				text += chunk.toString();
				if (text.includes('\n')) resolve(Number(text));
			});
			void this.ended.then(() => resolve(undefined));
		});
	}
}

/** What a shell would say: 128 and the signal's number, or the code. */
export function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
	return signal ? 128 + os.constants.signals[signal] : (code ?? 0);
}
