import type { Box, Field, Frame } from './frame.ts';

export interface ByteCount {
	/** In a field that says what they are. */
	named: number;
	all: number;
}

/** The fields without fields of their own, in the order of their bytes: each byte of a box is in exactly one. */
export function leavesOf(box: Box): Field[] {
	const leaves = [...box.fields.flatMap(leavesIn), ...box.inside.flatMap(leavesOf)];
	return leaves.sort((one, other) => one.o - other.o);
}

function leavesIn(field: Field): Field[] {
	return field.fields ? field.fields.flatMap(leavesIn) : [field];
}

/** How many bytes of the frames have a name. */
export function countBytes(frames: readonly Frame[]): ByteCount {
	const count = { named: 0, all: 0 };
	for (const frame of frames) {
		count.all += frame.len;
		for (const leaf of leavesOf(frame.box)) if (!leaf.trouble) count.named += leaf.len;
	}
	return count;
}
