import { Column, lastUpTo } from '../recording/column.ts';
import { Stops } from '../recording/stops.ts';
import type { Fold } from './row.ts';

/** A fold as it was found; what it says in words is read when its row is. */
export interface FoldAt {
	id: string;
	kind: Fold['kind'];
	/** Its items, from one to the other; `count` of them are of its kind. */
	first: number;
	last: number;
	count: number;
	open: boolean;
	/** The item that stands for all. */
	head: number;
}

/** One chapter: steps `[first, last]`, and the first of them that failed, or -1. */
export interface ChapterAt {
	chap: number;
	first: number;
	last: number;
	failed: number;
}

/** How much of a table there was at a moment. */
export interface Extent {
	rows: number;
	steps: number;
	folds: number;
}

/** What one row is, in numbers. */
export interface RowNumbers {
	/** Items that it stands for; both -1 in a promised row. */
	first: number;
	last: number;
	/** Its fold, or -1. */
	fold: number;
	/**
	 * 0 in the row of a step; in the rows below it 2k+1 for its frame k, and 2k+2 for the bytes of that frame: at level
	 * 4 a step of two frames has rows 0 1 2 3 4, at level 3 rows 0 1 3. A frame that only
	 * repeats its step has no row 1.
	 */
	part: number;
	/** How many rows have a number in the gutter so far, this one among them if it has one. */
	numbered: number;
	chap: number;
	/** It is the first row of its chapter. */
	opens: boolean;
	/** Something in it failed. */
	failed: boolean;
}

/** Rows in columns, so that a million steps have rows at once: the first `length` of each array, the rest is room. */
export class RowTable {
	length = 0;
	first: Int32Array;
	last: Int32Array;
	fold: Int32Array;
	part: Uint32Array;
	numbered: Uint32Array;
	chap: Uint8Array;
	opens: Uint8Array;
	failed: Uint8Array;
	/** Rows that are steps, and the first item of each that has happened. */
	stepRow: Column<Int32Array>;
	stepFirst: Column<Int32Array>;
	folds: FoldAt[] = [];
	/** Of the steps that have happened: what one press of Next moves over. */
	stops: Stops;
	chapters: ChapterAt[] = [];

	/** `room`: so many rows are known to come. */
	constructor(room: number) {
		this.first = new Int32Array(room);
		this.last = new Int32Array(room);
		this.fold = new Int32Array(room);
		this.part = new Uint32Array(room);
		this.numbered = new Uint32Array(room);
		this.chap = new Uint8Array(room);
		this.opens = new Uint8Array(room);
		this.failed = new Uint8Array(room);
		this.stepRow = new Column(Int32Array, room);
		this.stepFirst = new Column(Int32Array, room);
		this.stops = new Stops(room);
	}

	/** Rows that are steps, promised ones among them; the others are frames of the step above. */
	get steps(): number {
		return this.stepRow.length;
	}

	/** The step that a row belongs to. */
	stepOf(row: number): number {
		return lastUpTo(this.stepRow.array, this.steps, row);
	}

	/** What stands in the gutter; rows inside a fold, refused tries and frames have none. */
	numberAt(row: number): number | undefined {
		const number = this.numbered[row]!;
		return number > (row > 0 ? this.numbered[row - 1]! : 0) ? number : undefined;
	}

	push(row: RowNumbers): void {
		if (row.part === 0) {
			this.stepRow.push(this.length);
			this.stepFirst.push(row.first);
			this.#tell(row);
		}
		const k = this.length++;
		if (k === this.first.length) this.#grow(Math.max(16, 2 * k));
		this.first[k] = row.first;
		this.last[k] = row.last;
		this.fold[k] = row.fold;
		this.part[k] = row.part;
		this.numbered[k] = row.numbered;
		this.chap[k] = row.chap;
		this.opens[k] = row.opens ? 1 : 0;
		this.failed[k] = row.failed ? 1 : 0;
	}

	#grow(room: number): void {
		const larger = new RowTable(room);
		for (const name of arrays) larger[name].set(this[name]);
		Object.assign(this, pick(larger));
	}

	/** Puts a step in its chapter. */
	#tell({ chap, opens, failed }: RowNumbers): void {
		const step = this.steps - 1;
		const open = this.chapters.at(-1);
		if (!open || opens)
			this.chapters.push({ chap, first: step, last: step, failed: failed ? step : -1 });
		else {
			open.last = step;
			if (failed && open.failed < 0) open.failed = step;
		}
	}

	/** The beginning of the table as one that goes on in the same memory: this one must not be used any more. */
	cutTo({ rows, steps, folds }: Extent): RowTable {
		const table = new RowTable(0);
		Object.assign(table, pick(this));
		table.length = rows;
		table.stepRow = this.stepRow.cutTo(steps);
		table.stepFirst = this.stepFirst.cutTo(steps);
		table.folds = this.folds;
		table.folds.length = folds;
		table.stops = this.stops.cutTo(steps);
		table.chapters = this.#chaptersTo(steps);
		return table;
	}

	#chaptersTo(steps: number): ChapterAt[] {
		const { chapters } = this;
		while (chapters.length > 0 && chapters.at(-1)!.first >= steps) chapters.pop();
		const last = chapters.at(-1);
		if (last) {
			last.last = Math.min(last.last, steps - 1);
			if (last.failed >= steps) last.failed = -1;
		}
		return chapters;
	}
}

const arrays = ['first', 'last', 'fold', 'part', 'numbered', 'chap', 'opens', 'failed'] as const;

/** The arrays of a table, for one that goes on in them. */
function pick({ first, last, fold, part, numbered, chap, opens, failed }: RowTable) {
	return { first, last, fold, part, numbered, chap, opens, failed };
}
