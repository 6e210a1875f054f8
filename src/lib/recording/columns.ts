import { lanes } from '../trace/lanes.ts';
import { steps, type StepId } from '../trace/steps.ts';
import { Column } from './column.ts';

/**
 * What a recording is kept as: which columns there are, and what the numbers in them mean. The scanner fills them, and
 * whoever reads a column looks here for what a number stands for.
 */
export const stepIds = Object.keys(steps) as readonly StepId[];
/** The number of a step in the column `id`. */
export const stepNumber = (id: StepId): number => stepIds.indexOf(id);
export const stepNumbers = (ids: Iterable<StepId>): ReadonlySet<number> =>
	new Set(Array.from(ids, stepNumber));
export const ioStep = stepNumber('io');

export const laneIds = lanes.map((lane) => lane.id);
export const directions = ['>', '<'] as const;
export const ttyKinds = ['o', 'e', 'i', 'r'] as const;
export const chunkKinds = ['data', 'ref', 'gap'] as const;

/** Bits of the column `flags`. */
export const flag = { arrow: 1, reply: 2, failed: 4 } as const;
/** In the column `id`: a step that the table does not know. */
export const unknownStep = 255;

export const itemColumns = {
	i: Uint32Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array,
	id: Uint8Array,
	flags: Uint8Array,
	repeat: Uint32Array,
	/** 0: no try yet. */
	try: Uint16Array,
	from: Uint8Array,
	to: Uint8Array,
	chap: Uint8Array,
	/** Of a chunk: how many bytes it carried. */
	carried: Float64Array,
	/** HTTP status of an answer, or 0. */
	status: Uint16Array
} as const;
export const sentColumns = {
	of: Uint32Array,
	t: Float64Array,
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array
} as const;
export const chunkColumns = {
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array,
	kind: Uint8Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;
export const ttyColumns = {
	i: Uint32Array,
	t: Float64Array,
	on: Uint8Array,
	/** Connection + 1; 0: the bytes stand in the line itself. */
	c: Uint32Array,
	dir: Uint8Array,
	o: Float64Array,
	len: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;
export const returnColumns = { of: Uint32Array, ms: Float64Array } as const;
export const keyColumns = {
	i: Uint32Array,
	t: Float64Array,
	at: Float64Array,
	length: Uint32Array
} as const;

type Made = { new (length: number): Uint8Array | Uint16Array | Uint32Array | Float64Array };
type Shape = Readonly<Record<string, Made>>;
export type Table<S extends Shape> = { [Name in keyof S]: Column<InstanceType<S[Name]>> };
export type Cut<S extends Shape> = { [Name in keyof S]: InstanceType<S[Name]> };

/** Columns of one length, side by side. */
export function makeTable<S extends Shape>(shape: S, room?: number): Table<S> {
	const made = Object.entries(shape).map(([name, make]) => [name, new Column(make, room)]);
	return Object.fromEntries(made) as Table<S>;
}

export function cut<S extends Shape>(table: Table<S>): Cut<S> {
	const columns = Object.entries(table) as [string, Column<Uint8Array>][];
	return Object.fromEntries(columns.map(([name, column]) => [name, column.cut()])) as Cut<S>;
}

/** Puts a batch's columns behind a table's; places are counted on from `base`. */
export function appendTo<S extends Shape>(table: Table<S>, columns: Cut<S>, base: number): void {
	const entries = Object.entries(table) as [string, Column<Float64Array>][];
	for (const [name, column] of entries) column.append(columns[name]!, name === 'at' ? base : 0);
}
