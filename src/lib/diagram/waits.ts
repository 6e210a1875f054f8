import { lastUpTo } from '../recording/column.ts';
import type { Items } from '../recording/items.ts';
import { flag, laneIds, stepNumbers, unknownStep } from '../recording/columns.ts';
import type { LaneId } from '../trace/lanes.ts';
import { neverAnswered, upgrades } from '../trace/step-sets.ts';
import type { Rows } from './rows.ts';

/** A lane waits for an answer, from one row to another: the bar on its lifeline. */
export interface WaitBar {
	lane: LaneId;
	from: number;
	to: number;
}

const blockSize = 256;

/**
 * Who waits for an answer, and until when. Reckoned over all items, so that an answer which a level hides still ends
 * the wait. Made once for a recording as it stands; a view then asks for the bars that cross it.
 */
export class Waits {
	readonly #items: Items;
	/** Where the 101 answers came that end every upgrade still open. */
	readonly #switches: number[];
	/**
	 * For each block of items the farthest end of a wait that begins in it: a view of rows 5000 to 5040 need not look at
	 * the waits of a block all of which end before.
	 */
	readonly #reach: Float64Array;

	constructor(items: Items) {
		this.#items = items;
		this.#switches = items.ofStep('switching-protocols').map((item) => item.index);
		this.#reach = new Float64Array(Math.ceil(items.length / blockSize)).fill(-1);
		for (let k = 0; k < items.length; k++) {
			if (!this.#asks(k)) continue;
			const block = Math.floor(k / blockSize);
			this.#reach[block] = Math.max(this.#reach[block]!, this.#endOf(k));
		}
	}

	/** The bars of rows `[first, last]` once item `cursor` is shown; open ones end at the current row. */
	bars(rows: Rows, cursor: number, first: number, last: number): WaitBar[] {
		if (first > last || rows.happened === 0) return [];
		const end = rows.rowOf(rows.happened - 1);
		const from = rows.firstOf(Math.min(first, end));
		const to = Math.min(cursor, rows.lastOf(Math.min(last, rows.length - 1, end)));
		const current = rows.of(cursor);
		const bars: WaitBar[] = [];
		for (let block = 0; block * blockSize <= to; block++) {
			if (this.#reach[block]! < from) continue;
			const until = Math.min(to, (block + 1) * blockSize - 1);
			for (let k = block * blockSize; k <= until; k++) {
				if (!this.#asks(k) || this.#endOf(k) < from) continue;
				const row = Math.max(0, rows.of(k));
				if (rows.isFoldedTry(row)) continue;
				const answer = this.#endOf(k);
				const ends = answer > cursor ? current : rows.of(answer);
				if (row < ends) bars.push({ lane: this.#laneOf(k), from: row, to: ends });
			}
		}
		return bars;
	}

	/** Who waits for whom at the current row, outermost first: what a held step keeps waiting. */
	chain(rows: Rows, cursor: number): LaneId[] {
		const current = rows.of(cursor);
		const waiting = this.bars(rows, cursor, current, current)
			.filter((bar) => bar.to === current)
			.sort((a, b) => a.from - b.from)
			.map((bar) => bar.lane);
		return [...new Set(waiting)];
	}

	#laneOf(k: number): LaneId {
		return laneIds[this.#items.columns.from.at(k)]!;
	}

	#asks(k: number): boolean {
		const { flags, id } = this.#items.columns;
		const isRequest = (flags.at(k) & (flag.arrow | flag.reply)) === flag.arrow;
		return (
			isRequest && !neverAnsweredNumbers.has(id.at(k)) && this.#items.answers.questionOf(k) < 0
		);
	}

	/** The item that ends a wait; Infinity while none does. */
	#endOf(k: number): number {
		const answer = this.#items.answers.answerTo(k);
		const through = upgradeNumbers.has(this.#items.columns.id.at(k))
			? this.#switchAfter(k)
			: Infinity;
		return Math.min(answer < 0 ? Infinity : answer, through);
	}

	/**
	 * The 101 travels back through every proxy and so answers them all: `post-exec`, `kubelet-exec`, `follow-redirect`
	 * and `cri-handler` wait for the one `switching-protocols`.
	 */
	#switchAfter(k: number): number {
		const at = lastUpTo(this.#switches, this.#switches.length, k) + 1;
		return this.#switches[at] ?? Infinity;
	}
}

const upgradeNumbers = stepNumbers(upgrades);
const neverAnsweredNumbers: ReadonlySet<number> = new Set([
	...stepNumbers(neverAnswered),
	unknownStep
]);
