import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { Facts, HoldState, Span } from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import { upgrades } from '../trace/step-sets.ts';
import { steps, type StepId, type StepShape, type Wire } from '../trace/steps.ts';
import { flag, laneIds, stepIds } from './columns.ts';
import type { Items } from './items.ts';

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
		const index = this.#items.answers.questionOf(this.index);
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
	/** How many bytes it took on the first socket that they crossed; undefined where none were recorded. */
	get size(): number | undefined {
		const { sent } = this;
		const here = sent.filter(({ c, dir }) => c === sent[0]!.c && dir === sent[0]!.dir);
		return sent.length === 0 ? undefined : here.reduce((sum, { len }) => sum + len, 0);
	}
	/** Where the bytes are: the spans on each socket they crossed, in order. */
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
