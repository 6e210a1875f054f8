import type {
	CommandLine,
	ConnLine,
	EndLine,
	ExitLine,
	HeaderLine,
	NoteLine,
	Span
} from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import { parseStepName } from '../trace/steps.ts';
import { ByteStore } from './byte-store.ts';
import { describeCommand } from './describe-command.ts';
import type { Item } from './item.ts';
import { Items } from './items.ts';
import { Keyframes } from './keyframes.ts';
import type { Problem } from './batch.ts';
import { flag, ioStep, laneIds, stepNumber } from './columns.ts';
import { TextStore } from './text-store.ts';

export type { Item } from './item.ts';

export interface TtyMark {
	readonly i: number;
	readonly t: number;
	readonly on: 'o' | 'e' | 'i' | 'r';
	readonly span?: Span;
	readonly data?: Uint8Array;
	readonly size?: [cols: number, rows: number];
}

export interface Connection {
	c: string;
	from: LaneId | undefined;
	to: LaneId | undefined;
	over: ConnLine['over'];
	proto: ConnLine['proto'];
	offset: [number, number];
	/** Numbers of the lines that say when it was opened and closed. */
	opened: number;
	closed: number | undefined;
	closedBy: 'client' | 'server' | undefined;
}

/** One run as the page sees it: what the lines of its file say, put together. */
export interface Recording {
	/** Name of the file without its ending, which is also the run's id in links. */
	readonly id: string;
	header: HeaderLine | undefined;
	command: CommandLine | undefined;
	readonly items: Items;
	/** Connections by the number under which columns name them. */
	readonly names: string[];
	readonly connections: Map<string, Connection>;
	/** The lines themselves, as they stand in the file. */
	readonly text: TextStore;
	readonly bytes: ByteStore;
	readonly tty: TtyMark[];
	/** What a seek can begin from, in order. */
	readonly keyframes: Keyframes;
	/** By id, the newest revision of each; deleted ones are not here. */
	readonly notes: Map<string, NoteLine>;
	exit: (ExitLine & { t: number }) | undefined;
	end: EndLine | undefined;
	/** Highest attempt of the exec: links and plain step names mean this one. */
	readonly tries: number;
	/** The next line that a live source must ask for. */
	next: number;
	/** Microseconds of the newest line. */
	t: number;
	readonly problems: Problem[];
	/** The file is of a newer major version: nothing of it is shown. */
	unreadable: boolean;
}

/** The command as one types it; of a foreign client what its query said, without claiming how it was typed. */
export function commandText(command: CommandLine | undefined): string | undefined {
	return command && (describeCommand(command) || command.client);
}

/** The node that the exec went to, or the only one that the run speaks of; undefined until that is said. */
export function nodeName(recording: Recording): string | undefined {
	const named = (['exec-location', 'kubelet-exec', 'pre-init-runtime'] as const)
		.flatMap((id) => recording.items.ofStep(id))
		.map((item) => ({ id: item.id, node: item.facts.node }))
		.filter(({ node }) => typeof node === 'string');
	if (new Set(named.map(({ node }) => node)).size === 1) return String(named[0]!.node);
	const located = named.findLast(({ id }) => id === 'exec-location');
	return located && String(located.node);
}

/** The container that the exec goes to, as the first step that names it says. */
export function containerName(recording: Recording): string | undefined {
	for (const id of ['choose-container', 'connect', 'exec-location'] as const)
		for (const { facts } of recording.items.ofStep(id))
			if (typeof facts.container === 'string') return facts.container;
	return undefined;
}

/** When the terminal had shown the newest chunk at or before an item, in microseconds; -1 when there is none. */
export function printedAt(recording: Recording, cursor: number): number {
	const chunk = printedBefore(recording, cursor);
	if (!chunk) return -1;
	const { sent } = chunk;
	const marks = recording.tty;
	// The terminal's line is written when the last socket has been crossed: soon after the step.
	for (
		let k = firstTty(recording, chunk.t);
		k < marks.length && marks[k]!.i < chunk.i + 1000;
		k++
	) {
		const { span } = marks[k]!;
		if (span && sent.some(({ c, dir, o }) => span.c === c && span.dir === dir && span.o === o))
			return marks[k]!.t;
	}
	return -1;
}

function printedBefore({ items }: Recording, cursor: number): Item | undefined {
	const { id, from } = items.columns;
	for (let k = Math.min(cursor, items.length - 1); k >= 0; k--)
		if (id.at(k) === ioStep && laneIds[from.at(k)] === 'container') return items.at(k);
	return undefined;
}

/** Index of the first terminal line at or after a time. */
function firstTty({ tty }: Recording, t: number): number {
	let low = 0;
	let high = tty.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (tty[middle]!.t < t) low = middle + 1;
		else high = middle;
	}
	return low;
}

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
	const { id, flags, repeat, try: tries } = items.columns;
	const step = stepNumber(name.id);
	for (let k = 0; k < items.length; k++) {
		if (id.at(k) !== step || repeat.at(k) !== name.repeat) continue;
		if (((flags.at(k) & flag.reply) !== 0) !== name.reply) continue;
		const of = tries.at(k);
		if (attempt === undefined ? of === 0 || of >= items.tries : of === attempt) return k;
	}
	return -1;
}

/** The item at which a program is stopped now, if one is. */
export function waitingItem(recording: Recording): Item | undefined {
	return recording.end ? undefined : recording.items.waiting();
}

const utf8 = new TextDecoder();
const payloadShown = 200;

/** The text that an `io` chunk carried, its beginning at least; undefined when its bytes are not there. */
export function payloadText(recording: Recording, item: Item): string | undefined {
	const span = item.sent.find((one) => one.len === item.carried);
	if (!span) return undefined;
	const { data, complete } = recording.bytes.bytes({
		...span,
		len: Math.min(span.len, payloadShown)
	});
	return complete ? utf8.decode(data) : undefined;
}

export function emptyRecording(id: string): Recording {
	const text = new TextStore();
	const names: string[] = [];
	const items = new Items(text, names);
	return {
		id,
		header: undefined,
		command: undefined,
		items,
		get tries() {
			return items.tries;
		},
		names,
		connections: new Map(),
		text,
		bytes: new ByteStore(text),
		tty: [],
		keyframes: new Keyframes(text),
		notes: new Map(),
		exit: undefined,
		end: undefined,
		next: 0,
		t: 0,
		problems: [],
		unreadable: false
	};
}
