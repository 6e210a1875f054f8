import type { Item, Recording } from '../recording/recording.ts';
import type { Span } from '../trace/event.ts';
import { lanes, type LaneId } from '../trace/lanes.ts';
import { layersOf, type Layer } from './journey-layers.ts';

/** One hop of what is followed: a socket that it crossed, or the way inside a program or to a process. */
export interface Hop {
	from: LaneId;
	to: LaneId;
	kind: 'socket' | 'inside' | 'process';
	/** Where its bytes are; only a socket has some. */
	span: Span | undefined;
	/** The wrappers it rode in, outermost first. */
	layers: readonly Layer[];
	/** Microseconds since `t0` at which it was seen there; undefined where nobody looks: in a process or a program. */
	at: number | undefined;
	/** Microseconds since the hop before that was seen; undefined for the first. */
	delay: number | undefined;
	/** On the way back. */
	back: boolean;
	/** Index of the item that it is a part of. */
	item: number;
	/** What it says there, of an exit code on its way. */
	says?: Saying | undefined;
}

/** What a place says of an exit code. */
export interface Saying {
	/** The code, or the word that stands for it. */
	value: string;
	/** Where it is written: a path in JSON, or the name of the thing. */
	path: string;
	/** The text around it and which part of that is the value; none where it is no text. */
	text: string;
	mark: [from: number, to: number] | undefined;
}

export type Leg = Omit<Hop, 'delay'>;

/** The sockets that byte number `byte` of a step's payload crossed, in the order in which it crossed them. */
export function socketLegs(recording: Recording, item: Item, byte: number, back: boolean): Leg[] {
	const legs: Leg[] = [];
	for (const spans of bySocket(item.sent)) {
		const span = holding(spans, byte);
		if (!span) continue;
		const connection = recording.connections.get(span.c);
		const [client, server] = [connection?.from ?? item.from, connection?.to ?? item.to];
		legs.push({
			from: span.dir === '>' ? client : server,
			to: span.dir === '>' ? server : client,
			kind: 'socket',
			span,
			layers: layersOf(recording, span),
			at: recording.bytes.timeOf(span.c, span.dir, span.o),
			back,
			item: item.index
		});
	}
	return legs;
}

/** A hop may have split what was one: the parts of each socket, in order. */
function bySocket(sent: readonly Span[]): Span[][] {
	const sockets = new Map<string, Span[]>();
	for (const span of sent) {
		const parts = sockets.get(span.dir + span.c);
		if (parts) parts.push(span);
		else sockets.set(span.dir + span.c, [span]);
	}
	return [...sockets.values()];
}

/** The rest of the part that holds a byte, from that byte on. */
function holding(parts: readonly Span[], byte: number): Span | undefined {
	let skip = byte;
	for (const { c, dir, o, len } of parts) {
		if (skip < len) return { c, dir, o: o + skip, len: len - skip };
		skip -= len;
	}
	return undefined;
}

/**
 * Legs in a row as hops: with the way inside a program where one lane hands it to another, and with the time since
 * the last that was seen.
 */
export function joined(legs: readonly Leg[]): Hop[] {
	const hops: Hop[] = [];
	let seen: number | undefined;
	let last: Leg | undefined;
	for (const leg of legs) {
		if (last && last.to !== leg.from && sameProgram(last.to, leg.from))
			hops.push({ ...insideLeg(last.to, leg), delay: undefined });
		// Two writers may hand in their lines in the wrong order: then it was the same moment, as far as one can tell.
		const delay =
			leg.at === undefined || seen === undefined ? undefined : Math.max(0, leg.at - seen);
		hops.push({ ...leg, delay });
		if (leg.at !== undefined) seen = Math.max(leg.at, seen ?? leg.at);
		last = leg;
	}
	return hops;
}

function insideLeg(from: LaneId, next: Leg): Leg {
	const { back, item, from: to } = next;
	return { from, to, kind: 'inside', span: undefined, layers: ['call'], at: undefined, back, item };
}

function sameProgram(one: LaneId, other: LaneId): boolean {
	return ownerOf(one) === other || ownerOf(other) === one;
}

function ownerOf(id: LaneId): LaneId | undefined {
	const lane = lanes.find((known) => known.id === id);
	// A container's process is no part of the engine's program.
	return lane && 'owner' in lane && lane.id !== 'container' ? lane.owner : undefined;
}
