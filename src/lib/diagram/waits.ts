import { Column, lastUpTo } from '../recording/column.ts';
import type { Items } from '../recording/items.ts';
import { flag, laneIds, stepNumbers, unknownStep } from '../recording/columns.ts';
import type { LaneId } from '../trace/lanes.ts';
import { endsAnUpgrade, neverAnswered, upgrades } from '../trace/step-sets.ts';
import type { Rows } from './rows.ts';

/** A lane waits for an answer, from one row to another: the bar on its lifeline. */
export interface WaitBar {
	lane: LaneId;
	from: number;
	to: number;
}

const blockSize = 256;
/** Of the blocks in which something waits no more are looked at again; one that is not is only asked in vain later. */
const openLooked = 64;

/**
 * Who waits for an answer, and until when. Reckoned over all items, so that an answer which a level hides still ends
 * the wait. Made for a recording as it stands; a view then asks for the bars that cross it.
 */
export class Waits {
	readonly #items: Items;
	/** Where the 101 answers came that end the upgrades still open. */
	readonly #switches: Int32Array;
	/**
	 * For each block of items the farthest end of a wait that begins in it: a view of rows 5000 to 5040 need not look at
	 * the waits of a block all of which end before.
	 */
	readonly #reach: Column<Float64Array>;
	/** Blocks in which something still waits: as a run grows, only their reach and that of new ones can be another. */
	readonly #open: number[] = [];

	/** `before` are the waits of the same recording as it stood earlier. */
	constructor(items: Items, before?: Waits) {
		this.#items = items;
		this.#switches = switchesIn(items);
		const earlier = before && before.#items === items ? before : undefined;
		this.#reach = earlier ? earlier.#reach : new Column(Float64Array, 16);
		if (earlier) for (const block of earlier.#open.slice(-openLooked)) this.#reckon(block);
		while (this.#reach.length * blockSize < items.length) {
			this.#reach.push(-1);
			this.#reckon(this.#reach.length - 1);
		}
	}

	#reckon(block: number): void {
		const end = Math.min(this.#items.length, (block + 1) * blockSize);
		let reach = -1;
		for (let k = block * blockSize; k < end; k++)
			if (this.#asks(k)) reach = Math.max(reach, this.#endOf(k));
		this.#reach.array[block] = reach;
		if (reach === Infinity || end < (block + 1) * blockSize) this.#open.push(block);
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
			if (this.#reach.at(block) < from) continue;
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
	 * and `cri-handler` wait for the one `switching-protocols`. Where somebody between translates, it is for that one:
	 * who asked before still waits for a 101 of its own, or has had it.
	 */
	#switchAfter(k: number): number {
		const { from, to } = this.#items.columns;
		const asked = depthOf(from.at(k));
		for (let at = lastUpTo(this.#switches, this.#switches.length, k) + 1; ; at++) {
			const found = this.#switches[at];
			if (found === undefined) return Infinity;
			if (depthOf(to.at(found)) <= asked) return found;
		}
	}
}

/** Of all 101 answers the places, in order. */
function switchesIn(items: Items): Int32Array {
	const found = Array.from(endsAnUpgrade, (id) => items.indexesOf(id, false));
	const some = found.filter(({ length }) => length > 0);
	return some.length > 1
		? Int32Array.from(some.flatMap((each) => [...each])).sort()
		: (some[0] ?? none);
}

const none = new Int32Array();

/** How far inside a lane stands. Whoever starts a run stands where kubectl does. */
const depthOf = (lane: number): number => Math.max(lane, kubectlLane);
const kubectlLane = laneIds.indexOf('kubectl');
const upgradeNumbers = stepNumbers(upgrades);
const neverAnsweredNumbers: ReadonlySet<number> = new Set([
	...stepNumbers(neverAnswered),
	unknownStep
]);
