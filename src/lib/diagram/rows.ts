import { chapters } from '../trace/chapters.ts';
import type { Span } from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { ChapterId } from '../trace/chapters.ts';
import { beginsAgain, execRequests } from '../trace/step-sets.ts';
import { steps, storySteps, type StepId, type Wire } from '../trace/steps.ts';
import { Column, lastUpTo } from '../recording/column.ts';
import type { Trouble } from '../recording/frames/frame.ts';
import { stepKey } from '../recording/find-item.ts';
import { payloadText } from '../recording/payload.ts';
import type { Item, Recording } from '../recording/recording.ts';
import { flag, ioStep, stepNumber, stepNumbers, unknownStep } from '../recording/columns.ts';
import { Stops } from '../recording/timeline.ts';
import type { Promised } from './promise.ts';

/**
 * The rows of the ladder: which items stand in it at a level of detail, what is folded into one row, and what is
 * promised below. Numbers only, in columns, so that a million steps have rows at once; where a row stands in pixels
 * is in `geometry.ts`.
 */
export type Detail = 1 | 2 | 3 | 4;

/** Several items in one row that opens in place. */
export interface Fold {
	id: string;
	kind: 'refused-try' | 'io';
	count: number;
	open: boolean;
	/** Level 1 tells the story in single lines: its folds do not open. */
	opens: boolean;
	/** Of an `io` fold: its chunks went either way. */
	both: boolean;
	/** Of an `io` fold: bytes that its chunks carried. */
	bytes: number;
	/** Of a refused try: who refused, and with which status. */
	status: number | undefined;
	/** Of an `io` fold: what was typed in it, up to Enter. */
	typed: string | undefined;
}

export interface Row {
	/** The `data-step` of the page. */
	key: string;
	s: string;
	id: StepId | undefined;
	reply: boolean;
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	wire: Wire | undefined;
	chap: ChapterId;
	/** First row of its chapter. */
	opens: boolean;
	/** What stands in the gutter; rows inside a fold and refused tries have none. */
	number: number | undefined;
	/** Items that this row stands for; both -1 in a promised row. */
	first: number;
	last: number;
	item: Item | undefined;
	fold: Fold | undefined;
	/** Levels 3 and 4: a frame that carried a part of the step above, and at level 4 its bytes. */
	part: Part | undefined;
}

/** A frame as a row of the ladder. */
export interface Part {
	kind: 'frame' | 'bytes';
	name: string;
	/** Why it is no frame of a protocol: a hole, or bytes that nobody can read. */
	trouble: Trouble | undefined;
	span: Span;
	from: LaneId;
	to: LaneId;
	wire: Wire;
}

/** What levels 3 and 4 ask of whoever decodes bytes; it is loaded when it is first needed. */
export interface FrameSource {
	count(item: number): number;
	at(item: number, k: number): Omit<Part, 'kind'>;
}

/** Beyond this many steps their frames are not drawn one and all: the panel has those of the step that is looked at. */
export const framedSteps = 2000;

/** From this many chunks in a row on, `io` folds. */
export const foldIoFrom = 4;

type FoldKind = Fold['kind'];

/** A fold as it was found; what it says in words is read when its row is. */
interface FoldAt {
	id: string;
	kind: FoldKind;
	first: number;
	last: number;
	count: number;
	open: boolean;
	/** The item that stands for all. */
	head: number;
}

interface RowOptions {
	/** Folds that the reader opened. */
	opened?: ReadonlySet<string> | undefined;
	/** Steps still to come. */
	promises?: readonly Promised[] | undefined;
	/** What levels 3 and 4 draw below each step. */
	frames?: FrameSource | undefined;
	/** The rows of the same recording as it stood before: all but their last block is taken over. They end with that. */
	after?: Rows | undefined;
	/** Each chunk in a row of its own: where rows are drawn to scale, a fold would hide when its chunks came. */
	unfolded?: boolean | undefined;
}

const none: ReadonlySet<string> = new Set();

