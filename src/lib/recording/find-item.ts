import { parseStepName } from '../trace/steps.ts';
import type { Item, Recording } from './recording.ts';

/** Name of an item in the page: plain for the last try, `try1/cri-exec` for an earlier one. */
export function stepKey(recording: Recording, item: Pick<Item, 's' | 'try'>): string {
	return isEarlierTry(recording, item) ? `try${item.try}/${item.s}` : item.s;
}

export function isEarlierTry(recording: Recording, item: Pick<Item, 'try'>): boolean {
	return item.try !== undefined && item.try < recording.items.tries;
}

/** The item that a link means: the last try unless it names another; -1 when there is none. */
export function findItem(recording: Recording, s: string, attempt?: number): number {
	const { items } = recording;
	const name = parseStepName(s);
	if (!name) return items.find((item) => item.s === s)?.index ?? -1;
	const { repeat, try: tries } = items.columns;
	for (const k of items.indexesOf(name.id, name.reply)) {
		if (repeat.at(k) !== name.repeat) continue;
		const of = tries.at(k);
		if (attempt === undefined ? of === 0 || of >= items.tries : of === attempt) return k;
	}
	return -1;
}

/** The item at which a program is stopped now, if one is. */
export function waitingItem(recording: Recording): Item | undefined {
	return recording.end ? undefined : recording.items.waiting();
}
