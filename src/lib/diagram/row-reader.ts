import { flag, ioStep } from '../recording/columns.ts';
import { stepKey } from '../recording/find-item.ts';
import { payloadText } from '../recording/payload.ts';
import type { Item, Recording } from '../recording/recording.ts';
import { chapters } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import { steps } from '../trace/steps.ts';
import type { Promised } from './promise.ts';
import { isTyped } from './row-cutter.ts';
import type { FoldAt, RowTable } from './row-table.ts';
import type { Detail, Fold, FrameSource, Row } from './row.ts';

/** Turns a row of numbers into an object with all that is said of it, when somebody looks at it. */
export class RowReader {
	readonly #recording: Recording;
	readonly #detail: Detail;
	readonly #table: RowTable;
	readonly #promises: readonly Promised[];
	readonly #frames: FrameSource | undefined;

	constructor(
		recording: Recording,
		detail: Detail,
		table: RowTable,
		promises: readonly Promised[],
		frames: FrameSource | undefined
	) {
		this.#recording = recording;
		this.#detail = detail;
		this.#table = table;
		this.#promises = promises;
		this.#frames = frames;
	}

	at(k: number): Row | undefined {
		const table = this.#table;
		if (k < 0 || k >= table.length) return undefined;
		if (table.first[k]! < 0) return { ...promisedRow(this.#promiseOf(k)), ...this.#placeOf(k) };
		const part = table.part[k]!;
		return part > 0 ? this.#partRow(k, part) : this.#stepRow(k);
	}

	#placeOf(k: number): Place {
		const table = this.#table;
		return {
			chap: chapters[table.chap[k]!]!,
			opens: table.opens[k] === 1,
			number: table.numberAt(k),
			first: table.first[k]!,
			last: table.last[k]!
		};
	}

	/** Promised rows are the last of the table. */
	#promiseOf(k: number): Promised {
		const first = this.#table.steps - this.#promises.length;
		return this.#promises[this.#table.stepOf(k) - first]!;
	}

	/** One object, all in one: this is asked of each row that is drawn, and of those that are kept for reading by ear. */
	#stepRow(k: number): Row {
		const table = this.#table;
		const first = table.first[k]!;
		const found = table.folds[table.fold[k]!];
		const item = this.#recording.items.at(found && !found.open ? found.head : first)!;
		// Of an open fold the row of its head says what the fold is; the others are rows like any.
		const fold = found && (!found.open || found.head === first) ? this.#foldOf(found) : undefined;
		return {
			key: stepKey(this.#recording, item),
			s: item.s,
			id: item.id,
			reply: item.reply || item.answers !== undefined,
			kind: item.kind,
			from: item.from,
			to: fold && !fold.open ? this.#foldTo(found!, item) : item.to,
			wire: item.wire,
			item,
			fold,
			alone: !fold && this.#frames?.isEcho(item.index) === true,
			part: undefined,
			chap: chapters[table.chap[k]!]!,
			opens: table.opens[k] === 1,
			number: table.numberAt(k),
			first,
			last: table.last[k]!
		};
	}

	/** A frame of a step, or the bytes of one. */
	#partRow(k: number, part: number): Row {
		const row = this.#stepRow(k);
		if (!this.#frames) return row;
		const sub = part - 1;
		const item = this.#recording.items.at(row.first)!;
		const frame = this.#frames.at(item.index, sub >> 1);
		const { from, to, wire } = frame;
		return {
			...row,
			...{ kind: 'arrow', from, to, wire, fold: undefined, reply: false },
			key: `${stepKey(this.#recording, item)}/${sub}`,
			part: { ...frame, kind: sub % 2 === 0 ? 'frame' : 'bytes' }
		};
	}

	#foldOf(fold: FoldAt): Fold {
		const { id, kind, count, open } = fold;
		const io = kind === 'io';
		return {
			...{ id, kind, count, open, opens: this.#detail > 1 },
			...(io ? this.#said(fold) : { bytes: 0, both: false }),
			status: io ? undefined : this.#refuser(fold)?.status,
			typed: io && this.#detail > 1 ? this.#typedIn(fold) : undefined
		};
	}

	/** How many bytes the chunks of a fold carried, and whether they went either way. */
	#said(fold: FoldAt): Pick<Fold, 'bytes' | 'both'> {
		const { from, carried, id } = this.#recording.items.columns;
		let bytes = 0;
		let both = false;
		for (let k = fold.first; k <= fold.last; k++) {
			if (id.at(k) !== ioStep) continue;
			bytes += carried.at(k);
			both ||= from.at(k) !== from.at(fold.first);
		}
		return { bytes, both };
	}

	#typedIn(fold: FoldAt): string | undefined {
		const { items } = this.#recording;
		let text = '';
		for (let k = fold.first; k <= fold.last && text.length < typedShown; k++) {
			if (items.columns.id.at(k) !== ioStep) continue;
			const chunk = items.at(k)!;
			if (isTyped(chunk)) text += payloadText(this.#recording, chunk) ?? '';
		}
		return text.trim() === '' ? undefined : text.slice(0, typedShown);
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
}

/** A typed line is told up to this many characters. */
const typedShown = 60;

type Place = Pick<Row, 'chap' | 'opens' | 'number' | 'first' | 'last'>;
type Unplaced = Omit<Row, keyof Place>;

function promisedRow(promise: Promised): Unplaced {
	const { s, id, reply, kind, from, to, wire } = promise;
	return {
		key: s,
		...{ s, id, kind, from, to, wire },
		reply: reply || 'answers' in steps[id],
		item: undefined,
		fold: undefined,
		alone: false,
		part: undefined
	};
}