export class Rows implements Iterable<Row> {
	readonly #recording: Recording;
	readonly #detail: Detail;
	readonly #tries: number;
	readonly #promises: readonly Promised[];
	#folds: FoldAt[] = [];
	#first = new Column(Int32Array);
	#last = new Column(Int32Array);
	/** 0: none. */
	#number = new Column(Uint32Array);
	#chap = new Column(Uint8Array);
	#opens = new Column(Uint8Array);
	/** Index of the row's fold, or -1. */
	#fold = new Column(Int32Array);
	/** 0 in the row of a step; in the rows below it 2k+1 for its frame k, and 2k+2 for the bytes of that frame. */
	#part = new Column(Uint32Array);
	/** Rows that are steps, and the first item of each that has happened. */
	#stepRow = new Column(Int32Array);
	#stepFirst = new Column(Int32Array);
	/** Steps that have happened; promised ones follow. */
	readonly happened: number;
	/** Frames would be too many to be drawn. */
	readonly unframed: boolean = false;
	readonly #frames: FrameSource | undefined;
	readonly #unfolded: boolean;
	readonly #opened: ReadonlySet<string>;

	constructor(
		recording: Recording,
		detail: Detail,
		{ opened = none, promises = [], frames, unfolded = false, after }: RowOptions = {}
	) {
		this.#recording = recording;
		this.#tries = recording.items.tries;
		this.#detail = detail;
		this.#promises = promises.filter((promise) => isShown(detail, promise));
		if (frames && detail > 2) {
			this.unframed = recording.items.length > framedSteps;
			if (!this.unframed) this.#frames = frames;
		}
		this.#unfolded = unfolded && detail > 1;
		this.#opened = opened;
		this.#take(after && this.#continues(after) ? this.#takeOver(after) : 0);
		this.happened = this.steps;
		for (const promise of this.#promises)
			this.#push(-1, -1, true, stepNumber(promise.id), chapters.indexOf(promise.chap), -1);
	}

	get length(): number {
		return this.#first.length;
	}

	/** Rows that are steps, promised ones among them; the others are frames of the step above. */
	get steps(): number {
		return this.#stepRow.length;
	}

	/** The row of a step; -1 before the first. */
	rowOf(step: number): number {
		return step < 0 ? -1 : this.#stepRow.at(Math.min(step, this.steps - 1));
	}

	/** The step that a row belongs to. */
	stepOf(row: number): number {
		return lastUpTo(this.#stepRow.array, this.steps, row);
	}

	at(k: number): Row | undefined {
		if (k < 0 || k >= this.length) return undefined;
		const first = this.#first.at(k);
		const shared = {
			chap: chapters[this.#chap.at(k)]!,
			opens: this.#opens.at(k) === 1,
			number: this.#number.at(k) || undefined,
			first,
			last: this.#last.at(k)
		};
		if (first < 0)
			return { ...promisedRow(this.#promises[this.stepOf(k) - this.happened]!), ...shared };
		const found = this.#folds[this.#fold.at(k)];
		const item = this.#recording.items.at(found && !found.open ? found.head : first)!;
		const fold = found && (!found.open || found.head === first) ? this.#unfold(found) : undefined;
		const to = fold && !fold.open ? this.#foldTo(found!, item) : item.to;
		return {
			key: stepKey(this.#recording, item),
			s: item.s,
			id: item.id,
			reply: item.reply || item.answers !== undefined,
			kind: item.kind,
			from: item.from,
			to,
			wire: item.wire,
			item,
			fold,
			part: undefined,
			...this.#partOf(k, item),
			...shared
		};
	}

	#partOf(k: number, item: Item): Partial<Row> {
		const sub = this.#part.at(k) - 1;
		if (sub < 0 || !this.#frames) return {};
		const frame = this.#frames.at(item.index, sub >> 1);
		const part: Part = { ...frame, kind: sub % 2 === 0 ? 'frame' : 'bytes' };
		const { from, to, wire } = frame;
		const key = `${stepKey(this.#recording, item)}/${sub}`;
		return { key, kind: 'arrow', from, to, wire, part, fold: undefined, reply: false };
	}

	*[Symbol.iterator](): Iterator<Row> {
		for (let k = 0; k < this.length; k++) yield this.at(k)!;
	}

	/** The row that shows an item: the last one that begins at or before it; -1 before the first. */
	of(item: number): number {
		return item < 0 ? -1 : this.rowOf(lastUpTo(this.#stepFirst.array, this.happened, item));
	}

	/** The row with a number in the gutter. Numbers only go up, and rows without one lie between. */
	withNumber(number: number): Row | undefined {
		let low = 0;
		let high = this.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			let k = middle;
			while (k < high && this.#number.at(k) === 0) k++;
			if (k === high) high = middle;
			else if (this.#number.at(k) === number) return this.at(k);
			else if (this.#number.at(k) < number) low = k + 1;
			else high = middle;
		}
		return undefined;
	}

	/** The items that a row stands for. */
	firstOf(k: number): number {
		return this.#first.at(k);
	}
	lastOf(k: number): number {
		return this.#last.at(k);
	}
	opensAt(k: number): boolean {
		return this.#opens.at(k) === 1;
	}
	chapAt(k: number): ChapterId {
		return chapters[this.#chap.at(k)]!;
	}
	/** The row stands for a try that was refused, and tells it in one line. */
	isFoldedTry(k: number): boolean {
		const fold = this.#folds[this.#fold.at(k)];
		return fold !== undefined && fold.kind === 'refused-try' && !fold.open;
	}
	isIo(k: number): boolean {
		const first = this.#first.at(k);
		return first >= 0 && this.#recording.items.columns.id.at(first) === ioStep;
	}
	/** Something in the row failed. */
	hasFailed(k: number): boolean {
		if (this.isFoldedTry(k)) return true;
		const first = this.#first.at(k);
		return first >= 0 && (this.#recording.items.columns.flags.at(first) & flag.failed) !== 0;
	}

	/** The fold that hides an item, if one does: a link to the item opens it. */
	foldHiding(item: number): string | undefined {
		const k = this.of(item);
		const fold = k < 0 ? undefined : this.#folds[this.#fold.at(k)];
		return fold && !fold.open && fold.head !== item ? fold.id : undefined;
	}

	/** What one press of Next moves over. */
	stops(): Stops {
		const { t, flags } = this.#recording.items.columns;
		const stops = new Stops(this.happened);
		for (let k = 0; k < this.happened; k++) {
			const first = this.#stepFirst.at(k);
			const last = this.#last.at(this.#stepRow.at(k));
			stops.at[k] = last;
			stops.t[k] = t.at(first);
			stops.end[k] = t.at(last);
			stops.call[k] = (flags.at(first) & flag.arrow) === 0 ? 1 : 0;
		}
		return stops;
	}

	/** Whether only items at the end have come since. What frames carried may still grow: those are cut anew. */
	#continues(before: Rows): boolean {
		return (
			before.#recording === this.#recording &&
			before.#detail === this.#detail &&
			before.#opened === this.#opened &&
			before.#unfolded === this.#unfolded &&
			before.#tries === this.#tries &&
			this.#detail <= 2
		);
	}

	/** Takes the columns of rows that are no longer needed, up to where their last block began; returns its item. */
	#takeOver(before: Rows): number {
		const at = before.#block;
		this.#folds = before.#folds.slice(0, at.folds);
		this.#first = before.#first.cutTo(at.rows);
		this.#last = before.#last.cutTo(at.rows);
		this.#number = before.#number.cutTo(at.rows);
		this.#chap = before.#chap.cutTo(at.rows);
		this.#opens = before.#opens.cutTo(at.rows);
		this.#fold = before.#fold.cutTo(at.rows);
		this.#part = before.#part.cutTo(at.rows);
		this.#stepRow = before.#stepRow.cutTo(at.steps);
		this.#stepFirst = before.#stepFirst.cutTo(at.steps);
		this.#count = at.count;
		this.#reached = at.reached;
		return at.item;
	}

	/** Cuts the items that the level shows, from one on, into rows and folds. */
	#take(from: number): void {
		const { items } = this.#recording;
		const opened = this.#opened;
		const { id, flags, try: tries, chap } = items.columns;
		// Starting the cluster is one chapter, whatever it asks of whom.
		this.#boots = chap.array.subarray(0, items.length).includes(bootChapter);
		let [block, rows, steps, folds, count, reached] = [
			from,
			this.length,
			this.steps,
			this.#folds.length,
			this.#count,
			this.#reached
		];
		for (let k = from; k < items.length;) {
			block = k;
			rows = this.length;
			steps = this.steps;
			folds = this.#folds.length;
			count = this.#count;
			reached = this.#reached;
			const attempt = tries.at(k);
			if (attempt > 0 && attempt < items.tries) k = this.#takeTry(k, opened);
			else if (!shownAt[this.#detail](id.at(k), flags.at(k))) k++;
			else if (id.at(k) === ioStep) k = this.#takeIo(k, opened);
			else {
				this.#push(k, k, true, id.at(k), chap.at(k), -1);
				k++;
			}
		}
		this.#block = { item: block, rows, steps, folds, count, reached };
	}

	/** A try that was refused, from its first item to its last: one row, or when opened all of them. */
	#takeTry(from: number, opened: ReadonlySet<string>): number {
		const { items } = this.#recording;
		const { id, flags, try: tries, chap } = items.columns;
		let to = from;
		while (to < items.length && tries.at(to) === tries.at(from)) to++;
		let head = from;
		for (let k = to - 1; k >= from; k--)
			if (asksForExec.has(id.at(k)) && (flags.at(k) & flag.reply) === 0) head = k;
		const fold = this.#addFold('refused-try', from, to - 1, to - from, head, opened);
		// A try goes the whole way, but the story has only come to asking.
		const told = chap.at(head);
		if (!this.#folds[fold]!.open) this.#push(from, to - 1, false, id.at(head), told, fold);
		else for (let k = from; k < to; k++) this.#push(k, k, false, id.at(k), told, fold);
		return to;
	}

	/**
	 * Chunks that follow one another: one row for all of one command, from its first key to what it printed last. At
	 * level 1 all that was said is one row.
	 */
	#takeIo(from: number, opened: ReadonlySet<string>): number {
		const { items } = this.#recording;
		const { id, flags, try: tries } = items.columns;
		let to = from;
		let last = from;
		let count = 0;
		let entered = false;
		for (; to < items.length; to++) {
			const isIo = id.at(to) === ioStep && tries.at(to) === tries.at(from);
			if (!isIo) {
				if (shownAt[this.#detail](id.at(to), flags.at(to))) break;
				continue;
			}
			const typed = this.#detail > 1 && !this.#unfolded && this.#isTyped(to);
			if (typed && entered) break;
			entered ||= typed && this.#isEnter(to);
			last = to;
			count++;
		}
		const folds = !this.#unfolded && count >= (this.#detail === 1 ? 2 : foldIoFrom);
		const fold = folds ? this.#addFold('io', from, last, count, from, opened) : -1;
		if (fold >= 0 && !this.#folds[fold]!.open)
			this.#push(from, last, true, ioStep, talkChapter, fold);
		else
			for (let k = from; k <= last; k++)
				if (id.at(k) === ioStep)
					this.#push(k, k, fold < 0 || k === from, ioStep, talkChapter, fold);
		return last + 1;
	}

	#isTyped(k: number): boolean {
		return this.#recording.items.at(k)!.from !== 'container';
	}

	/** Whether a chunk ends a typed line. What was pasted whole is a command of its own too. */
	#isEnter(k: number): boolean {
		const item = this.#recording.items.at(k)!;
		return item.carried < 4096 && /[\r\n]/.test(payloadText(this.#recording, item) ?? '');
	}

	#addFold(
		kind: FoldKind,
		first: number,
		last: number,
		count: number,
		head: number,
		opened: ReadonlySet<string>
	): number {
		const item = this.#recording.items.at(kind === 'io' ? head : first)!;
		const id = `${kind}:${item.s}:${item.try ?? ''}`;
		const open = this.#detail > 1 && opened.has(id);
		return this.#folds.push({ id, kind, first, last, count, open, head }) - 1;
	}

	/** Where the last block begins: an item of its own, or those that fold together. */
	#block = { item: 0, rows: 0, steps: 0, folds: 0, count: 0, reached: -1 };
	#boots = false;
	#count = 0;
	#reached = -1;

	/** Adds a row, numbers it, and gives it its chapter, which within one exec only goes forward. */
	#push(
		first: number,
		last: number,
		counts: boolean,
		id: number,
		chap: number,
		fold: number
	): void {
		const at = this.#boots ? bootChapter : chap;
		const again = this.#reached >= endChapter && startsAnew.has(id);
		this.#stepRow.push(this.length);
		this.#stepFirst.push(first);
		this.#row(first, last, fold, 0);
		this.#number.push(counts ? ++this.#count : 0);
		this.#opens.push(again || at > this.#reached ? 1 : 0);
		this.#reached = again ? at : Math.max(this.#reached, at);
		this.#chap.push(this.#reached);
		if (first === last && first >= 0) this.#addParts(first);
	}

	#row(first: number, last: number, fold: number, part: number): void {
		this.#first.push(first);
		this.#last.push(last);
		this.#fold.push(fold);
		this.#part.push(part);
	}

	/** The frames of a step, each in a row of its own below it. */
	#addParts(item: number): void {
		const count = this.#frames?.count(item) ?? 0;
		const perFrame = this.#detail === 4 ? 2 : 1;
		for (let k = 0; k < count; k++)
			for (let part = 1; part <= perFrame; part++) {
				this.#row(item, item, -1, 2 * k + part);
				this.#number.push(0);
				this.#opens.push(0);
				this.#chap.push(this.#reached);
			}
	}

	/** Of a folded try the arrow goes as far as whoever refused it. */
	#foldTo(fold: FoldAt, head: Item): LaneId {
		return (fold.kind === 'io' ? undefined : this.#refuser(fold)?.from) ?? head.to;
	}

	#refuser(fold: FoldAt): Item | undefined {
		const { items } = this.#recording;
		for (let k = fold.first; k <= fold.last; k++)
			if ((items.columns.flags.at(k) & flag.failed) !== 0) return items.at(k);
		return undefined;
	}

	#unfold(fold: FoldAt): Fold {
		const { id, kind, count, open } = fold;
		const { from, carried, id: ids } = this.#recording.items.columns;
		let bytes = 0;
		let both = false;
		if (kind === 'io')
			for (let k = fold.first; k <= fold.last; k++) {
				if (ids.at(k) !== ioStep) continue;
				bytes += carried.at(k);
				both ||= from.at(k) !== from.at(fold.first);
			}
		const status = kind === 'io' ? undefined : this.#refuser(fold)?.status;
		const typed = kind === 'io' && this.#detail > 1 ? this.#typedIn(fold) : undefined;
		return { id, kind, count, open, opens: this.#detail > 1, both, bytes, status, typed };
	}

	#typedIn(fold: FoldAt): string | undefined {
		const { id } = this.#recording.items.columns;
		let text = '';
		for (let k = fold.first; k <= fold.last && text.length < typedShown; k++) {
			if (id.at(k) !== ioStep || !this.#isTyped(k)) continue;
			text += payloadText(this.#recording, this.#recording.items.at(k)!) ?? '';
		}
		return text.trim() === '' ? undefined : text.slice(0, typedShown);
	}
}

/** A typed line is told up to this many characters. */
const typedShown = 60;
const bootChapter = chapters.indexOf('boot');
const talkChapter = chapters.indexOf('talk');
const endChapter = chapters.indexOf('end');

const storyNumbers = stepNumbers(storySteps);

/** For each level: whether an item stands in the ladder, by its step and flags. */
const everything = () => true;
const story = (id: number, flags: number): boolean =>
	id === unknownStep ||
	(flags & flag.failed) !== 0 ||
	(storyNumbers.has(id) && (flags & flag.reply) === 0);
const shownAt: Record<Detail, (id: number, flags: number) => boolean> = {
	1: story,
	2: everything,
	3: everything,
	4: everything
};

const isShown = (detail: Detail, { id, reply }: Promised): boolean =>
	shownAt[detail](stepNumber(id), reply ? flag.reply : 0);

const asksForExec = stepNumbers(execRequests);
const startsAnew = stepNumbers(beginsAgain);

function promisedRow(promise: Promised): Omit<Row, 'chap' | 'opens' | 'number' | 'first' | 'last'> {
	const answers = 'answers' in steps[promise.id];
	return {
		key: promise.s,
		s: promise.s,
		id: promise.id,
		reply: promise.reply || answers,
		kind: promise.kind,
		from: promise.from,
		to: promise.to,
		wire: promise.wire,
		item: undefined,
		fold: undefined,
		part: undefined
	};
}
