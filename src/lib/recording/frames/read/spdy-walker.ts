import { uint24, uint32 } from '../../../wire/bytes.ts';
import { frameHeaderBytes, SpdyDecoder } from '../../../wire/spdy/frames.ts';
import type { SpdyHeaders } from '../../../wire/spdy/header-block.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import { headerAt, type Step, type Walker } from './walker.ts';

/** Reads SPDY/3.1. Header blocks are inflated here and kept, since each needs all before it. */
export class SpdyWalker implements Walker {
	readonly wire: Wire = 'S';
	/** Of frames that have some, by the place of the frame. */
	readonly headers = new Map<number, SpdyHeaders>();
	/** What a stream is for, as its SYN_STREAM says. */
	readonly streams = new Map<number, string>();
	readonly #decoder = new SpdyDecoder();

	next(at: number, window: ByteWindow): Step {
		const header = headerAt(at, frameHeaderBytes, window);
		if (typeof header === 'string') return header;
		const len = frameHeaderBytes + uint24(header, 5);
		const control = header[0]! >= 0x80;
		if (!control && uint32(header, 0) === 0) return 'lost';
		if (!window.covers(at, len)) return 'wait';
		const found = { kind: 'spdy', len } as const;
		if (!control) return found;
		if (window.holes(at, len).length > 0) return 'lost';
		const [placed] = this.#decoder.push(window.bytes(at, len));
		const frame = placed?.frame;
		if (!frame || !('headers' in frame)) return found;
		this.headers.set(at, frame.headers);
		const type = frame.headers['streamtype'];
		if (frame.type === 'syn-stream' && type !== undefined) this.streams.set(frame.id, type);
		return { ...found, keeps: sizeOf(frame.headers) };
	}

	passHole(_len: number, lost: boolean): boolean {
		return !lost;
	}
}

function sizeOf(headers: SpdyHeaders): number {
	return Object.entries(headers).reduce((sum, [name, value]) => {
		return sum + name.length + value.length + 32;
	}, 64);
}
