import type { Box, Field, Frame } from '../recording/frames/frame.ts';
import { framesOfSpan } from '../recording/frames/frames-of.ts';
import type { Item, Recording } from '../recording/recording.ts';
import type { Span } from '../trace/event.ts';
import { sameBytes } from './same-bytes.ts';

/**
 * Bytes of a step, from `from` on and up to but without `to`. They are counted over all blocks of the step one after
 * another, from the first byte of its first frame, so that a link means the same on another recording of the command.
 */
export type ByteRange = readonly [from: number, to: number];

/** The frames that carried a step over one socket, or over several unchanged. */
export interface StepBlock {
	spans: Span[];
	frames: Frame[];
	/** Where its bytes begin, counted over the step. */
	at: number;
	/** Where they begin in the connection. */
	o: number;
	len: number;
}

export function stepBlocks(recording: Recording, item: Pick<Item, 'sent'>): StepBlock[] {
	const crossings = item.sent.flatMap((sent) => {
		const frames = framesOfSpan(recording, sent);
		const [first, last] = [frames[0], frames.at(-1)];
		if (!first || !last) return [];
		return [{ c: sent.c, dir: sent.dir, o: first.o, len: last.o + last.len - first.o, frames }];
	});
	const blocks: StepBlock[] = [];
	let at = 0;
	for (const same of sameBytes(crossings, recording.bytes)) {
		// The same payload may ride bare on one socket and in frames on the next.
		for (const spans of byWire(same)) {
			const { o, len, frames } = spans[0]!;
			blocks.push({ spans, frames, at, o, len });
			at += len;
		}
	}
	return blocks;
}

type Crossing = Span & { frames: Frame[] };

function byWire(crossings: readonly Crossing[]): Crossing[][] {
	const groups = new Map<string, Crossing[]>();
	for (const crossing of crossings) {
		const key = crossing.frames.map(({ wire, name }) => `${wire} ${name}`).join('\n');
		const group = groups.get(key);
		if (group) group.push(crossing);
		else groups.set(key, [crossing]);
	}
	return [...groups.values()];
}

/** The range of a frame, box or field of a block. */
export function rangeOf(block: StepBlock, part: { o: number; len: number }): ByteRange {
	const from = block.at + part.o - block.o;
	return [from, from + part.len];
}

/**
 * How a part stands to what is selected: `all` when its bytes are just those, `some` when it is a field without fields
 * of its own that has some of them and no part is just those.
 */
export function markOf(
	range: ByteRange,
	selected: ByteRange | undefined,
	exact: boolean
): 'all' | 'some' | undefined {
	if (!selected) return undefined;
	if (range[0] === selected[0] && range[1] === selected[1]) return 'all';
	if (exact) return undefined;
	return range[0] < selected[1] && selected[0] < range[1] ? 'some' : undefined;
}

/** Whether a selection is just one frame, box or field. */
export function isPart(blocks: readonly StepBlock[], selected: ByteRange | undefined): boolean {
	if (!selected) return false;
	const same = (block: StepBlock, part: { o: number; len: number }) => {
		const [from, to] = rangeOf(block, part);
		return from === selected[0] && to === selected[1];
	};
	const inField = (block: StepBlock, field: Field): boolean =>
		same(block, field) || (field.fields ?? []).some((one) => inField(block, one));
	const inBox = (block: StepBlock, box: Box): boolean =>
		same(block, box) ||
		box.fields.some((field) => inField(block, field)) ||
		box.inside.some((one) => inBox(block, one));
	return blocks.some((block) => {
		const near = block.frames.filter((frame) => overlaps(rangeOf(block, frame), selected));
		return near.some((frame) => inBox(block, frame.box));
	});
}

function overlaps(one: ByteRange, other: ByteRange): boolean {
	return one[0] < other[1] && other[0] < one[1];
}
