import { chapters, type ChapterId } from '../trace/chapters.ts';
import {
	headerLine,
	noteLine,
	type CallEntryLine,
	type ConnLine,
	type Direction,
	type HoldLine,
	type Line,
	type SentLine,
	type StepLine,
	type TtyLine
} from '../trace/event.ts';
import { lanes, type LaneId } from '../trace/lanes.ts';
import { parseStepName, steps, type StepId, type StepShape, type Wire } from '../trace/steps.ts';
import { ByteStore } from './byte-store.ts';
import { parseLine, unpackBytes } from './format.ts';
import type { Item, Problem, Recording } from './recording.ts';

/**
 * Reads the lines of a recording, in whatever pieces they come, into one model. A torn last line waits for its
 * rest; unknown kinds are skipped; a broken line is noted in `problems` and reading goes on.
 */
export class RecordingReader {
	readonly recording: Recording;
	#rest = '';
	#line = 0;
	/** Items by the number of their line, for `sent` and returns. */
	readonly #byLine = new Map<number, Item>();
	/** The latest item of each name. */
	readonly #byName = new Map<string, Item>();
	/** Questions that nobody has answered yet, by step. */
	readonly #open = new Map<StepId, Item[]>();

	constructor(id: string) {
		this.recording = emptyRecording(id);
	}

	/** Takes text as it stands in the file. */
	push(text: string): void {
		const whole = this.#rest + text;
		const end = whole.lastIndexOf('\n') + 1;
		this.#rest = whole.slice(end);
		if (end > 0) this.pushLines(whole.slice(0, end - 1).split('\n'));
	}

	/** Takes whole lines, without their line feeds. */
	pushLines(lines: readonly string[]): void {
		for (const text of lines) this.#take(text);
	}

	#take(text: string): void {
		this.#line++;
		if (text === '' || text.startsWith('#') || this.recording.unreadable) return;
		const line = parseLine(text);
		if (!line) return this.#report('not-json');
		if (line.k === 'note') return this.#note(line);
		const { i, t } = line;
		if (!Number.isInteger(i) || typeof t !== 'number') return this.#report('bad-line');
		// A reconnected source may send again what is here already.
		if (i < this.recording.next) return;
		if (i > this.recording.next) this.#report('lines-lost');
		this.recording.next = i + 1;
		this.recording.t = Math.max(this.recording.t, t);
		if (!this.#place(line)) this.#report('bad-line');
	}

