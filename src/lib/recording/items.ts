import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { Facts, HoldState, Span } from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import { upgrades } from '../trace/step-sets.ts';
import { steps, type StepId, type StepShape, type Wire } from '../trace/steps.ts';
import { Column, lastUpTo } from './column.ts';
import type { Batch } from './batch.ts';
import {
	appendTo,
	directions,
	flag,
	ioStep,
	itemColumns,
	laneIds,
	makeTable,
	sentColumns,
	stepIds,
	stepNumber,
	unknownStep
} from './columns.ts';
import type { TextStore } from './text-store.ts';

export interface HoldMark {
	readonly i: number;
	readonly t: number;
	readonly s: string;
	readonly try: number | undefined;
	readonly by: string;
	readonly state: HoldState;
	/** Microseconds since `t0` at which a real time-out ends the wait. */
	readonly until: number | null;
}

/** Where a step's bytes are on one socket, and when they were seen there: microseconds since the header's `t0`. */
export interface Sent extends Span {
	t: number;
}

/**
 * The steps and calls of a run, in order, kept as columns. `at(k)` gives one as an object that reads its columns
 * when asked, and its words and facts from its line; nothing is kept for those that nobody looks at.
 */
export class Items implements Iterable<Item> {
	readonly columns = makeTable(itemColumns);
	/** Index of the item that one answers, or -1; and the other way round. */
	readonly answers = new Column(Int32Array);
	readonly answeredBy = new Column(Int32Array);
	readonly #ms = new Map<number, number>();
	readonly #holds = new Map<number, HoldMark[]>();
	readonly #sent = makeTable(sentColumns);
	/** Row of `#sent` that holds an item's first span, its last, and for each span the one after it; or -1. */
	readonly #firstSent = new Column(Int32Array);
	readonly #lastSent = new Column(Int32Array);
	readonly #nextSent = new Column(Int32Array);
	/** Questions that nobody has answered yet, by step. */
	readonly #open = new Map<number, number[]>();
	readonly #lines = new Map<number, Record<string, unknown>>();
	readonly #text: TextStore;
	readonly #connections: readonly string[];
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

	findLast(wanted: (item: Item) => boolean): Item | undefined {
		for (let k = this.length - 1; k >= 0; k--) {
			const item = new Item(this, k);
			if (wanted(item)) return item;
		}
		return undefined;
	}

	some(wanted: (item: Item) => boolean): boolean {
		return this.find(wanted) !== undefined;
	}

	/** All of one step, replies not among them. A search over numbers: fit for every change of the page. */
	ofStep(id: StepId): Item[] {
		const found: Item[] = [];
		const wanted = stepNumber(id);
		const { id: ids, flags } = this.columns;
		for (let k = 0; k < this.length; k++)
			if (ids.array[k] === wanted && (flags.array[k]! & flag.reply) === 0)
				found.push(new Item(this, k));
		return found;
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
		for (let k = first; k < this.length; k++) {
			this.#firstSent.push(-1);
			this.#lastSent.push(-1);
			this.answers.push(-1);
			this.answeredBy.push(-1);
			this.#pair(k);
			this.tries = Math.max(this.tries, this.columns.try.at(k));
		}
		const returned = batch.returns.of.every((of, k) => this.#return(of, batch.returns.ms[k]!));
		return this.#takeSent(batch) && returned;
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

	#takeSent(batch: Batch): boolean {
		const first = this.#sent.of.length;
		appendTo<typeof sentColumns>(this.#sent, batch.sent, 0);
		let good = true;
		for (let k = first; k < this.#sent.of.length; k++) {
			this.#nextSent.push(-1);
			const index = this.ofLine(this.#sent.of.at(k));
			good &&= index >= 0;
			if (index < 0) continue;
			const last = this.#lastSent.at(index);
			if (last < 0) this.#firstSent.array[index] = k;
			else this.#nextSent.array[last] = k;
			this.#lastSent.array[index] = k;
		}
		return good;
	}

	#return(of: number, ms: number): boolean {
		const index = this.ofLine(of);
		if (index >= 0) this.#ms.set(index, ms);
		return index >= 0;
	}

	/** Finds the open question that item `k` answers: of the same step and lanes, the latest without an answer. */
	#pair(k: number): void {
		const { id, flags, repeat, from, to } = this.columns;
		const step = id.at(k);
		if (step === unknownStep) return;
		const isReply = (flags.at(k) & flag.reply) !== 0;
		const asked = isReply ? step : answered[step]!;
		if (asked >= 0) {
			const open = this.#open.get(asked) ?? [];
			const same = isReply ? open.findIndex((q) => repeat.at(q) === repeat.at(k)) : -1;
			const back = open.findLastIndex((q) => from.at(q) === to.at(k) && to.at(q) === from.at(k));
			const place = same >= 0 ? same : back >= 0 ? back : open.length - 1;
			const [question] = place >= 0 ? open.splice(place, 1) : [];
			if (question !== undefined) {
				this.answers.array[k] = question;
				this.answeredBy.array[question] = k;
			}
		}
		if (isReply || step === ioStep) return;
		const open = this.#open.get(step);
		if (!open) this.#open.set(step, [k]);
		else if (open.push(k) > keptQuestions) open.shift();
	}
}

const noHolds: readonly HoldMark[] = [];
/** Lines kept parsed: more than a screen shows. */
const keptLines = 2048;
/** Calls and one-way messages are never answered; a search for a question need not go past all of them. */
const keptQuestions = 256;
/** How many items later a hold line may still speak of one. */
const holdsReach = 10_000;
/** By step, the step that it answers, or -1. */
const answered = stepIds.map((id) => {
	const shape: StepShape = steps[id];
	return stepIds.findIndex((asked) => asked === shape.answers);
});

/** One step or call of a run. A live run grows at its end; of an item only `ms`, `sent` and `holds` come later. */
export class Item {
	readonly #items: Items;
	/** Place among the items, from 0. */
	readonly index: number;

