/**
 * The log of a container as Docker's driver `json-file` keeps it: a line of JSON for each line that was printed (moby
 * daemon/logger/copier.go, jsonfilelog, loggerutils/logfile.go). What a kubelet shows as a container's logs is this file.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { nanosecondsNow, rfc3339Nano } from './nano-time.ts';
import type { OutputName } from './stdio.ts';

/** A longer line is cut; its pieces but the last have no newline. */
const lineBytes = 16 * 1024;
/** A file of this size is set aside as `.1`, and what was there before is gone. */
const fileBytes = 10_000_000;
/** How `docker inspect` says so. */
export const logOptions = { 'max-file': '2', 'max-size': '10m' };

const newline = 0x0a;

export class JsonFile {
	readonly path: string;
	#fd: number | undefined;
	#size = 0;
	/** How often the file was set aside. */
	rotations = 0;
	/** Whether more may be written: its container runs. */
	live = false;
	#watching = new Set<() => void>();
	#rest: Record<OutputName, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

	/** Makes the folder of `path` (0700). */
	constructor(path: string) {
		this.path = path;
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		this.#fd = openSync(path, 'a', 0o600);
	}

	/** Its container begins, or has ended. */
	set(live: boolean): void {
		this.live = live;
		this.#changed();
	}

	/** Resolves at the next line, at the end of the container, or when `signal` is aborted. */
	changed(signal: AbortSignal): Promise<void> {
		return new Promise((resolve) => {
			const done = () => {
				this.#watching.delete(done);
				signal.removeEventListener('abort', done);
				resolve();
			};
			this.#watching.add(done);
			signal.addEventListener('abort', done);
			if (signal.aborted) done();
		});
	}

	#changed(): void {
		for (const tell of this.#watching) tell();
	}

	/** Writes the lines that `chunk` completes. */
	write(stream: OutputName, chunk: Uint8Array): void {
		const data = Buffer.concat([this.#rest[stream], chunk]);
		const lines: string[] = [];
		const time = rfc3339Nano(nanosecondsNow());
		let from = 0;
		for (;;) {
			const end = data.indexOf(newline, from);
			if (end >= 0 && end - from < lineBytes) {
				lines.push(jsonLine(data.subarray(from, end + 1), stream, time));
				from = end + 1;
			} else if (data.length - from >= lineBytes) {
				lines.push(jsonLine(data.subarray(from, from + lineBytes), stream, time));
				from += lineBytes;
			} else break;
		}
		this.#rest[stream] = Buffer.from(data.subarray(from)); // a copy, not to keep the whole chunk
		this.#append(lines);
	}

	/** Writes what a stream that has ended printed without a newline. */
	flush(stream: OutputName): void {
		const rest = this.#rest[stream];
		this.#rest[stream] = Buffer.alloc(0);
		if (rest.length > 0) this.#append([jsonLine(rest, stream, rfc3339Nano(nanosecondsNow()))]);
	}

	#append(lines: readonly string[]): void {
		let text = '';
		for (const line of lines) {
			if (this.#size >= fileBytes) {
				this.#put(text);
				text = '';
				this.#rotate();
			}
			text += line;
			this.#size += Buffer.byteLength(line);
		}
		this.#put(text);
		if (lines.length > 0) this.#changed();
	}

	#put(text: string): void {
		if (text === '' || this.#fd === undefined) return;
		const bytes = Buffer.from(text);
		for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
	}

	#rotate(): void {
		if (this.#fd === undefined) return;
		closeSync(this.#fd);
		renameSync(this.path, `${this.path}.1`);
		this.#fd = openSync(this.path, 'a', 0o600);
		this.#size = 0;
		this.rotations++;
	}

	/** Deletes it, with its folder. */
	remove(): void {
		if (this.#fd !== undefined) closeSync(this.#fd);
		this.#fd = undefined;
		this.set(false);
		rmSync(dirname(this.path), { recursive: true, force: true });
	}
}

const jsonLine = (bytes: Buffer, stream: OutputName, time: string) =>
	`{"log":"${goString(bytes)}","stream":"${stream}","time":"${time}"}\n`;

const replaced: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** As jsonlog's own encoder writes a string; bytes that are no UTF-8 are lost. */
function goString(bytes: Buffer): string {
	const text = isUtf8(bytes) ? bytes.toString() : lossyText(bytes);
	return text.replace(
		/["\\\u0000-\u001f<>&\u2028\u2029]/g,
		(char) => replaced[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
}

/** Go puts one U+FFFD for each byte that is wrong, Node's decoder one for several. */
function lossyText(bytes: Buffer): string {
	let text = '';
	for (let at = 0; at < bytes.length;) {
		const len = [1, 2, 3, 4].find(
			(n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n))
		);
		text += len ? bytes.toString('utf8', at, at + len) : '\ufffd';
		at += len ?? 1;
	}
	return text;
}
