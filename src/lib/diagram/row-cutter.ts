import { flag, ioStep, stepNumber, stepNumbers, unknownStep } from '../recording/columns.ts';
import { payloadText } from '../recording/payload.ts';
import type { Item, Recording } from '../recording/recording.ts';
import { chapters } from '../trace/chapters.ts';
import { beginsAgain, streamRequests } from '../trace/step-sets.ts';
import { storySteps } from '../trace/steps.ts';
import type { Promised } from './promise.ts';
import { RowTable, type FoldAt } from './row-table.ts';
import type { Detail, FrameSource } from './row.ts';

/** How the items of a recording become rows. */
export interface Cutting {
	recording: Recording;
	detail: Detail;
	/** Folds that the reader opened. */
	opened: ReadonlySet<string>;
	/** Each chunk in a row of its own. */
	unfolded: boolean;
	/** What levels 3 and 4 draw below each step; undefined draws none. */
	frames: FrameSource | undefined;
}

/** A row of a step that is still to be numbered and put in its chapter. */
interface Step {
	first: number;
	last: number;
	step: number;
	chap: number;
	fold: number;
	/** It has a number in the gutter. */
	counts: boolean;
}

/** From this many chunks in a row on, `io` folds. */
export const foldIoFrom = 4;
const noFold = -1;

/**
 * Cuts the items that a level shows into rows and folds. A block is what is cut at once: an item of its own, or those
 * that fold together. Only the last one can still change when a run grows, so a cutter can go on from an earlier one.
 */
export class RowCutter {
	readonly table: RowTable;
	/** The same object in all cutters that went on from one another. */
	readonly origin: object;
	readonly #how: Cutting;
	readonly #tries: number;
	/** Rows with a number so far, and the chapter that they have reached. */
	#numbered = 0;
	#reached = -1;
	/** Starting the cluster is one chapter, whatever it asks of whom. */
	readonly #boots: boolean;
	/** Where the last block begins, and what stood before it. */
	readonly #block = { item: 0, rows: 0, steps: 0, folds: 0, numbered: 0, reached: -1 };

	/** `before` is the cutter of the same recording as it stood earlier; it ends with that. */
	constructor(how: Cutting, before: RowCutter | undefined) {
		const { items } = how.recording;
		this.#how = how;
		this.#tries = items.tries;
		this.#boots = items.hasChapter('boot');
		if (before && this.#continues(before)) {
			const block = before.#block;
			this.origin = before.origin;
			this.table = before.table.cutTo(block);
			this.#numbered = block.numbered;
			this.#reached = block.reached;
			this.#take(block.item);
		} else {
			this.origin = {};
			this.table = new RowTable(Math.min(items.length, mostRoom));
			this.#take(0);
		}
	}

	/** Rows before the last block: whoever goes on from here keeps them. */
	get settled(): number {
		return this.#block.rows;
	}