	constructor(items: Items, index: number) {
		this.#items = items;
		this.index = index;
	}

	/** Number of its line. */
	get i(): number {
		return this.#items.columns.i.at(this.index);
	}
	/** Microseconds since the header's `t0`. */
	get t(): number {
		return this.#items.columns.t.at(this.index);
	}
	get kind(): 'arrow' | 'call' {
		return this.#has(flag.arrow) ? 'arrow' : 'call';
	}
	/** The step's name as recorded: `cri-exec`, `list-containers#2`, `websocket-exec:reply`. */
	get s(): string {
		const { id, repeat } = this;
		if (!id) return String(this.#items.lineOf(this.index).s);
		return `${id}${this.reply ? ':reply' : ''}${repeat > 1 ? `#${repeat}` : ''}`;
	}
	get id(): StepId | undefined {
		return stepIds[this.#items.columns.id.at(this.index)];
	}
	get reply(): boolean {
		return this.#has(flag.reply);
	}
	get repeat(): number {
		return this.#items.columns.repeat.at(this.index);
	}
	get try(): number | undefined {
		return this.#items.columns.try.at(this.index) || undefined;
	}
	get from(): LaneId {
		return laneIds[this.#items.columns.from.at(this.index)]!;
	}
	get to(): LaneId {
		return laneIds[this.#items.columns.to.at(this.index)]!;
	}
	/** How an arrow travels; calls have none. */
	get wire(): Wire | undefined {
		return this.kind === 'arrow' ? wireOf(this.id, this.reply) : undefined;
	}
	get chap(): ChapterId {
		return chapters[this.#items.columns.chap.at(this.index)]!;
	}
	/** What is said on the arrow. */
	get n(): string {
		return String(this.#items.lineOf(this.index).n ?? '');
	}
	get facts(): Facts {
		const { facts } = this.#items.lineOf(this.index);
		return typeof facts === 'object' && facts !== null ? (facts as Facts) : {};
	}
	/** The function that a call enters. */
	get fn(): string | undefined {
		const { fn } = this.#items.lineOf(this.index);
		return fn === undefined ? undefined : String(fn);
	}
	/** Index of the item that this one answers. */
	get answers(): number | undefined {
		const index = this.#items.answers.at(this.index);
		return index < 0 ? undefined : index;
	}
	/** Of a chunk: how many bytes it carried. */
	get carried(): number {
		return this.#items.columns.carried.at(this.index);
	}
	/** HTTP status of an answer. */
	get status(): number | undefined {
		return this.#items.columns.status.at(this.index) || undefined;
	}
	/** Milliseconds until a call returned. */
	get ms(): number | undefined {
		return this.#items.msOf(this.index);
	}
	/** Where the bytes are: one span for each socket they crossed, in order. */
	get sent(): Sent[] {
		return this.#items.sentOf(this.index);
	}
	/** The answer is a refusal or a failure. */
	get failed(): boolean {
		return this.#has(flag.failed);
	}
	/** What became of the holds on it, in order. */
	get holds(): readonly HoldMark[] {
		return this.#items.holdsOf(this.index);
	}

	#has(bit: number): boolean {
		return (this.#items.columns.flags.at(this.index) & bit) !== 0;
	}
}

/** An upgrade is asked for in SPDY's or WebSocket's name, but a refusal of it is plain HTTP. */
function wireOf(id: StepId | undefined, reply: boolean): Wire {
	const shape: StepShape | undefined = id && steps[id];
	return reply && id && upgrades.has(id) ? 'H' : (shape?.wire ?? 'H');
}
