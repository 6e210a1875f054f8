import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { StepId } from '../trace/steps.ts';
import { Answers } from './answers.ts';
import type { Batch } from './batch.ts';
import { Column, lastUpTo } from './column.ts';
import {
	appendTo,
	directions,
	flag,
	ioStep,
	itemColumns,
	laneIds,
	makeTable,
	sentColumns,
	stepNumber
} from './columns.ts';
import { Item, type HoldMark, type Sent } from './item.ts';
import type { TextStore } from './text-store.ts';

/**
 * The steps and calls of a run, in order, kept as columns. `at(k)` gives one as an object that reads its columns
 * when asked, and its words and facts from its line; nothing is kept for those that nobody looks at.
 */
export class Items implements Iterable<Item> {
	readonly columns = makeTable(itemColumns);
	readonly answers = new Answers(this.columns);
	readonly #ms = new Map<number, number>();
	readonly #holds = new Map<number, HoldMark[]>();
	readonly #sent = makeTable(sentColumns);
	/**
	 * Row of `#sent` that holds an item's first span, its last, and for each span the one after it; or -1. An item whose
	 * spans are rows 3, 7 and 8 has 3 and 8 here, and the next of 3 is 7, of 7 is 8, of 8 is -1.
	 */
	readonly #firstSent = new Column(Int32Array);
	readonly #lastSent = new Column(Int32Array);
	readonly #nextSent = new Column(Int32Array);
	readonly #lines = new Map<number, Record<string, unknown>>();
	readonly #text: TextStore;
	readonly #connections: readonly string[];
	/** Which items are of a step, or replies to it, by `stepKey`, and which are chunks that a container printed. */
	readonly #ofStep = new Map<number, Column<Int32Array>>();
	readonly #printed = new Column(Int32Array);
	/** Lanes and chapters that some item is in, a bit each. */
	#lanes = 0;
	#chapters = 0;
	/** Highest attempt of the exec: links and plain step names mean this one. */
	tries = 1;

	constructor(text: TextStore, connections: readonly string[]) {
		this.#text = text;
		this.#connections = connections;
	}

	get length(): number {
		return this.columns.i.length;
	}

	at(k: number): Item | undefined {
		const index = k < 0 ? this.length + k : k;
		return index >= 0 && index < this.length ? new Item(this, index) : undefined;
	}

	*[Symbol.iterator](): Iterator<Item> {
		for (let k = 0; k < this.length; k++) yield new Item(this, k);
	}

	find(wanted: (item: Item) => boolean): Item | undefined {
		for (const item of this) if (wanted(item)) return item;
		return undefined;
	}

