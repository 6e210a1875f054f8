import type { Item, Recording } from '../recording.ts';
import { decoderOf } from './frames-of.ts';
import { Http2Walker } from './read/http2-walker.ts';
import { SpdyWalker } from './read/spdy-walker.ts';
import type { Walker } from './read/walker.ts';

export type Header = readonly [name: string, value: string];

/**
 * The headers that crossed with a step compressed, on every socket: SPDY's blocks and HPACK's. Its bytes, read as text,
 * do not show them. `decodeTowards` comes first where the connection is long.
 */
export function headersOf(recording: Recording, item: Pick<Item, 'sent'>): Header[] {
	return item.sent.flatMap(({ c, dir, o, len }) => {
		const decoder = decoderOf(recording, c);
		const side = decoder.sides[dir];
		const end = o + len;
		decoder.reach(dir, end);
		const found: Header[] = [];
		for (let k = Math.max(0, side.index.find(o)); k < side.index.length; k++) {
			const entry = side.index.at(k)!;
			if (entry.o >= end) break;
			if (entry.o >= o) found.push(...headersAt(entry.o, side.walkerAt(entry.o)));
		}
		return found;
	});
}

function headersAt(o: number, walker: Walker | undefined): readonly Header[] {
	if (walker instanceof SpdyWalker) return Object.entries(walker.headers.get(o) ?? {});
	if (walker instanceof Http2Walker) return walker.headers.get(o)?.headers ?? [];
	return [];
}
