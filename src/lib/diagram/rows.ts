import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import { steps, type StepId, type Wire } from '../trace/steps.ts';
import { isEarlierTry, stepKey, type Item, type Recording } from '../recording/recording.ts';
import type { Stop } from '../recording/timeline.ts';
import type { Promised } from './promise.ts';

/**
 * The rows of the ladder: which items stand in it at a level of detail, what is folded into one row, and what is
 * promised below. Numbers only; where a row stands in pixels is in `geometry.ts`.
 */
export type Detail = 1 | 2;

/** Several items in one row that opens in place. */
export interface Fold {
	id: string;
	kind: 'refused-try' | 'io';
	count: number;
	open: boolean;
	/** Level 1 tells the story in single lines: its folds do not open. */
	opens: boolean;
	/** Of an `io` fold: its chunks went either way. */
	both: boolean;
	/** Of an `io` fold: bytes that its chunks carried. */
	bytes: number;
	/** Of a refused try: who refused, and with which status. */
	status: number | undefined;
}

export interface Row {
	/** The `data-step` of the page. */
	key: string;
	s: string;
	id: StepId | undefined;
	reply: boolean;
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	wire: Wire | undefined;
	chap: ChapterId;
	/** First row of its chapter. */
	opens: boolean;
	/** What stands in the gutter; rows inside a fold and refused tries have none. */
	number: number | undefined;
	/** Items that this row stands for; both -1 in a promised row. */
	first: number;
	last: number;
	item: Item | undefined;
	fold: Fold | undefined;
}

/** From this many chunks in a row on, `io` folds. */
export const foldIoFrom = 4;

export function buildRows(
	recording: Recording,
	detail: Detail,
	opened: ReadonlySet<string>,
	promises: readonly Promised[] = []
): Row[] {
	const rows = blocksOf(recording, detail).flatMap((block) =>
		rowsOf(recording, block, detail, opened)
	);
	for (const promise of promises) if (shownAt(detail, promise)) rows.push(promisedRow(promise));
	return finish(rows);
}

/** What one press of Next moves over. */
export function stopsOf(rows: readonly Row[]): Stop[] {
	return rows
		.filter((row) => row.item)
		.map((row) => ({ at: row.last, t: row.item!.t, kind: row.kind }));
}

/** The row that shows an item: the last one that begins at or before it; -1 before the first. */
export function rowOf(rows: readonly Row[], item: number): number {
	if (item < 0) return -1;
	return rows.findLastIndex((row) => row.item !== undefined && row.first <= item);
}

/** The fold that hides an item, if one does: a link to the item opens it. */
export function foldHiding(rows: readonly Row[], item: number): string | undefined {
	const row = rows[rowOf(rows, item)];
	return row?.fold && !row.fold.open && row.item?.index !== item ? row.fold.id : undefined;
}

interface Block {
	kind: 'plain' | 'io' | 'refused-try';
	items: Item[];
}

/** Cuts the items that a level shows into runs that may fold. */
function blocksOf(recording: Recording, detail: Detail): Block[] {
	const blocks: Block[] = [];
	for (const item of recording.items) {
		const earlier = isEarlierTry(recording, item);
		if (!earlier && !shownAt(detail, item)) continue;
		const kind = earlier ? 'refused-try' : item.id === 'io' ? 'io' : 'plain';
		const last = blocks.at(-1);
		const joins = last?.kind === kind && kind !== 'plain';
		if (joins && (kind === 'io' || last.items[0]!.try === item.try)) last.items.push(item);
		else blocks.push({ kind, items: [item] });
	}
	return blocks;
}

function shownAt(
	detail: Detail,
	item: { id: StepId | undefined; reply: boolean; failed?: boolean }
): boolean {
	if (detail === 2 || !item.id) return true;
	if (item.failed) return true;
	return steps[item.id].level === 1 && !item.reply;
}

function rowsOf(
	recording: Recording,
	block: Block,
	detail: Detail,
	opened: ReadonlySet<string>
): Row[] {
	const { items, kind } = block;
	const folds =
		block.kind === 'refused-try' ||
		(block.kind === 'io' && items.length >= (detail === 1 ? 2 : foldIoFrom));
	if (!folds || kind === 'plain') return items.map((item) => itemRow(recording, item));
	const id = `${block.kind}:${items[0]!.s}:${items[0]!.try ?? ''}`;
	const open = detail === 2 && opened.has(id);
	const fold: Fold = { id, kind, count: items.length, open, opens: detail === 2, ...sumUp(items) };
	const head = block.kind === 'io' ? items[0]! : (items.find(isUpgrade) ?? items[0]!);
	if (open)
		return items.map((item) => ({
			...itemRow(recording, item),
			// A try goes the whole way, but the story has only come to asking.
			chap: kind === 'refused-try' ? head.chap : item.chap,
			fold: item === head ? fold : undefined,
			number: item === head && block.kind === 'io' ? 0 : undefined
		}));
	const refuser = items.find((item) => item.failed);
	return [
		{
			...itemRow(recording, head),
			first: items[0]!.index,
			last: items.at(-1)!.index,
			to: block.kind === 'io' ? head.to : (refuser?.from ?? head.to),
			number: block.kind === 'io' ? 0 : undefined,
			fold
		}
	];
}

function sumUp(items: readonly Item[]): Pick<Fold, 'both' | 'bytes' | 'status'> {
	const status = items.find((item) => item.failed)?.facts.status;
	return {
		both: items.some((item) => item.id === 'io' && item.from !== items[0]!.from),
		bytes: items.reduce((sum, item) => sum + (Number(item.facts.len) || 0), 0),
		status: typeof status === 'number' ? status : undefined
	};
}

const isUpgrade = (item: Item): boolean =>
	!item.reply && (item.id === 'websocket-exec' || item.id === 'post-exec');

/** Number 0 says: count this row; `finish` puts the number in. */
function itemRow(recording: Recording, item: Item): Row {
	return {
		key: stepKey(recording, item),
		s: item.s,
		id: item.id,
		reply: item.reply || item.answers !== undefined,
		kind: item.kind,
		from: item.from,
		to: item.to,
		wire: item.wire,
		chap: item.chap,
		opens: false,
		number: 0,
		first: item.index,
		last: item.index,
		item,
		fold: undefined
	};
}

function promisedRow(promise: Promised): Row {
	const answers = 'answers' in steps[promise.id];
	return {
		key: promise.s,
		s: promise.s,
		id: promise.id,
		reply: promise.reply || answers,
		kind: promise.kind,
		from: promise.from,
		to: promise.to,
		wire: promise.wire,
		chap: promise.chap,
		opens: false,
		number: 0,
		first: -1,
		last: -1,
		item: undefined,
		fold: undefined
	};
}

/** Numbers the rows and gives each its chapter, which within one exec only goes forward. */
function finish(rows: Row[]): Row[] {
	let count = 0;
	let reached = -1;
	// Starting the cluster is one chapter, whatever it asks of whom.
	const boots = rows.some((row) => row.chap === 'boot');
	for (const row of rows) {
		if (row.number === 0) row.number = ++count;
		const at = chapters.indexOf(boots ? 'boot' : row.chap);
		const again = reached >= chapters.indexOf('end') && beginsAgain.has(row.id);
		row.opens = again || at > reached;
		reached = again ? at : Math.max(reached, at);
		row.chap = chapters[reached]!;
	}
	return rows;
}

const beginsAgain: ReadonlySet<StepId | undefined> = new Set<StepId>([
	'discovery',
	'get-pod',
	'post-exec',
	'websocket-exec',
	'api-request'
]);
