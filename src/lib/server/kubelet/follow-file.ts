/**
 * The lines of a log file, and those that are added while one waits: the reading half of `ReadLogs` and `waitLogs`
 * (`pkg/kubelet/kuberuntime/logs/logs.go`).
 */
import { watch } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../limits.ts';
import { openFile, type OpenLog } from './open-log.ts';

export interface Following {
	/** Whether somebody may still write to the file. Asked at its end, and while nothing is added each second. */
	running(): Promise<boolean>;
	signal: AbortSignal;
	clock: Clock;
}

/** Upstream's logForceCheckPeriod: a change of which the system does not tell is seen after this. */
const checkMs = 1000;
const blockBytes = 64 * 1024;
const newline = 0x0a;

/**
 * Whole lines from offset `start` on, as many at a time as were read. At the end of the file the last one may lack
 * its newline; while the file is followed such a line is waited for. Closes the file, whichever way it ends.
 */
export async function* linesOf(
	{ file, path }: OpenLog,
	start: number,
	follow?: Following
): AsyncGenerator<Buffer[]> {
	const reading = new Reading(file, start);
	const waiting = follow && new Waiting(path, follow);
	try {
		for (let over = follow === undefined; ;) {
			yield* reading.lines();
			if (follow?.signal.aborted) return;
			if (waiting && (await reading.replaced(path))) {
				// What was added to the old file before its name was taken, and then the new one.
				yield* reading.lines();
				if (await reading.reopen(path)) waiting.watch();
				continue;
			}
			if (over || !waiting) break;
			over = !(await waiting.change());
		}
		if (reading.rest.length > 0) yield [reading.rest];
	} finally {
		waiting?.close();
		await reading.close();
	}
}

/** One file, read on from where it was read to. */
class Reading {
	/** A line that has no end yet. */
	rest = Buffer.alloc(0);
	#file: FileHandle;
	#at: number;

	constructor(file: FileHandle, start: number) {
		this.#file = file;
		this.#at = start;
	}

	/** What stands in the file from here to its end. */
	async *lines(): AsyncGenerator<Buffer[]> {
		const block = Buffer.alloc(blockBytes);
		for (;;) {
			const { bytesRead } = await this.#file.read(block, 0, blockBytes, this.#at);
			if (bytesRead === 0) return;
			this.#at += bytesRead;
			const found = this.#cut(block.subarray(0, bytesRead));
			if (found.length > 0) yield found;
		}
	}

	#cut(block: Buffer): Buffer[] {
		const data = Buffer.concat([this.rest, block]);
		const lines: Buffer[] = [];
		let from = 0;
		for (let end; (end = data.indexOf(newline, from)) >= 0; from = end + 1)
			lines.push(data.subarray(from, end + 1));
		this.rest = data.subarray(from);
		return lines;
	}

	/** Whether another file has the name by now: the log was rotated. */
	async replaced(path: string): Promise<boolean> {
		const [ours, there] = await Promise.all([this.#file.stat(), stat(path).catch(() => undefined)]);
		return there !== undefined && (there.ino !== ours.ino || there.dev !== ours.dev);
	}

	/** Goes on in the file that has the name now; false when it is gone again. */
	async reopen(path: string): Promise<boolean> {
		const next = await openFile(path).catch(() => undefined);
		if (!next) return false;
		await this.#file.close();
		this.#file = next;
		this.#at = 0;
		this.rest = Buffer.alloc(0);
		return true;
	}

	close(): Promise<void> {
		return this.#file.close();
	}
}

/** Waits for something to be added. */
class Waiting {
	readonly #path: string;
	readonly #follow: Following;
	#changed = true;
	#asked = false;
	#wake = () => {};
	#unwatch = () => {};

	constructor(path: string, follow: Following) {
		this.#path = path;
		this.#follow = follow;
		this.watch();
	}

	watch(): void {
		this.#unwatch();
		this.#changed = true;
		try {
			const watcher = watch(this.#path, () => this.#tell());
			watcher.on('error', () => watcher.close());
			this.#unwatch = () => watcher.close();
		} catch {
			// The file is gone, or the system watches no more of them: it is looked at each second.
			this.#unwatch = () => {};
		}
	}

	#tell(): void {
		this.#changed = true;
		this.#wake();
	}

	/** Resolves to false when nothing more will come than what is there by then. */
	async change(): Promise<boolean> {
		if (!this.#asked) {
			this.#asked = true;
			if (!(await this.#follow.running())) return false;
		}
		const { signal } = this.#follow;
		if (!this.#changed && !signal.aborted && (await this.#quiet())) return this.#follow.running();
		this.#changed = false;
		return true;
	}

	/** True after a second without a change. */
	#quiet(): Promise<boolean> {
		const { clock, signal } = this.#follow;
		return new Promise((resolve) => {
			const end = (quiet: boolean) => {
				takeBack();
				signal.removeEventListener('abort', wake);
				this.#wake = () => {};
				resolve(quiet);
			};
			const wake = () => end(false);
			const takeBack = clock.after(checkMs, () => end(true));
			signal.addEventListener('abort', wake);
			this.#wake = wake;
		});
	}

	close(): void {
		this.#unwatch();
	}
}
