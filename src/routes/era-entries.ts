import type { EraId, eras } from '$lib/trace/eras.ts';

/** A line of the menu of eras. */
export interface EraEntry {
	id: EraId;
	/** The oldest and the newest that can be chosen. */
	when: 'then' | 'now' | undefined;
}

/** The eras that can be chosen, oldest first; none where there is nothing to choose. */
export function eraEntries(table: Readonly<Record<string, Pick<(typeof eras)[EraId], 'built'>>>) {
	// The keys of the table are the eras.
	const built = (Object.keys(table) as EraId[]).filter((id) => table[id]?.built);
	if (built.length < 2) return [];
	return built.map((id, at): EraEntry => {
		const when = at === 0 ? 'then' : at === built.length - 1 ? 'now' : undefined;
		return { id, when };
	});
}
