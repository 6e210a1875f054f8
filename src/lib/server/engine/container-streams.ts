/**
 * What a container prints, handed on to its log and to everybody who is attached, and what they type (moby
 * container/stream/streams.go). As with dockerd, it waits for its slowest reader; no other container does.
 */
import type { JsonFile } from './json-file.ts';
import type { OutputName, Stdio } from './stdio.ts';

/** A container is not read on while somebody attached is so far behind. */
const behindBytes = 1024 * 1024;

export interface Chunk {
	stream: OutputName;
	data: Uint8Array;
}

/** One reader of a container's output, to its end or until it closes. Read it in one loop. */
export class Attachment implements AsyncIterable<Chunk> {
	readonly #wanted: readonly OutputName[];
	readonly #changed: () => void;
	#chunks: Chunk[] = [];
	#bytes = 0;
	#over = false;
	#closed = false;
	#wake = () => {};

	/** `changed` is called when it has read something, or is over. */
	constructor(wanted: readonly OutputName[], changed: () => void) {
		this.#wanted = wanted;
		this.#changed = changed;
	}

	get isBehind(): boolean {
		return this.#bytes > behindBytes;
	}

	push(chunk: Chunk): void {
		if (this.#over || !this.#wanted.includes(chunk.stream)) return;
		this.#chunks.push(chunk);
		this.#bytes += chunk.data.length;
		this.#wake();
	}

	/** Nothing more comes; what came can still be read. */
	end(): void {
		this.#over = true;
		this.#wake();
		this.#changed();
	}

	/** Whether it ended with the container, not by its reader. */
	get wasEnded(): boolean {
		return this.#over && !this.#closed;
	}

	/** Its reader wants no more. */
	close(): void {
		this.#closed ||= !this.#over;
		this.end();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void> {
		for (;;) {
			const chunk = this.#chunks.shift();
			if (chunk) {
				this.#bytes -= chunk.data.length;
				this.#changed();
				yield chunk;
			} else if (this.#over) return;
			else await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}
}

/** The streams of one container, whether it runs or not: who attaches before the start misses nothing. */
export class ContainerStreams {
	readonly #attached = new Set<Attachment>();
	#stdio: Stdio | undefined;
	#stdinEnded = false;
	/** When nothing more can come, what is left is read whoever is behind. */
	#last = false;
	#pumped: Promise<unknown> = Promise.resolve();
	/** Wait for the start. */
	#typing: (() => void)[] = [];
	/** Wait for those who are behind. */
	#held: (() => void)[] = [];

	attach(wanted: readonly OutputName[]): Attachment {
		const attachment: Attachment = new Attachment(wanted, () => {
			this.#held.splice(0).forEach((goOn) => goOn());
		});
		this.#attached.add(attachment);
		return attachment;
	}

	detach(attachment: Attachment): void {
		this.#attached.delete(attachment);
		attachment.close();
	}

	/** Types into its stdin, once it has been started; resolves when it takes more. */
	async write(data: Uint8Array): Promise<void> {
		if (!this.#stdio) await new Promise<void>((resolve) => this.#typing.push(resolve));
		if (!this.#stdinEnded) await this.#stdio?.stdin?.write(data);
	}

	endStdin(): void {
		this.#stdinEnded = true;
		this.#stdio?.stdin?.end();
	}

	resize(cols: number, rows: number): void {
		this.#stdio?.resize(cols, rows);
	}

	/** Its process is about to be there. */
	begin(stdio: Stdio, log: JsonFile | undefined): void {
		this.#stdio = stdio;
		this.#last = false;
		if (this.#stdinEnded) stdio.stdin?.end();
		this.#typing.splice(0).forEach((goOn) => goOn());
		this.#pumped = Promise.all(stdio.outputs.map((output) => this.#pump(output, log)));
	}

	async #pump({ stream, source }: Stdio['outputs'][number], log: JsonFile | undefined) {
		for await (const data of source) {
			keep(() => log?.write(stream, data as Buffer));
			for (const each of this.#attached) each.push({ stream, data: data as Buffer });
			while (!this.#last && [...this.#attached].some(({ isBehind }) => isBehind))
				await new Promise<void>((resolve) => this.#held.push(resolve));
		}
		keep(() => log?.flush(stream));
	}

	/** Every process of it is gone: reads what they left. */
	async drain(): Promise<void> {
		this.#last = true;
		this.#held.splice(0).forEach((goOn) => goOn());
		await this.#pumped;
	}

	/** Ends everybody who is attached; the next start begins with streams of its own. */
	end(): void {
		this.#stdio?.close();
		this.#stdio = undefined;
		this.#stdinEnded = false;
		this.#typing.splice(0).forEach((goOn) => goOn());
		for (const each of this.#attached) each.end();
		this.#attached.clear();
	}
}

/** As dockerd does, a container goes on when its log cannot be written (the disk is full): said once for each try. */
function keep(write: () => void): void {
	try {
		write();
	} catch (error) {
		console.error('engine: the log of a container:', error);
	}
}
