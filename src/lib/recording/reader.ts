import { headerLine, noteLine, type ConnLine, type NoteLine } from '../trace/event.ts';
import { unpackBytes } from './format.ts';
import { emptyRecording, type Recording, type TtyMark } from './recording.ts';
import type { Batch, Problem, RareLine } from './batch.ts';
import { directions, ttyKinds } from './columns.ts';
import { Scanner } from './scanner.ts';

/**
 * The second of two passes over a recording: puts what the scanner read into one model that the page draws from.
 * Lines come in whatever pieces they come; a torn last one waits for its rest; unknown kinds are skipped; a broken
 * line is noted in `problems` and reading goes on.
 */
export class RecordingReader {
	readonly recording: Recording;
	readonly #scanner: Scanner;
	#rest = '';

	/** `seals`: whether the lines are compared with what the `end` line says of them. */
	constructor(id: string, how: { seals?: boolean } = {}) {
		this.recording = emptyRecording(id);
		this.#scanner = new Scanner(how);
	}

	/** Takes text as it stands in the file. */
	push(text: string): void {
		const whole = this.#rest + text;
		const end = whole.lastIndexOf('\n') + 1;
		this.#rest = whole.slice(end);
		if (end > 0) this.place(this.#scanner.scan(utf8.encode(whole.slice(0, end))));
	}

	/** Takes whole lines, without their line feeds. */
	pushLines(lines: readonly string[]): void {
		if (lines.length > 0) this.push(`${lines.join('\n')}\n`);
	}

	/** Takes what was scanned elsewhere: batches of one file, in order. */
	place(batch: Batch): void {
		const { recording } = this;
		const base = recording.text.length;
		recording.text.add(batch.bytes);
		recording.names.push(...batch.names);
		recording.next = Math.max(recording.next, batch.next);
		recording.t = Math.max(recording.t, batch.t);
		recording.problems.push(...batch.problems);
		recording.altered ||= batch.altered;
		if (!recording.items.take(batch, base)) this.#report('bad-line');
		recording.bytes.take(batch, base, recording.names);
		recording.keyframes.take(batch, base);
		this.#takeTty(batch, base);
		for (const line of batch.rare) if (!this.#rare(line)) this.#report('bad-line');
	}

	#rare(line: RareLine): boolean {
		const { recording } = this;
		switch (line.k) {
			case 'hdr':
				return this.#header(line);
			case 'cmd':
				// The argv comes first; what the API server read from each query follows.
				recording.command = { ...recording.command, ...line };
				return true;
			case 'conn':
				return this.#connection(line);
			case 'hold':
				if (line.state === 'set') return true;
				return recording.items.hold({ ...line, try: line.try, until: line.until ?? null });
			case 'exit':
				recording.exit = line;
				return true;
			case 'end':
				recording.end = line;
				return true;
			case 'note':
				return this.#note(line);
		}
	}

	#header(line: RareLine): boolean {
		const parsed = headerLine.safeParse(line);
		if (parsed.success) {
			this.recording.header = parsed.data;
			return true;
		}
		const version: unknown = 'execscope' in line ? line.execscope : undefined;
		this.recording.unreadable = typeof version === 'number' && version > 1;
		this.#report(this.recording.unreadable ? 'newer-format' : 'bad-header');
		return true;
	}

	#note(line: RareLine): boolean {
		const parsed = noteLine.safeParse(line);
		if (!parsed.success) this.#report('bad-note');
		else this.#revise(parsed.data);
		return true;
	}

	#revise(note: NoteLine): void {
		const { notes } = this.recording;
		const known = notes.get(note.id);
		if (known && known.rev >= note.rev) return;
		if (note.del) notes.delete(note.id);
		else notes.set(note.id, note);
	}

	#connection(line: ConnLine & { i: number }): boolean {
		const { connections } = this.recording;
		const known = connections.get(line.c);
		if (line.closed) {
			if (known) Object.assign(known, { closed: line.i, closedBy: line.by });
			return known !== undefined;
		}
		connections.set(line.c, {
			c: line.c,
			from: line.from,
			to: line.to,
			over: line.over,
			proto: line.proto,
			offset: line.offset ?? [0, 0],
			opened: line.i,
			closed: undefined,
			closedBy: undefined
		});
		return true;
	}

	#takeTty(batch: Batch, base: number): void {
		const { recording } = this;
		const { i, t, on, c, dir, o, len, at, length } = batch.tty;
		for (let k = 0; k < i.length; k++) {
			const mark = { i: i[k]!, t: t[k]!, on: ttyKinds[on[k] as 0 | 1 | 2 | 3] };
			const name = recording.names[c[k]! - 1];
			if (name === undefined) this.#said(mark, at[k]! + base, length[k]!);
			else
				recording.tty.push({
					...mark,
					span: { c: name, dir: directions[dir[k] as 0 | 1], o: o[k]!, len: len[k]! }
				});
		}
	}

	/** A terminal line that holds its bytes, or a size, itself. */
	#said(mark: Pick<TtyMark, 'i' | 't' | 'on'>, at: number, length: number): void {
		const { tty, text } = this.recording;
		const line = text.parse(at, length) as { d?: string; d64?: string; size?: unknown };
		const size = sizeOf(line.size);
		if (mark.on === 'r' && !size) return this.#report('bad-line');
		try {
			tty.push(size ? { ...mark, size } : { ...mark, data: unpackBytes(line) });
		} catch {
			this.#report('bad-line');
		}
	}

	/** Which line of the batch it was is not known here: the last one read so far is named. */
	#report(why: Problem['why']): void {
		this.recording.problems.push({ line: this.recording.next, why });
	}
}

const utf8 = new TextEncoder();

/** The size of a terminal, if it is one. */
function sizeOf(value: unknown): [cols: number, rows: number] | undefined {
	if (!Array.isArray(value)) return undefined;
	const [cols, rows] = value as unknown[];
	const isSize = (side: unknown): side is number =>
		typeof side === 'number' && Number.isInteger(side) && side >= 1 && side <= 65_535;
	return isSize(cols) && isSize(rows) ? [cols, rows] : undefined;
}

/** Reads a whole file. */
export function readRecording(id: string, text: string): Recording {
	const reader = new RecordingReader(id);
	reader.push(text);
	return reader.recording;
}
