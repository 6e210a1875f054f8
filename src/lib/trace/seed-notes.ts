import { datedNotes } from './explanations/dated-notes.ts';
import type { Text } from './explanations/explanation.ts';
import { missingNotes } from './explanations/missing-notes.ts';
import type { SeedNote } from './explanations/seed-note.ts';
import { wrongNotes } from './explanations/wrong-notes.ts';
import type { StepId } from './steps.ts';

export type { SeedNote } from './explanations/seed-note.ts';

/** Where the articles are wrong, dated, damaged or silent: 28 points, told in our own words. */
export const seedNotes: readonly SeedNote[] = [...wrongNotes, ...datedNotes, ...missingNotes];

/** What concerns one step of them, in the order of their numbers. */
export function notesOf(step: StepId): Text[] {
	return seedNotes
		.filter((note) => note.steps.includes(step))
		.map((note) => note.at?.[step] ?? note.text);
}