	/** Puts one line in its place; false when a field that it needs is missing or wrong. */
	#place(line: Exclude<Line, { k: 'note' }>): boolean {
		const { recording } = this;
		switch (line.k) {
			case 'hdr':
				return this.#header(line);
			case 'cmd':
				// The argv comes first; what the API server read from each query follows.
				recording.command = { ...recording.command, ...line };
				return line.argv === undefined || isStrings(line.argv);
			case 'conn':
				return this.#connection(line);
			case 'b':
				return this.#bytes(line);
			case 'gap':
				if (!isSpan(line)) return false;
				recording.bytes.add(line.c, line.dir, {
					o: line.o,
					len: line.len,
					gap: String(line.crc)
				});
				return true;
			case 'step':
				return this.#item(line, 'arrow', line.from, line.to);
			case 'call':
				if (!('of' in line)) return this.#item(line, 'call', line.at, line.at);
				return this.#returned(line.of, line.ms);
			case 'sent':
				return this.#sent(line);
			case 'tty':
				return this.#tty(line);
			case 'hold':
				return this.#hold(line);
			case 'exit':
				recording.exit = line;
				return true;
			case 'end':
				recording.end = line;
				return true;
			default:
				// Keyframes, faults and kinds of a later version: nothing that this page draws.
				return true;
		}
	}

	#header(line: Line): boolean {
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

	#note(line: Line): void {
		const parsed = noteLine.safeParse(line);
		if (!parsed.success) return this.#report('bad-note');
		const note = parsed.data;
		const known = this.recording.notes.get(note.id);
		if (known && known.rev >= note.rev) return;
		if (note.del) this.recording.notes.delete(note.id);
		else this.recording.notes.set(note.id, note);
	}

	#connection(line: ConnLine): boolean {
		if (typeof line.c !== 'string') return false;
		const known = this.recording.connections.get(line.c);
		if (line.closed) {
			if (known) known.closedBy = line.by;
			return known !== undefined;
		}
		this.recording.connections.set(line.c, {
			c: line.c,
			from: line.from,
			to: line.to,
			over: line.over,
			proto: line.proto,
			offset: line.offset ?? [0, 0],
			closedBy: undefined
		});
		return true;
	}

	#bytes(line: Extract<Line, { k: 'b' }>): boolean {
		if (!isSpan(line)) return false;
		const { c, dir, o, len } = line;
		if (line.ref) {
			this.recording.bytes.add(c, dir, { o, len, ref: line.ref });
			return true;
		}
		try {
			const data = unpackBytes(line);
			this.recording.bytes.add(c, dir, { o, len: data.length, data });
			return data.length === len;
		} catch {
			return false;
		}
	}

	#item(
		line: (StepLine | CallEntryLine) & { i: number; t: number },
		kind: 'arrow' | 'call',
		from: LaneId,
		to: LaneId
	): boolean {
		if (typeof line.s !== 'string' || !isLane(from) || !isLane(to)) return false;
		const name = parseStepName(line.s);
		const shape: StepShape | undefined = name && steps[name.id];
		const facts = typeof line.facts === 'object' && line.facts !== null ? line.facts : {};
		const { items } = this.recording;
		const reply = name?.reply ?? false;
		const item: Item = {
			index: items.length,
			i: line.i,
			t: line.t,
			kind,
			s: line.s,
			id: name?.id,
			reply,
			repeat: name?.repeat ?? 1,
			try: line.try,
			from,
			to,
			wire: kind === 'arrow' ? wireOf(shape, name?.id, reply) : undefined,
			chap: isChapter(line.chap) ? line.chap : (shape?.chap ?? 'find'),
			n: String(line.n ?? ''),
			facts,
			fn: 'fn' in line ? String(line.fn) : undefined,
			answers: this.#asked(line, name, shape),
			ms: undefined,
			sent: [],
			failed: hasFailed(facts),
			holds: []
		};
		items.push(item);
		this.#byLine.set(line.i, item);
		this.#byName.set(line.s, item);
		if (item.id && !reply && item.id !== 'io') this.#ask(item.id, item);
		if (line.try !== undefined) this.recording.tries = Math.max(this.recording.tries, line.try);
		return true;
	}

	/** The open question that a reply answers: of the same step and lanes, the latest without an answer. */
	#asked(
		line: StepLine | CallEntryLine,
		name: ReturnType<typeof parseStepName>,
		shape: StepShape | undefined
	): number | undefined {
		if (!name || !('from' in line)) return undefined;
		// The table names only ids of its own here.
		const asked = (name.reply ? name.id : shape?.answers) as StepId | undefined;
		if (!asked) return undefined;
		const open = this.#open.get(asked) ?? [];
		const sameRepeat = open.find((item) => name.reply && item.repeat === name.repeat);
		const back = open.findLast((item) => item.from === line.to && item.to === line.from);
		const found = sameRepeat ?? back ?? open.at(-1);
		if (found) open.splice(open.indexOf(found), 1);
		return found?.index;
	}

	#ask(id: StepId, item: Item): void {
		const open = this.#open.get(id);
		if (open) open.push(item);
		else this.#open.set(id, [item]);
	}

	/** A hold line follows the step that it is about; one that was only set belongs to no item. */
	#hold(line: HoldLine & { i: number; t: number }): boolean {
		if (typeof line.s !== 'string') return false;
		if (line.state === 'set') return true;
		const item = this.#byName.get(line.s);
		item?.holds.push({ ...line, try: line.try, until: line.until ?? null });
		return item !== undefined;
	}

	#returned(of: number, ms: number): boolean {
		const item = this.#byLine.get(of);
		if (!item || typeof ms !== 'number') return false;
		item.ms = ms;
		return true;
	}

	#sent(line: SentLine): boolean {
		const item = this.#byLine.get(line.of);
		if (!item || !isSpan(line)) return false;
		item.sent.push({ c: line.c, dir: line.dir, o: line.o, len: line.len });
		return true;
	}

	#tty(line: TtyLine & { i: number; t: number }): boolean {
		const { i, t, on } = line;
		if (isSpan(line)) {
			const { c, dir, o, len } = line;
			this.recording.tty.push({ i, t, on, span: { c, dir, o, len } });
			return true;
		}
		if (on === 'r') {
			if (!line.size) return false;
			this.recording.tty.push({ i, t, on, size: line.size });
			return true;
		}
		try {
			this.recording.tty.push({ i, t, on, data: unpackBytes(line) });
			return true;
		} catch {
			return false;
		}
	}

	#report(why: Problem['why']): void {
		this.recording.problems.push({ line: this.#line, why });
	}
}

/** Reads a whole file. */
export function readRecording(id: string, text: string): Recording {
	const reader = new RecordingReader(id);
	reader.push(text);
	return reader.recording;
}

export function emptyRecording(id: string): Recording {
	return {
		id,
		header: undefined,
		command: undefined,
		items: [],
		connections: new Map(),
		bytes: new ByteStore(),
		tty: [],
		notes: new Map(),
		exit: undefined,
		end: undefined,
		tries: 1,
		next: 0,
		t: 0,
		problems: [],
		unreadable: false
	};
}

/** An upgrade is asked for in SPDY's or WebSocket's name, but a refusal of it is plain HTTP. */
function wireOf(shape: StepShape | undefined, id: StepId | undefined, reply: boolean): Wire {
	return reply && id && upgrades.has(id) ? 'H' : (shape?.wire ?? 'H');
}

const upgrades: ReadonlySet<StepId> = new Set<StepId>([
	'post-exec',
	'websocket-exec',
	'kubelet-exec',
	'follow-redirect',
	'cri-handler'
]);

function hasFailed(facts: Record<string, unknown>): boolean {
	if (typeof facts.status === 'number') return facts.status >= 400;
	return facts.error !== undefined && facts.error !== null && facts.error !== '';
}

function isSpan(line: {
	c?: string;
	dir?: Direction;
	o?: number;
	len?: number;
}): line is { c: string; dir: Direction; o: number; len: number } {
	return (
		typeof line.c === 'string' &&
		(line.dir === '>' || line.dir === '<') &&
		Number.isInteger(line.o) &&
		Number.isInteger(line.len) &&
		line.len! >= 0
	);
}

const laneIds: ReadonlySet<string> = new Set(lanes.map((lane) => lane.id));
const chapterIds: ReadonlySet<string> = new Set(chapters);
const isLane = (value: unknown): value is LaneId => typeof value === 'string' && laneIds.has(value);
const isChapter = (value: unknown): value is ChapterId =>
	typeof value === 'string' && chapterIds.has(value);
const isStrings = (value: unknown): boolean =>
	Array.isArray(value) && value.every((word) => typeof word === 'string');
