import type { Item, Recording } from '../recording.ts';
import { decoderOf } from './frames-of.ts';
import { Http2Walker } from './read/http2-walker.ts';
import { SpdyWalker } from './read/spdy-walker.ts';
import type { Walker } from './read/walker.ts';

export type Header = readonly [name: string, value: string];

/**
 * The headers that crossed with a step compressed, on every socket: SPDY's blocks and HPACK's. Its bytes, read as text,
 * do not show them. A part at a time, each as much work as `work` small frames, so that a page stays awake over a very
 * long connection or step: between two parts undefined comes. `too-far`: more of them lie where nothing is decoded.
 */
export function* headersOf(
	recording: Recording,
	item: Pick<Item, 'sent'>,
	work: number
): Generator<Header | 'too-far' | undefined> {
	for (const { c, dir, o, len } of item.sent) {
		const decoder = decoderOf(recording, c);
		const side = decoder.sides[dir];
		const end = o + len;
		while (decoder.reach(dir, end, work) >= work) yield undefined;
		for (let k = Math.max(0, side.index.find(o)); k < side.index.length; k++) {
			if (k % work === 0) yield undefined;
			const entry = side.index.at(k)!;
			if (entry.o >= end) break;
			if (entry.o >= o) yield* headersAt(entry.o, side.walkerAt(entry.o));
		}
		if (side.full && side.index.end < end) yield 'too-far';
	}
}

function headersAt(o: number, walker: Walker | undefined): readonly Header[] {
	if (walker instanceof SpdyWalker) return Object.entries(walker.headers.get(o) ?? {});
	if (walker instanceof Http2Walker) return walker.headers.get(o)?.headers ?? [];
	return [];
}
