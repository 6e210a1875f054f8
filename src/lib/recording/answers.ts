import { steps, type StepShape } from '../trace/steps.ts';
import { Column } from './column.ts';
import { flag, ioStep, stepIds, unknownStep, type itemColumns, type Table } from './columns.ts';

/** Which item answers which. The recording does not say so: it follows from names, lanes and order. */
export class Answers {
	readonly #columns: Table<typeof itemColumns>;
	readonly #questionOf = new Column(Int32Array);
	readonly #answerTo = new Column(Int32Array);
	/** Questions that nobody has answered yet, by step, the oldest first. */
	readonly #open = new Map<number, number[]>();

	constructor(columns: Table<typeof itemColumns>) {
		this.#columns = columns;
	}

	/** Index of the item that item `k` answers, or -1. */
	questionOf(k: number): number {
		return this.#questionOf.at(k);
	}

	/** Index of the item that answers item `k`, or -1. */
	answerTo(k: number): number {
		return this.#answerTo.at(k);
	}

	/** Makes room for the items that are taken next. */
	extend(count: number): void {
		this.#questionOf.extend(count, -1);
		this.#answerTo.extend(count, -1);
	}

	/** Takes the next item: it may answer one before it, and may be answered by one after it. */
	take(k: number): void {
		const { id, flags } = this.#columns;
		const step = id.at(k);
		if (step === unknownStep) return;
		const isReply = (flags.at(k) & flag.reply) !== 0;
		const question = isReply
			? this.#takeQuestion(k, [step], true)
			: this.#takeQuestion(k, answered[step]!, false);
		this.#pair(k, question);
		if (!isReply && step !== ioStep) this.#ask(k, step);
	}

	#pair(k: number, question: number | undefined): void {
		if (question === undefined) return;
		this.#questionOf.array[k] = question;
		this.#answerTo.array[question] = k;
	}

	/**
	 * The open question that item `k` answers: `list-containers:reply#2` that of its own number. Else the newest that
	 * went the other way between the same lanes, else the newest of all.
	 */
	#takeQuestion(k: number, asked: readonly number[], isReply: boolean): number | undefined {
		let best: { of: number[]; place: number; fits: boolean } | undefined;
		for (const step of asked) {
			const of = this.#open.get(step);
			const found = of && this.#placeIn(of, k, isReply);
			if (!found) continue;
			const newer = !best || of[found.place]! > best.of[best.place]!;
			if (!best || (found.fits === best.fits ? newer : found.fits)) best = { of, ...found };
		}
		return best && best.of.splice(best.place, 1)[0];
	}

	/** Where in the open questions of one step item `k` finds its own; `fits`: by its number or its lanes. */
	#placeIn(open: readonly number[], k: number, isReply: boolean) {
		const { repeat, from, to } = this.#columns;
		const same = isReply ? open.findIndex((q) => repeat.at(q) === repeat.at(k)) : -1;
		if (same >= 0) return { place: same, fits: true };
		const back = open.findLastIndex((q) => from.at(q) === to.at(k) && to.at(q) === from.at(k));
		if (back >= 0) return { place: back, fits: true };
		return open.length > 0 ? { place: open.length - 1, fits: false } : undefined;
	}

	#ask(k: number, step: number): void {
		const open = this.#open.get(step);
		if (!open) this.#open.set(step, [k]);
		else if (open.push(k) > keptQuestions) open.shift();
	}
}

/** Calls and one-way messages are never answered; a search for a question need not go past all of them. */
const keptQuestions = 256;

/** By step, the steps that it may answer. */
const answered = stepIds.map((id) => {
	const shape: StepShape = steps[id];
	return stepIds.flatMap((asked, n) => (shape.answers?.includes(asked) ? [n] : []));
});
