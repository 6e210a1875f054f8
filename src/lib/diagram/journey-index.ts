import type { Recording } from '../recording/recording.ts';
import { leavesHttp } from '../trace/step-sets.ts';

/**
 * What a journey looks up in a recording, found once: each item is looked at one time, however often the page asks
 * and however far a live run has grown since.
 */
export interface JourneyIndex {
	/** Items that turned a connection into something else than HTTP, by index, in order. */
	readonly upgrades: readonly number[];
	/** The newest chunk that somebody typed; -1 when nobody has. */
	readonly typed: number;
	/** The newest end of a command: where its process ended, and where its status set out. */
	readonly exit: { readonly process: number | undefined; readonly status: number | undefined };
}

interface Growing {
	seen: number;
	upgrades: number[];
	typed: number;
	exit: { process: number | undefined; status: number | undefined };
}

const known = new WeakMap<Recording, Growing>();

export function journeyIndex(recording: Recording): JourneyIndex {
	let index = known.get(recording);
	if (!index) {
		index = { seen: 0, upgrades: [], typed: -1, exit: { process: undefined, status: undefined } };
		known.set(recording, index);
	}
	for (; index.seen < recording.items.length; index.seen++) take(index, recording);
	return index;
}

function take(index: Growing, recording: Recording): void {
	const item = recording.items.at(index.seen);
	if (!item?.id || item.reply) return;
	const { id, index: at } = item;
	if (leavesHttp.has(id)) index.upgrades.push(at);
	else if (id === 'io' && item.from !== 'container') index.typed = at;
	else if (id === 'process-exit') index.exit = { process: at, status: undefined };
	else if (id === 'exit-status')
		// A command that could not be started has a status, but no process that ended.
		index.exit =
			index.exit.status === undefined
				? { ...index.exit, status: at }
				: { process: undefined, status: at };
}