	/** Adds the rows of steps that are still to come. */
	promise(promises: readonly Promised[]): void {
		for (const { id, chap } of promises)
			this.#push({
				first: -1,
				last: -1,
				step: stepNumber(id),
				chap: chapters.indexOf(chap),
				fold: noFold,
				counts: true
			});
	}

	/** Whether only items at the end have come since. What frames carried may still grow: those are cut anew. */
	#continues(before: RowCutter): boolean {
		const [now, then] = [this.#how, before.#how];
		return (
			then.recording === now.recording &&
			then.detail === now.detail &&
			then.opened === now.opened &&
			then.unfolded === now.unfolded &&
			before.#tries === this.#tries &&
			before.#boots === this.#boots &&
			!now.frames &&
			!then.frames
		);
	}

	/** Cuts all items from one on. */
	#take(from: number): void {
		const { items } = this.#how.recording;
		const { id, flags, try: tries } = items.columns;
		this.#beginBlock(from);
		for (let k = from; k < items.length;) {
			this.#beginBlock(k);
			const attempt = tries.at(k);
			if (attempt > 0 && attempt < items.tries) k = this.#takeTry(k);
			else if (!isShown(this.#how.detail, id.at(k), flags.at(k))) k++;
			else if (id.at(k) === ioStep) k = this.#takeIo(k);
			else this.#pushItem(k++, noFold, true);
		}
	}

	#beginBlock(item: number): void {
		const block = this.#block;
		block.item = item;
		block.rows = this.table.length;
		block.steps = this.table.steps;
		block.folds = this.table.folds.length;
		block.numbered = this.#numbered;
		block.reached = this.#reached;
	}

	/** A try that was refused, from its first item to its last: one row, or when opened all of them. */
	#takeTry(from: number): number {
		const { items } = this.#how.recording;
		const { id, flags, try: tries, chap } = items.columns;
		let to = from;
		while (to < items.length && tries.at(to) === tries.at(from)) to++;
		let head = from;
		for (let k = to - 1; k >= from; k--)
			if (asksForStreams.has(id.at(k)) && (flags.at(k) & flag.reply) === 0) head = k;
		const last = to - 1;
		const fold = this.#addFold({ kind: 'refused-try', first: from, last, count: to - from, head });
		// A try goes the whole way, but the story has only come to asking.
		const told = chap.at(head);
		if (this.#isOpen(fold))
			for (let k = from; k < to; k++)
				this.#push({ first: k, last: k, step: id.at(k), chap: told, fold, counts: false });
		else this.#push({ first: from, last, step: id.at(head), chap: told, fold, counts: false });
		return to;
	}

	/**
	 * Chunks that follow one another: one row for all of one command, from its first key to what it printed last. At
	 * level 1 all that was said is one row.
	 */
	#takeIo(from: number): number {
		const { detail, unfolded } = this.#how;
		const { id } = this.#how.recording.items.columns;
		const { last, count } = this.#chunksFrom(from);
		// Unfolded they are counted as if they were not: a step has one number on either clock.
		const many = count >= (detail === 1 ? 2 : foldIoFrom);
		const folds = many && !unfolded;
		const fold = folds
			? this.#addFold({ kind: 'io', first: from, last, count, head: from })
			: noFold;
		const chunk = { step: ioStep, chap: talkChapter, fold };
		if (folds && !this.#isOpen(fold)) this.#push({ ...chunk, first: from, last, counts: true });
		else
			for (let k = from; k <= last; k++)
				if (id.at(k) === ioStep)
					this.#push({ ...chunk, first: k, last: k, counts: !many || k === from });
		return last + 1;
	}

	/** The last chunk that belongs with the one at `from`, and how many there are. */
	#chunksFrom(from: number): { last: number; count: number } {
		const { detail, recording } = this.#how;
		const { items } = recording;
		const { id, flags, try: tries } = items.columns;
		let last = from;
		let count = 0;
		let entered = false;
		for (let k = from; k < items.length; k++) {
			if (id.at(k) !== ioStep || tries.at(k) !== tries.at(from)) {
				if (isShown(detail, id.at(k), flags.at(k))) break;
				continue;
			}
			const typed = detail > 1 && isTyped(items.at(k)!);
			if (typed && entered) break;
			entered ||= typed && this.#isEnter(items.at(k)!);
			last = k;
			count++;
		}
		return { last, count };
	}

	/** Whether a chunk ends a typed line. What was pasted whole is a command of its own too. */
	#isEnter(item: Item): boolean {
		return item.carried < 4096 && /[\r\n]/.test(payloadText(this.#how.recording, item) ?? '');
	}

	#addFold(found: Omit<FoldAt, 'id' | 'open'>): number {
		const { detail, opened, recording } = this.#how;
		const item = recording.items.at(found.first)!;
		const id = `${found.kind}:${item.s}:${item.try ?? ''}`;
		const open = detail > 1 && opened.has(id);
		return this.table.folds.push({ ...found, id, open }) - 1;
	}

	#isOpen(fold: number): boolean {
		return this.table.folds[fold]!.open;
	}

	#pushItem(k: number, fold: number, counts: boolean): void {
		const { id, chap } = this.#how.recording.items.columns;
		this.#push({ first: k, last: k, step: id.at(k), chap: chap.at(k), fold, counts });
	}

	/** Adds a row, numbers it, and gives it its chapter, which within one exec only goes forward. */
	#push({ first, last, step, chap, fold, counts }: Step): void {
		const at = this.#boots ? bootChapter : chap;
		const again = this.#reached >= endChapter && startsAnew.has(step);
		const opens = again || at > this.#reached;
		this.#reached = again ? at : Math.max(this.#reached, at);
		if (counts) this.#numbered++;
		const numbered = this.#numbered;
		const failed = this.#hasFailed(first, fold);
		this.table.push({ first, last, fold, part: 0, numbered, chap: this.#reached, opens, failed });
		if (first < 0) return;
		this.#addStop(first, last);
		if (first === last && this.#how.frames) this.#addParts(first, failed);
	}

	/** A try that was refused failed, whatever it began with. */
	#hasFailed(first: number, fold: number): boolean {
		const found = this.table.folds[fold];
		if (found?.kind === 'refused-try' && !found.open) return true;
		return first >= 0 && (this.#how.recording.items.columns.flags.at(first) & flag.failed) !== 0;
	}

	#addStop(first: number, last: number): void {
		const { t, flags } = this.#how.recording.items.columns;
		const call = (flags.at(first) & flag.arrow) === 0;
		this.table.stops.push({ at: last, t: t.at(first), end: t.at(last), call });
	}

	/** The frames of a step, each in a row of its own below it; not one that only repeats the step. */
	#addParts(item: number, failed: boolean): void {
		const { frames, detail } = this.#how;
		const count = frames?.count(item) ?? 0;
		const firstPart = frames?.isEcho(item) ? 2 : 1;
		const perFrame = detail === 4 ? 2 : 1;
		const below = { first: item, last: item, fold: noFold, opens: false, failed };
		const placed = { numbered: this.#numbered, chap: this.#reached };
		for (let k = 0; k < count; k++)
			for (let part = firstPart; part <= perFrame; part++)
				this.table.push({ ...below, ...placed, part: 2 * k + part });
	}
}

/** Rows for which there is room at once; a long run may fold into few. */
const mostRoom = 4096;
const bootChapter = chapters.indexOf('boot');
const talkChapter = chapters.indexOf('talk');
const endChapter = chapters.indexOf('end');
const storyNumbers = stepNumbers(storySteps);
const asksForStreams = stepNumbers(streamRequests);
const startsAnew = stepNumbers(beginsAgain);

/** Whether a level shows a step with these flags. The story leaves out answers, but never what failed. */
export function isShown(detail: Detail, step: number, flags: number): boolean {
	if (detail > 1 || step === unknownStep || (flags & flag.failed) !== 0) return true;
	return storyNumbers.has(step) && (flags & flag.reply) === 0;
}

/** Whether a chunk was typed, and not printed. */
export const isTyped = (chunk: Item): boolean => chunk.from !== 'container';
