import { createHash, type Hash } from 'node:crypto';
import { closeSync, fdatasync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import headless from '@xterm/headless';
import { encodeLine, unpackBytes } from '../recording/format.ts';
import type { Body, HeaderLine, KeyLine, Span } from '../trace/event.ts';

/** Keyframes: at most this many lines, or microseconds, apart. */
const keyEveryLines = 1000;
const keyEveryMicros = 5_000_000;
const syncEveryMs = 250;
/** How many chunks of bytes are kept for `tty` lines to point at. */
const recentChunks = 64;

/** What a keyframe says besides the screen; the writer of the run knows it. */
export type Standing = Omit<KeyLine, 'k' | 'screen'>;

export interface RunFileOptions {
	folder: string;
	/** The file's name without its extension. */
	name: string;
	header: HeaderLine;
	standing(): Standing;
	/** Called with each line as it stands in the file, with its line feed. */
	written(line: string): void;
}

/**
 * The file of one run: append-only, a whole line a write, on disk at most a quarter of a second later. Lines get
 * their index and never run back in time; keyframes carry the terminal's screen; `end` closes it with the hash.
 */
export class RunFile {
	readonly path: string;
	#fd: number;
	#hash: Hash = createHash('sha256');
	#next = 0;
	#lines = 0;
	#last = 0;
	#dirty = false;
	#lastKey = { i: 0, t: 0 };
	#options: RunFileOptions;
	#sync: NodeJS.Timeout;
	#screen: InstanceType<typeof headless.Terminal> | undefined;
	#ended = false;
	#recent: { span: Span; bytes: Uint8Array }[] = [];
	#pointed: Span[] = [];

	constructor(options: RunFileOptions) {
		mkdirSync(options.folder, { recursive: true, mode: 0o700 });
		this.path = join(options.folder, `${options.name}.execscope`);
		this.#fd = openSync(this.path, 'ax', 0o600);
		this.#options = options;
		this.#put(options.header);
		this.#next = 1;
		this.#sync = setInterval(() => this.sync(), syncEveryMs);
		this.#sync.unref();
	}

	/** Index that the next line will have. */
	get next(): number {
		return this.#next;
	}

	/** Writes one line at `t` microseconds and returns its index. */
	write(body: Body, t: number): number {
		if (this.#ended) return -1;
		const i = this.#line(body, t);
		if (body.k === 'tty') this.#show(body);
		if (i - this.#lastKey.i >= keyEveryLines || this.#last - this.#lastKey.t >= keyEveryMicros)
			this.#keyframe();
		return i;
	}

	/** What is written reaches the disk soon; called at the ends of chapters. */
	sync(): void {
		if (!this.#dirty || this.#ended) return;
		this.#dirty = false;
		fdatasync(this.#fd, () => {});
	}

	/** Bytes that were written to the file, for the screen: a `tty` line may point at them, before or after. */
	crossed(span: Span, bytes: Uint8Array): void {
		this.#recent.push({ span, bytes });
		if (this.#recent.length > recentChunks) this.#recent.shift();
		while (this.#pointed[0] && this.#draw(this.#pointed[0])) this.#pointed.shift();
	}

	/** Writes `end` and closes the file; `clean` says that every connection had closed by itself. */
	end(t: number, clean: boolean): void {
		if (this.#ended) return;
		clearInterval(this.#sync);
		const sha256 = this.#hash.copy().digest('hex');
		this.#line({ k: 'end', lines: this.#lines, sha256, clean }, t);
		this.#ended = true;
		closeSync(this.#fd);
		this.#screen?.dispose();
	}

	#line(body: Body, t: number): number {
		const i = this.#next++;
		this.#last = Math.max(this.#last, Math.round(t));
		const { k, ...rest } = body;
		this.#put({ k, i, t: this.#last, ...rest });
		return i;
	}

	#put(line: object): void {
		const text = encodeLine(line);
		const bytes = Buffer.from(text);
		for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
		this.#hash.update(bytes);
		this.#lines++;
		this.#dirty = true;
		this.#options.written(text);
	}

	#show(body: Body & { k: 'tty' }): void {
		const { on, size, c, dir, o, len } = body;
		if (on === 'r' && size) this.#terminal().resize(...size);
		if (on !== 'o' && on !== 'e') return;
		if (c === undefined || !dir || o === undefined || !len)
			return this.#terminal().write(unpackBytes(body));
		const span = { c, dir, o, len };
		if (this.#pointed.length > 0 || !this.#draw(span)) this.#pointed.push(span);
		if (this.#pointed.length > recentChunks) this.#pointed.shift();
	}

	/** Writes the bytes of a span to the screen; false when they have not crossed yet. */
	#draw(span: Span): boolean {
		const end = span.o + span.len;
		const parts = this.#recent.filter(
			(chunk) =>
				chunk.span.c === span.c &&
				chunk.span.dir === span.dir &&
				chunk.span.o < end &&
				chunk.span.o + chunk.span.len > span.o
		);
		if (!parts.some((chunk) => chunk.span.o + chunk.span.len >= end)) return false;
		for (const chunk of parts) {
			const from = Math.max(0, span.o - chunk.span.o);
			this.#terminal().write(chunk.bytes.slice(from, end - chunk.span.o));
		}
		return true;
	}

	#terminal() {
		this.#screen ??= new headless.Terminal({
			cols: 80,
			rows: 24,
			allowProposedApi: true,
			convertEol: true
		});
		return this.#screen;
	}

	#keyframe(): void {
		this.#lastKey = { i: this.#next, t: this.#last };
		const { cols = 80, rows = 24 } = this.#screen ?? {};
		this.#line(
			{ k: 'key', ...this.#options.standing(), screen: { cols, rows, ansi: this.#ansi() } },
			this.#last
		);
	}

	#ansi(): string {
		const buffer = this.#screen?.buffer.active;
		if (!buffer) return '';
		const rows: string[] = [];
		for (let y = 0; y < this.#screen!.rows; y++)
			rows.push(buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '');
		while (rows.at(-1) === '') rows.pop();
		return `${rows.join('\r\n')}\x1b[${buffer.cursorY + 1};${buffer.cursorX + 1}H`;
	}
}
