import { lastUpTo, lastWhere } from '../recording/column.ts';
import { flag, ioStep, stepNumber } from '../recording/columns.ts';
import type { Recording } from '../recording/recording.ts';
import type { Stops } from '../recording/stops.ts';
import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { Promised } from './promise.ts';
import { isShown, RowCutter } from './row-cutter.ts';
import { RowReader } from './row-reader.ts';
import type { ChapterAt, FoldAt, RowTable } from './row-table.ts';
import type { Detail, FrameSource, Row } from './row.ts';

export type { Detail, FrameSource, Row } from './row.ts';

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

/** Beyond this many steps their frames are not drawn one and all: the panel has those of the step that is looked at. */
export const framedSteps = 2000;

const none: ReadonlySet<string> = new Set();

/**
 * The rows of the ladder: which items stand in it at a level of detail, what is folded into one row, and what is
 * promised below. Where a row stands in pixels is in `step-places.ts` and `time-places.ts`.
 */
export class Rows implements Iterable<Row> {
	readonly #recording: Recording;
	readonly #cutter: RowCutter;
	readonly #table: RowTable;
	readonly #reader: RowReader;
	/** Steps that have happened; promised ones follow. */
	readonly happened: number;
	/** Frames would be too many to be drawn. */
	readonly unframed: boolean;
	/** The same object in all rows that only grew from one another: as many as are settled are the same in all later ones. */
	readonly origin: object;
	readonly settled: number;

	constructor(
		recording: Recording,
		detail: Detail,
		{ opened = none, promises = [], frames, unfolded = false, after }: RowOptions = {}
	) {
		this.#recording = recording;
		const framed = frames !== undefined && detail > 2;
		this.unframed = framed && recording.items.length > framedSteps;
		const drawn = framed && !this.unframed ? frames : undefined;
		const how = { recording, detail, opened, unfolded: unfolded && detail > 1, frames: drawn };
		this.#cutter = new RowCutter(how, after && after.#cutter);
		this.#table = this.#cutter.table;
		this.origin = this.#cutter.origin;
		this.settled = this.#cutter.settled;
		this.happened = this.#table.steps;
		const promised = promises.filter(({ id, reply }) =>
			isShown(detail, stepNumber(id), reply ? flag.reply : 0)
		);
		this.#cutter.promise(promised);
		this.#reader = new RowReader(recording, detail, this.#table, promised, drawn);
	}

	get length(): number {
		return this.#table.length;
	}

	/** Rows that are steps, promised ones among them; the others are frames of the step above. */
	get steps(): number {
		return this.#table.steps;
	}

	/** The row of a step; -1 before the first. */
	rowOf(step: number): number {
		return step < 0 ? -1 : this.#table.stepRow.at(Math.min(step, this.steps - 1));
	}

	/** The step that a row belongs to. */
	stepOf(row: number): number {
		return this.#table.stepOf(row);
	}

	at(k: number): Row | undefined {
		return this.#reader.at(k);
	}

	*[Symbol.iterator](): Iterator<Row> {
		for (let k = 0; k < this.length; k++) yield this.at(k)!;
	}

	/** The row that shows an item: the last one that begins at or before it; -1 before the first. */
	of(item: number): number {
		return item < 0 ? -1 : this.rowOf(lastUpTo(this.#table.stepFirst.array, this.happened, item));
	}

	/** The row with a number in the gutter. */
	withNumber(number: number): Row | undefined {
		const { numbered } = this.#table;
		if (number < 1) return undefined;
		return this.at(lastWhere(this.length, (k) => numbered[k]! < number) + 1);
	}

	/** The items that a row stands for. */
	firstOf(k: number): number {
		return this.#table.first[k]!;
	}
	lastOf(k: number): number {
		return this.#table.last[k]!;
	}
	opensAt(k: number): boolean {
		return this.#table.opens[k]! === 1;
	}
	chapAt(k: number): ChapterId {
		return chapters[this.#table.chap[k]!]!;
	}
	/** The row stands for a try that was refused, and tells it in one line. */
	isFoldedTry(k: number): boolean {
		// Asked of every row of a long run, which seldom has any.
		if (this.#table.folds.length === 0) return false;
		const fold = this.#foldAt(k);
		return fold !== undefined && fold.kind === 'refused-try' && !fold.open;
	}
	isIo(k: number): boolean {
		const first = this.firstOf(k);
		return first >= 0 && this.#recording.items.columns.id.at(first) === ioStep;
	}
	/** Something in the row failed. */
	hasFailed(k: number): boolean {
		return this.#table.failed[k]! === 1;
	}

	/** The fold that hides an item, if one does: a link to the item opens it. */
	foldHiding(item: number): string | undefined {
		const k = this.of(item);
		const fold = k < 0 ? undefined : this.#foldAt(k);
		return fold && !fold.open && fold.head !== item ? fold.id : undefined;
	}

	/** What one press of Next moves over. */
	stops(): Stops {
		return this.#table.stops;
	}

	/** The chapters that the steps are in, in order, promised ones among them. */
	chapters(): readonly ChapterAt[] {
		return this.#table.chapters;
	}

	#foldAt(k: number): FoldAt | undefined {
		return this.#table.folds[this.#table.fold[k]!];
	}
}
