import type { Direction, Span } from '../../trace/event.ts';
import type { Item, Recording } from '../recording.ts';
import type { Described } from './describe/described.ts';
import { describeRaw, describeStdcopy } from './describe/docker.ts';
import { describeBody, describeChunk, describeHead } from './describe/http1.ts';
import { describeHttp2, type Call } from './describe/http2.ts';
import { box } from './describe/layout.ts';
import { describeSpdy } from './describe/spdy.ts';
import { hexOf } from './describe/text-of.ts';
import { describeWebSocket } from './describe/websocket.ts';
import type { Box, Frame, Trouble } from './frame.ts';
import { ConnectionDecoder, type Side } from './read/connection-decoder.ts';
import type { Entry } from './read/frame-index.ts';
import { Http2Walker } from './read/http2-walker.ts';
import { SpdyWalker } from './read/spdy-walker.ts';

/** The frames in which a step's bytes crossed one socket. */
export interface SpanFrames {
	span: Span;
	frames: Frame[];
}

/** A step is rarely in more frames than this; the ladder and the panel show no more. */
export const maxFramesOfSpan = 2000;

/** One decoder a connection, for as long as the recording is here. */
const decoders = new WeakMap<Recording, Map<string, ConnectionDecoder>>();

/** The frames of every socket that an item's bytes crossed, in order. */
export function framesOf(recording: Recording, item: Pick<Item, 'sent'>): SpanFrames[] {
	return item.sent.map((span) => ({ span, frames: framesOfSpan(recording, span) }));
}

/** The frames that overlap a span. What has no frames (raw bytes, holes) is cut to the span. */
export function framesOfSpan(recording: Recording, span: Span): Frame[] {
	const decoder = decoderOf(recording, span.c);
	const side = decoder.sides[span.dir];
	const end = span.o + span.len;
	decoder.reach(span.dir, end);
	const frames: Frame[] = [];
	const { index } = side;
	for (let k = Math.max(0, index.find(span.o)); k < index.length; k++) {
		const entry = index.at(k)!;
		if (entry.o >= end || frames.length >= maxFramesOfSpan) break;
		if (entry.o + entry.len <= span.o) continue;
		frames.push(frameOf(decoder, side, span, uncut.has(entry.kind) ? cut(entry, span) : entry));
	}
	const from = Math.max(span.o, index.end);
	if (from < end && frames.length < maxFramesOfSpan) frames.push(...restOf(side, span, from, end));
	if (span.o < index.from) frames.unshift(before(side, span));
	return frames;
}

/**
 * Decodes towards a step's bytes, a part at a time, so that a page stays awake over a very long connection; true when
 * its frames can be had at once. Far into a connection of small frames the whole way takes seconds. `work` is how much is
 * a part: so many small frames, or fewer large ones.
 */
export function decodeTowards(
	recording: Recording,
	item: { readonly sent: readonly Span[] },
	work = workAtOnce
): boolean {
	let left = work;
	for (const span of item.sent) {
		const decoder = decoderOf(recording, span.c);
		left -= decoder.reach(span.dir, span.o + span.len, left);
		if (left <= 0) return false;
	}
	return true;
}

/** About 20 ms, in small frames. */
const workAtOnce = 8000;

/** Kinds that have no frames of their own. */
const uncut: ReadonlySet<Entry['kind']> = new Set<Entry['kind']>([
	'raw',
	'unreadable',
	'left-out',
	'not-recorded'
]);

function cut(entry: Entry, span: Span): Entry {
	const o = Math.max(entry.o, span.o);
	return { ...entry, o, len: Math.min(entry.o + entry.len, span.o + span.len) - o };
}

/** What reads a connection, for as long as the recording is here. */
export function decoderOf(recording: Recording, c: string): ConnectionDecoder {
	let known = decoders.get(recording);
	if (!known) decoders.set(recording, (known = new Map<string, ConnectionDecoder>()));
	let decoder = known.get(c);
	if (!decoder) {
		const connection = recording.connections.get(c);
		decoder = new ConnectionDecoder(recording.bytes, {
			c,
			proto: connection?.proto,
			offset: connection?.offset ?? [0, 0]
		});
		// A connection that is not announced yet may begin elsewhere.
		if (connection) known.set(c, decoder);
	}
	return decoder;
}

