import type { ChapterId } from '../trace/chapters.ts';
import type {
	CommandLine,
	ConnLine,
	EndLine,
	ExitLine,
	Facts,
	HeaderLine,
	HoldState,
	NoteLine,
	Span
} from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { StepId, Wire } from '../trace/steps.ts';
import type { ByteStore } from './byte-store.ts';
import { describeCommand } from './describe-command.ts';

/**
 * One run as the page sees it: what the lines of its file say, put together. A live run grows at its end and
 * nothing before that changes, but for byte ranges and returns that arrive after their step.
 */
export interface Item {
	/** Place among the items, from 0. */
	readonly index: number;
	/** Number of its line. */
	readonly i: number;
	/** Microseconds since the header's `t0`. */
	readonly t: number;
	readonly kind: 'arrow' | 'call';
	/** The step's name as recorded: `cri-exec`, `list-containers#2`, `websocket-exec:reply`. */
	readonly s: string;
	readonly id: StepId | undefined;
	readonly reply: boolean;
	readonly repeat: number;
	readonly try: number | undefined;
	readonly from: LaneId;
	readonly to: LaneId;
	/** How an arrow travels; calls have none. */
	readonly wire: Wire | undefined;
	readonly chap: ChapterId;
	readonly n: string;
	readonly facts: Facts;
	/** The function that a call enters. */
	readonly fn: string | undefined;
	/** Index of the item that this one answers. */
	readonly answers: number | undefined;
	/** Milliseconds until a call returned. */
	ms: number | undefined;
	/** Where the bytes are: one span for each socket they crossed, in order. */
	readonly sent: Span[];
	/** The answer is a refusal or a failure. */
	readonly failed: boolean;
	/** What became of the holds on it, in order. */
	readonly holds: HoldMark[];
}

export interface HoldMark {
	readonly i: number;
	readonly t: number;
	readonly s: string;
	readonly try: number | undefined;
	readonly by: string;
	readonly state: HoldState;
	/** Microseconds since `t0` at which a real time-out ends the wait. */
	readonly until: number | null;
}

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
	closedBy: 'client' | 'server' | undefined;
}

/** A line that could not be used: said, never thrown. */
export interface Problem {
	line: number;
	why: 'not-json' | 'bad-header' | 'bad-note' | 'bad-line' | 'lines-lost' | 'newer-format';
}

export interface Recording {
	/** Name of the file without its ending, which is also the run's id in links. */
	readonly id: string;
	header: HeaderLine | undefined;
	command: CommandLine | undefined;
	readonly items: Item[];
	readonly connections: Map<string, Connection>;
	readonly bytes: ByteStore;
	readonly tty: TtyMark[];
	/** By id, the newest revision of each; deleted ones are not here. */
	readonly notes: Map<string, NoteLine>;
	exit: (ExitLine & { t: number }) | undefined;
	end: EndLine | undefined;
	/** Highest attempt of the exec: links and plain step names mean this one. */
	tries: number;
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
	const named = recording.items.filter((item) => typeof item.facts.node === 'string');
	const names = new Set(named.map((item) => String(item.facts.node)));
	if (names.size === 1) return [...names][0];
	const located = named.findLast((item) => item.id === 'exec-location');
	return located && String(located.facts.node);
}

/** When the terminal had shown the newest chunk at or before an item, in microseconds; -1 when there is none. */
export function printedAt(recording: Recording, cursor: number): number {
	let at = cursor;
	while (at >= 0 && !isPrinted(recording.items[at]!)) at--;
	const chunk = recording.items[at];
	if (!chunk) return -1;
	const mark = recording.tty.findLast(({ span }) =>
		chunk.sent.some(
			(sent) => span && span.c === sent.c && span.dir === sent.dir && span.o === sent.o
		)
	);
	return mark?.t ?? -1;
}

const isPrinted = (item: Item): boolean => item.id === 'io' && item.from === 'container';

/** Name of an item in the page: plain for the last try, `try1/cri-exec` for an earlier one. */
export function stepKey(recording: Recording, item: Pick<Item, 's' | 'try'>): string {
	return isEarlierTry(recording, item) ? `try${item.try}/${item.s}` : item.s;
}

export function isEarlierTry(recording: Recording, item: Pick<Item, 'try'>): boolean {
	return item.try !== undefined && item.try < recording.tries;
}

/** The item that a link means: the last try unless it names another; -1 when there is none. */
export function findItem(recording: Recording, s: string, attempt?: number): number {
	return recording.items.findIndex(
		(item) =>
			item.s === s &&
			(attempt === undefined ? !isEarlierTry(recording, item) : item.try === attempt)
	);
}

/** The item at which a program is stopped now, if one is. */
export function waitingItem(recording: Recording): Item | undefined {
	if (recording.end) return undefined;
	return recording.items.findLast((item) => item.holds.at(-1)?.state === 'waiting');
}

const utf8 = new TextDecoder();
const payloadShown = 200;

/** The text that an `io` chunk carried, its beginning at least; undefined when its bytes are not there. */
export function payloadText(recording: Recording, item: Item): string | undefined {
	const span = item.sent.find((one) => one.len === item.facts.len);
	if (!span) return undefined;
	const { data, complete } = recording.bytes.bytes({
		...span,
		len: Math.min(span.len, payloadShown)
	});
	return complete ? utf8.decode(data) : undefined;
}
