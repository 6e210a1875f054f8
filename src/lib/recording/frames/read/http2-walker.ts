import { uint24, uint32 } from '../../../wire/bytes.ts';
import { http2Flags, Http2Decoder, type Http2Frame } from '../../../wire/http2/http2-decoder.ts';
import { maxGrpcMessageBytes } from '../../../wire/protobuf/grpc-messages.ts';
import type { Direction } from '../../../trace/event.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import { headerAt, type Step, type Walker } from './walker.ts';

export const http2HeaderBytes = 9;
export const grpcHeaderBytes = 5;
export const http2Preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** What one direction of a stream has carried. Places of messages count its DATA alone. */
export interface Http2Stream {
	path: string | undefined;
	grpc: boolean;
	/** Bytes of DATA so far. */
	length: number;
	/** Where each gRPC message begins, its header included, and how long it is. */
	messages: { o: number; len: number }[];
	/** DATA frames: place in the stream's data, place of those bytes in the connection, and how many. */
	parts: { at: number; o: number; len: number }[];
	/** The header of a message that has not arrived whole, and the bytes of a message still to come. */
	header: number[];
	left: number;
	/** After a length that no message has. */
	broken: boolean;
}

type Headers = Pick<Http2Frame, 'headers' | 'placed' | 'error'>;

/** Reads HTTP/2. Header blocks are kept, and where the gRPC messages of each stream are. */
export class Http2Walker implements Walker {
	readonly wire: Wire = 'G';
	/** Of frames that end a header block, by the place of the frame. */
	readonly headers = new Map<number, Headers>();
	readonly streams = new Map<number, Http2Stream>();
	readonly #decoder = new Http2Decoder('server');
	#prefaceRead: boolean;

	/** `whole` is whether these are the first bytes of the connection. */
	constructor(dir: Direction, whole: boolean) {
		this.#prefaceRead = dir === '<' || !whole;
	}

	next(at: number, window: ByteWindow): Step {
		if (!this.#prefaceRead) return this.#preface(at, window);
		const header = headerAt(at, http2HeaderBytes, window);
		if (typeof header === 'string') return header;
		const len = http2HeaderBytes + uint24(header, 0);
		if (!window.covers(at, len)) return 'wait';
		const [type = 0, flags = 0] = header.subarray(3, 5);
		const id = uint32(header, 5) & 0x7fffffff;
		const found = { kind: 'http2', len } as const;
		if (type === 0) return { ...found, ...this.#data(id, flags, at, window.bytes(at, len)) };
		if (type !== 1 && type !== 5 && type !== 9) return found;
		if (window.holes(at, len).length > 0) return 'lost';
		return { ...found, keeps: this.#headers(id, at, window.bytes(at, len)) };
	}

	passHole(_len: number, lost: boolean): boolean {
		return !lost;
	}

	#preface(at: number, window: ByteWindow): Step {
		const start = headerAt(at, http2Preface.length, window);
		if (typeof start === 'string') return start;
		this.#prefaceRead = true;
		if (String.fromCharCode(...start) !== http2Preface) return 'lost';
		return { kind: 'http2', len: start.length, x: -1 };
	}

	#headers(id: number, at: number, bytes: Uint8Array): number {
		const [frame] = this.#decoder.push(bytes);
		if (!frame) return 0;
		const { headers, placed, error, o } = frame;
		// The decoder counts what it was given; the places of the recording count all bytes.
		const moved = placed?.map((one) => ({ ...one, o: one.o - o + at }));
		this.headers.set(at, { headers, placed: moved, error });
		const value = (name: string) => headers?.find(([known]) => known === name)?.[1];
		const stream = this.#stream(id);
		stream.path ??= value(':path');
		stream.grpc ||= value('content-type')?.startsWith('application/grpc') ?? false;
		const texts = headers?.reduce((sum, [name, text]) => sum + name.length + text.length + 64, 0);
		return 200 + (texts ?? 0);
	}

	#data(id: number, flags: number, at: number, bytes: Uint8Array): { x: number; keeps: number } {
		const padded = (flags & http2Flags.padded) !== 0;
		const from = http2HeaderBytes + (padded ? 1 : 0);
		const to = bytes.length - (padded ? (bytes[http2HeaderBytes] ?? 0) : 0);
		const stream = this.#stream(id);
		const x = stream.length;
		if (to <= from) return { x, keeps: 0 };
		const before = stream.messages.length;
		stream.parts.push({ at: x, o: at + from, len: to - from });
		if (!stream.broken) findMessages(stream, bytes.subarray(from, to));
		stream.length += to - from;
		return { x, keeps: 40 * (1 + stream.messages.length - before) };
	}

	#stream(id: number): Http2Stream {
		let stream = this.streams.get(id);
		if (!stream) {
			stream = {
				path: undefined,
				grpc: false,
				length: 0,
				messages: [],
				parts: [],
				header: [],
				left: 0,
				broken: false
			};
			this.streams.set(id, stream);
		}
		return stream;
	}
}

function findMessages(stream: Http2Stream, data: Uint8Array): void {
	for (let at = 0; at < data.length;) {
		if (stream.left > 0) {
			const step = Math.min(stream.left, data.length - at);
			stream.left -= step;
			at += step;
			continue;
		}
		stream.header.push(data[at++]!);
		if (stream.header.length < grpcHeaderBytes) continue;
		const length = uint32(Uint8Array.from(stream.header), 1);
		stream.header = [];
		stream.broken = length > maxGrpcMessageBytes;
		if (stream.broken) return;
		stream.left = length;
		const o = stream.length + at - grpcHeaderBytes;
		stream.messages.push({ o, len: grpcHeaderBytes + length });
	}
}