function frameOf(decoder: ConnectionDecoder, side: Side, span: Span, entry: Entry): Frame {
	const trouble = troubles.find((one) => one === entry.kind);
	if (trouble) return troubled(side, span, entry.o, entry.len, trouble);
	let described: Described;
	try {
		described = describe(decoder, side, entry);
	} catch {
		// Bytes that changed since they were decoded: a recording that was not only appended to.
		return troubled(side, span, entry.o, entry.len, 'unreadable');
	}
	const { name, payload, facts = {} } = described;
	const { dir, c } = span;
	let made: Box | undefined;
	return {
		wire: side.wireAt(entry.o),
		dir,
		c,
		o: entry.o,
		len: entry.len,
		name,
		payload,
		trouble: undefined,
		facts,
		get box() {
			return (made ??= described.box());
		}
	};
}

const troubles = ['left-out', 'not-recorded', 'unreadable'] as const satisfies Trouble[];

function troubled(side: Side, span: Span, o: number, len: number, trouble: Trouble): Frame {
	const here = trouble !== 'left-out' && trouble !== 'not-recorded';
	const value = here ? hexOf(side.window.bytes(o, Math.min(len, 64)), 24) : '';
	const field = { name: trouble, o, len, value, trouble };
	return {
		wire: side.wireAt(o),
		dir: span.dir,
		c: span.c,
		o,
		len,
		name: trouble,
		payload: undefined,
		trouble,
		facts: {},
		box: box(trouble, o, len, [field])
	};
}

/** What decoding did not reach: too far, not there yet, or the beginning of a frame. */
function restOf(side: Side, span: Span, from: number, end: number): Frame[] {
	if (side.full) return [troubled(side, span, from, end - from, 'too-far')];
	const [first] = side.window.holes(from, end - from);
	const known = first ? first.o : end;
	const frames: Frame[] = [];
	if (known > from) frames.push(troubled(side, span, from, known - from, 'begun'));
	if (known < end) frames.push(troubled(side, span, known, end - known, 'not-recorded'));
	return frames;
}

/** The span begins before the recording of its connection does. */
function before(side: Side, span: Span): Frame {
	const len = Math.min(span.len, side.index.from - span.o);
	return troubled(side, span, span.o, len, 'not-recorded');
}

function describe(decoder: ConnectionDecoder, side: Side, entry: Entry): Described {
	switch (entry.kind) {
		case 'head':
			return describeHead(entry, side);
		case 'body':
			return describeBody(entry, side);
		case 'chunk':
			return describeChunk(entry, side);
		case 'spdy':
			return describeSpdy(entry, side, (id) => spdyStream(decoder, id));
		case 'websocket':
			return describeWebSocket(entry, side);
		case 'stdcopy':
			return describeStdcopy(entry, side);
		case 'http2':
			return describeHttp2(entry, side, (id) => call(decoder, id));
		default:
			return describeRaw(entry, side);
	}
}

/** The client opens every stream, so what it is for stands in its direction: decoded as far as needed. */
function spdyStream(decoder: ConnectionDecoder, id: number): string | undefined {
	return sought(decoder, (walker) =>
		walker instanceof SpdyWalker ? walker.streams.get(id) : undefined
	);
}

function call(decoder: ConnectionDecoder, id: number): Call | undefined {
	return sought(decoder, (walker) => {
		const stream = walker instanceof Http2Walker ? walker.streams.get(id) : undefined;
		return stream?.path === undefined ? undefined : { path: stream.path, grpc: stream.grpc };
	});
}

function sought<Found>(
	decoder: ConnectionDecoder,
	find: (walker: unknown) => Found | undefined
): Found | undefined {
	const direction: Direction = '>';
	const { walkers } = decoder.sides[direction];
	for (;;) {
		const found = find(walkers.at(-1)?.walker);
		if (found !== undefined || !decoder.step(direction)) return found;
	}
}
