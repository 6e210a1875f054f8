import { formatLink, parseLink, type Link } from '$lib/recording/link.ts';

/**
 * One entry of the browser's history: the link in its address, and the file that was open there. A file has no address
 * that means it anywhere else, so the entry remembers its name beside the address.
 */
export interface Entry {
	link: Link;
	file?: string | undefined;
}

const mark = 'execscope:file';

/** The entry that the browser is at. `url` is where it has just gone, while the address may be written anew. */
export function entryAt(url: string): Entry {
	const file = stateOf(history)[mark];
	return { link: parseLink(new URL(url).hash), file: typeof file === 'string' ? file : undefined };
}

/** Keeps the current entry at what is shown. */
export function writeEntry({ link, file }: Entry): void {
	const hash = formatLink(link);
	const state = stateOf(history);
	if (hash === location.hash && state[mark] === file) return;
	history.replaceState({ ...state, [mark]: file }, '', hash || bare());
}

/** A file is opened: the way back leads to what was there before. */
export function pushEntry(file: string): void {
	history.pushState({ ...stateOf(history), [mark]: file }, '', bare());
}

const bare = (): string => location.pathname + location.search;

function stateOf({ state }: History): Readonly<Record<string, unknown>> {
	return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : {};
}
