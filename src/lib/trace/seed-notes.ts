import { datedNotes } from './explanations/dated-notes.ts';
import type { Text } from './explanations/explanation.ts';
import { missingNotes } from './explanations/missing-notes.ts';
import type { SeedNote } from './explanations/seed-note.ts';
import { wrongNotes } from './explanations/wrong-notes.ts';
import { parseStepName } from './steps.ts';

export type { SeedNote } from './explanations/seed-note.ts';

/** Where the articles are wrong, dated, damaged or silent: 28 points, told in our own words. */
export const seedNotes: readonly SeedNote[] = [...wrongNotes, ...datedNotes, ...missingNotes];

/** What concerns the step of a recorded name, in the order of their numbers; nothing of its answer. */
export function notesOf(name: string): Text[] {
	const parsed = parseStepName(name);
	if (!parsed || parsed.reply) return [];
	return seedNotes
		.filter((note) => note.steps.includes(parsed.id))
		.map((note) => note.at?.[parsed.id] ?? note.text);
}
