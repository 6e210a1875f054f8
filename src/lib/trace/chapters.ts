/** The chapters of a run, in order. They come free from the protocol: each step belongs to one. */
export const chapters = [
	'boot',
	'find',
	'ask',
	'prepare',
	'redirect',
	'start',
	'talk',
	'end'
] as const;

export type ChapterId = (typeof chapters)[number];
