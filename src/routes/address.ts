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

/**
 * The entry that the browser is at. `url` is where it has just gone, while the address may be written anew; what was
 * still to be written there is of the entry before.
 */
export function entryAt(url: string): Entry {
	dropDue();
	const file = stateOf(history)[mark];
	return { link: parseLink(new URL(url).hash), file: typeof file === 'string' ? file : undefined };
}

/**
 * A browser lets a page write its address some 200 times in half a minute and drops what is more, without a word. So
 * many may come in a row, and then one in a while: where somebody who drags along the time bar has come to.
 */
const inARow = 60;
const apartMs = 250;
let left = inARow;
let countedAt = 0;
let due: ReturnType<typeof setTimeout> | undefined;
let latest: Entry | undefined;

/** Keeps the current entry at what is shown: at once, or a moment later where it was written very often. */
export function writeEntry(entry: Entry): void {
	latest = entry;
	if (due !== undefined) return;
	const now = Date.now();
	left = Math.min(inARow, left + (now - countedAt) / apartMs);
	countedAt = now;
	if (left >= 1) {
		left--;
		return write(entry);
	}
	due = setTimeout(() => {
		due = undefined;
		writeEntry(latest!);
	}, apartMs);
}

function write({ link, file }: Entry): void {
	const hash = formatLink(link);
	const state = stateOf(history);
	if (hash === location.hash && state[mark] === file) return;
	history.replaceState({ ...state, [mark]: file }, '', hash || bare());
}

/** A file is opened: the way back leads to what was there before. */
export function pushEntry(file: string): void {
	dropDue();
	history.pushState({ ...stateOf(history), [mark]: file }, '', bare());
}

function dropDue(): void {
	clearTimeout(due);
	due = undefined;
}

const bare = (): string => location.pathname + location.search;

function stateOf({ state }: History): Readonly<Record<string, unknown>> {
	return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : {};
}
