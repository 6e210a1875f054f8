import type { Box, Field, Trouble } from '../recording/frames/frame.ts';

/** A stretch of a box: own fields that follow one another, bytes that are not there, or a box inside. */
export interface OwnRun {
	o: number;
	len: number;
	fields: Field[];
	missing: Extract<Trouble, 'left-out' | 'not-recorded'> | undefined;
	box: Box | undefined;
}

/** The stretches of a box in the order of their bytes. */
export function ownRuns(box: Box): OwnRun[] {
	const parts = [
		...box.fields.map((field) => ({ field, o: field.o, len: field.len, box: undefined })),
		...box.inside.map((one) => ({ field: undefined, o: one.o, len: one.len, box: one }))
	].sort((one, other) => one.o - other.o);
	const runs: OwnRun[] = [];
	for (const { field, o, len, box: inside } of parts) {
		const last = runs.at(-1);
		const missing = field && missingOf(field);
		if (field && !missing && last && !last.box && !last.missing) {
			last.fields.push(field);
			last.len += len;
		} else runs.push({ o, len, fields: field ? [field] : [], missing, box: inside });
	}
	return runs;
}

function missingOf({ trouble }: Field): OwnRun['missing'] {
	return trouble === 'left-out' || trouble === 'not-recorded' ? trouble : undefined;
}
