import type { Item, Recording } from '../recording/recording.ts';
import { echoOf, echoWithin } from './journey-echo.ts';
import { joined, socketLegs, type Hop, type Leg } from './journey-hops.ts';
import { journeyIndex } from './journey-index.ts';
import { hasTerminal } from './journey-layers.ts';

/** A byte's way, or an exit code's: hop by hop, as the recording saw it. */
export interface Journey {
	kind: 'key' | 'output' | 'exit';
	/** The same as long as the same thing is followed, however much more of its way is known. */
	id: string;
	/** The character that is followed; empty for an exit code. */
	char: string;
	hops: readonly Hop[];
	/** Nothing more will come: it is back, or it has been waited for in vain. */
	settled: boolean;
	/** It came back from the process. */
	echoed: boolean;
}

/** The way of one character of a chunk: `byte` is its place in the chunk, the first unless said. */
export function followKey(recording: Recording, item: Item, byte = 0): Journey {
	const bytes = charAt(recording, item, byte);
	const char = utf8.decode(bytes);
	const output = item.from === 'container';
	const id = `${recording.id} ${item.i} ${byte}`;
	if (output) {
		const hops = joined(back(recording, item, byte));
		return { kind: 'output', id, char, hops, settled: isOver(recording, item.t), echoed: false };
	}
	const there = socketLegs(recording, item, byte, false);
	const since = Math.max(item.t, ...there.map((leg) => leg.at ?? 0));
	const echo = echoOf(recording, item, byte, bytes, since);
	if (there.at(-1)?.to === 'engine') there.push(process(recording, item, false));
	const home = echo ? back(recording, echo.item, echo.byte) : [];
	const arrived = home.at(-1)?.to === there[0]?.from;
	return {
		kind: 'key',
		id,
		char,
		hops: joined([...there, ...home]),
		settled: (echo !== undefined && arrived) || isOver(recording, since),
		echoed: echo !== undefined
	};
}

/** The newest chunk that was typed; undefined when nobody has typed yet. */
export function latestKey(recording: Recording): Item | undefined {
	const { typed } = journeyIndex(recording);
	return typed < 0 ? undefined : recording.items.at(typed);
}

function back(recording: Recording, item: Item, byte: number): Leg[] {
	return [process(recording, item, true), ...socketLegs(recording, item, byte, true)];
}

/** Between engine and process are pipes or a terminal, which nobody overhears; the engine says when it read from them. */
function process(recording: Recording, item: Item, isBack: boolean): Leg {
	return {
		from: isBack ? 'container' : 'engine',
		to: isBack ? 'engine' : 'container',
		kind: 'process',
		span: undefined,
		layers: [hasTerminal(recording) ? 'terminal' : 'pipe'],
		at: isBack && item.facts.inferred !== true ? item.t : undefined,
		back: isBack,
		item: item.index
	};
}

function isOver(recording: Recording, since: number): boolean {
	return recording.end !== undefined || recording.t > since + echoWithin;
}

const utf8 = new TextDecoder();
const longestChar = 4;

/** The bytes of the character that begins at a place of a chunk, as its first socket carried them. */
function charAt(recording: Recording, item: Item, byte: number): Uint8Array {
	const span = socketLegs(recording, item, byte, false)[0]?.span;
	if (!span) return new Uint8Array();
	const { data } = recording.bytes.bytes({ ...span, len: Math.min(span.len, longestChar) });
	const [first = 0] = data;
	const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : longestChar;
	return data.subarray(0, length);
}