	/** Whether any item begins or ends in a lane. */
	hasLane(lane: LaneId): boolean {
		return (this.#lanes & (1 << laneIds.indexOf(lane))) !== 0;
	}

	hasChapter(chap: ChapterId): boolean {
		return (this.#chapters & (1 << chapters.indexOf(chap))) !== 0;
	}

	/** All of one step, replies not among them. */
	ofStep(id: StepId): Item[] {
		return Array.from(this.indexesOf(id, false), (k) => new Item(this, k));
	}

	/** Where all of one step stand, or all replies to it. */
	indexesOf(id: StepId, replies: boolean): Int32Array {
		const found = this.#ofStep.get(stepKey(stepNumber(id), replies));
		return found ? found.array.subarray(0, found.length) : none;
	}

	/** The newest chunk that a container printed, at or before item `k`. */
	printedBefore(k: number): Item | undefined {
		const { array, length } = this.#printed;
		const newest = lastUpTo(array, length, k);
		return newest < 0 ? undefined : this.at(array[newest]!);
	}

	/** Index of the item whose line has this number; -1 when that line is no item. */
	ofLine(i: number): number {
		const { i: numbers } = this.columns;
		const k = lastUpTo(numbers.array, this.length, i);
		return k >= 0 && numbers.at(k) === i ? k : -1;
	}

	/** Takes what the scanner read; `base` is where the batch's bytes begin in the text. False: a line was wrong. */
	take(batch: Batch, base: number): boolean {
		const first = this.length;
		appendTo<typeof itemColumns>(this.columns, batch.items, base);
		const count = this.length - first;
		this.#firstSent.extend(count, -1);
		this.#lastSent.extend(count, -1);
		this.answers.extend(count);
		for (let k = first; k < this.length; k++) {
			this.answers.take(k);
			this.#find(k);
			this.tries = Math.max(this.tries, this.columns.try.at(k));
			this.#lanes |= (1 << this.columns.from.at(k)) | (1 << this.columns.to.at(k));
			this.#chapters |= 1 << this.columns.chap.at(k);
		}
		let good = this.#takeSent(batch);
		batch.returns.of.forEach((of, k) => {
			if (!this.#return(of, batch.returns.ms[k]!)) good = false;
		});
		return good;
	}

	#find(k: number): void {
		const { id, flags, from } = this.columns;
		const step = id.at(k);
		const isReply = (flags.at(k) & flag.reply) !== 0;
		const key = stepKey(step, isReply);
		let known = this.#ofStep.get(key);
		if (!known) this.#ofStep.set(key, (known = new Column(Int32Array, 16)));
		known.push(k);
		if (step === ioStep && !isReply && from.at(k) === containerLane) this.#printed.push(k);
	}

	hold(mark: HoldMark): boolean {
		const index = this.#newest(mark.s, mark.try);
		if (index < 0) return false;
		const marks = this.#holds.get(index);
		if (marks) marks.push(mark);
		else this.#holds.set(index, [mark]);
		return true;
	}

	/** A hold line follows the step that it is about: the newest of that name, not far behind. */
	#newest(s: string, attempt: number | undefined): number {
		const least = Math.max(0, this.length - holdsReach);
		for (let k = this.length - 1; k >= least; k--) {
			const item = new Item(this, k);
			if (item.s === s && (attempt ?? item.try) === item.try) return k;
		}
		return -1;
	}

	/** The item at which a program is stopped now, if one is. */
	waiting(): Item | undefined {
		let newest = -1;
		for (const [index, marks] of this.#holds)
			if (marks.at(-1)?.state === 'waiting') newest = Math.max(newest, index);
		return this.at(newest < 0 ? this.length : newest);
	}

	holdsOf(index: number): readonly HoldMark[] {
		return this.#holds.get(index) ?? noHolds;
	}

	msOf(index: number): number | undefined {
		return this.#ms.get(index);
	}

	sentOf(index: number): Sent[] {
		const spans: Sent[] = [];
		const { c, dir, o, len, t } = this.#sent;
		for (let k = this.#firstSent.at(index); k >= 0; k = this.#nextSent.at(k))
			spans.push({
				c: this.#connections[c.at(k)]!,
				dir: directions[dir.at(k) as 0 | 1],
				o: o.at(k),
				len: len.at(k),
				t: t.at(k)
			});
		return spans;
	}

	/** The line of an item, parsed anew, or from the few that were looked at last. */
	lineOf(index: number): Record<string, unknown> {
		const known = this.#lines.get(index);
		if (known) return known;
		if (this.#lines.size >= keptLines) this.#lines.clear();
		const { at, length } = this.columns;
		const line = this.#text.parse(at.at(index), length.at(index)) ?? {};
		this.#lines.set(index, line);
		return line;
	}

	/** Hangs each span behind those of its step; false when a line names no step. */
	#takeSent(batch: Batch): boolean {
		const first = this.#sent.of.length;
		appendTo<typeof sentColumns>(this.#sent, batch.sent, 0);
		let good = true;
		for (let k = first; k < this.#sent.of.length; k++) {
			this.#nextSent.push(-1);
			const index = this.ofLine(this.#sent.of.at(k));
			if (index >= 0) this.#hang(k, index);
			else good = false;
		}
		return good;
	}

	#hang(span: number, index: number): void {
		const last = this.#lastSent.at(index);
		if (last < 0) this.#firstSent.array[index] = span;
		else this.#nextSent.array[last] = span;
		this.#lastSent.array[index] = span;
	}

	#return(of: number, ms: number): boolean {
		const index = this.ofLine(of);
		if (index >= 0) this.#ms.set(index, ms);
		return index >= 0;
	}
}

const stepKey = (step: number, isReply: boolean) => step * 2 + Number(isReply);
const none = new Int32Array();
const containerLane = laneIds.indexOf('container');
const noHolds: readonly HoldMark[] = [];
/** Lines kept parsed: more than a screen shows. */
const keptLines = 2048;
/** How many items later a hold line may still speak of one. */
const holdsReach = 10_000;
