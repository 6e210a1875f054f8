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
import type { Problem } from './batch.ts';
import { ByteStore } from './byte-store.ts';
import { Items } from './items.ts';
import { Keyframes } from './keyframes.ts';
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
	/** Its lines are others than those that the recorder closed with `end`. */
	altered: boolean;
	/** The file is of a newer major version: nothing of it is shown. */
	unreadable: boolean;
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
		altered: false,
		unreadable: false
	};
}
