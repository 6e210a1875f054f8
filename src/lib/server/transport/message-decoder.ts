import { Http1Decoder, type Http1Event } from '../../wire/http1/http1-decoder.ts';
import { Http2Decoder } from '../../wire/http2/http2-decoder.ts';
import { UpgradedScanner } from './upgraded-scanner.ts';
import type { WebSocketPart } from './websocket-scanner.ts';

type Direction = '>' | '<';

/**
 * A stretch of one direction of a connection whose role is settled, in the order in which the bytes crossed.
 * `k` is the number of the request (HTTP/1.1) or the stream (HTTP/2); -1 is the connection itself.
 */
export interface Piece {
	dir: Direction;
	k: number;
	o: number;
	bytes: Uint8Array;
	part: 'head' | 'frame' | 'payload' | 'upgraded-frame' | 'upgraded-payload';
	/** Of a request's head: method and target, or the path of a gRPC call. */
	start?: string;
	headers?: [name: string, value: string][];
	last?: boolean;
	/** HTTP/1.1 that cannot be read. */
	unread?: boolean;
	/** Offsets of the first byte after the upgrade, in both directions. */
	upgraded?: { '>': number; '<': number };
	/** Of an HTTP/1.1 body: its own bytes, not the framing of its chunks. */
	body?: boolean;
	/** Of an upgraded WebSocket: what it is a part of. */
	webSocket?: WebSocketPart;
}

const preface = 'PRI * HTTP/2.0';
const nothing = new Uint8Array(0);

/** Reads both directions of a connection into pieces: HTTP/1.1 with its upgrades, or HTTP/2. */
export class MessageDecoder {
	proto: 'http/1.1' | 'h2' | undefined;
	#reader: Http1Pieces | Http2Pieces | undefined;

	push(dir: Direction, chunk: Uint8Array): Piece[] {
		if (!this.#reader) {
			const begin = String.fromCharCode(...chunk.subarray(0, preface.length));
			const h2 = dir === '>' ? preface.startsWith(begin.slice(0, 3)) && begin === preface : true;
			this.proto = h2 ? 'h2' : 'http/1.1';
			this.#reader = h2 ? new Http2Pieces() : new Http1Pieces();
		}
		return this.#reader.push(dir, chunk);
	}
}

/** Bytes of one direction that are not settled yet, by their offset. */
class Held {
	#chunks: Uint8Array[] = [];
	#at = 0;
	end = 0;

	push(chunk: Uint8Array): void {
		// The caller's buffer may be used again: what is kept must be ours.
		this.#chunks.push(chunk.slice());
		this.end += chunk.length;
	}

	/** Takes `len` bytes from `o` on and forgets all before them. */
	take(o: number, len: number): Uint8Array {
		const out = new Uint8Array(len);
		let filled = 0;
		while (this.#chunks[0] && filled < len) {
			const first = this.#chunks[0];
			const skip = Math.max(0, o + filled - this.#at);
			const part = first.subarray(skip, skip + len - filled);
			out.set(part, filled);
			filled += part.length;
			if (skip + part.length < first.length) break;
			this.#at += first.length;
			this.#chunks.shift();
		}
		return out;
	}
}

class Http1Pieces {
	#held = { '>': new Held(), '<': new Held() };
	#methods: string[] = [];
	#requests = new Http1Decoder('request');
	#responses = new Http1Decoder('response', { methodOf: (k) => this.#methods[k] });
	#broken = { '>': false, '<': false };
	#last = { '>': 0, '<': 0 };
	#upgrade: { k: number; '>'?: number; '<'?: number; scanner: UpgradedScanner } | undefined;

	push(dir: Direction, chunk: Uint8Array): Piece[] {
		this.#held[dir].push(chunk);
		if (this.#broken[dir]) return [this.#rest(dir)];
		try {
			const decoder = dir === '>' ? this.#requests : this.#responses;
			return this.#pieces(dir, decoder.push(chunk));
		} catch {
			// Not HTTP/1.1 any more: the bytes are counted, nobody can say what they mean.
			this.#broken[dir] = true;
			return [this.#rest(dir)];
		}
	}

	#rest(dir: Direction): Piece {
		const held = this.#held[dir];
		const o = this.#settled[dir];
		this.#settled[dir] = held.end;
		const bytes = held.take(o, held.end - o);
		return { dir, k: this.#last[dir], o, bytes, part: 'frame', unread: true };
	}

	#settled = { '>': 0, '<': 0 };

	#take(dir: Direction, o: number, len: number): Uint8Array {
		this.#settled[dir] = o + len;
		return this.#held[dir].take(o, len);
	}

	#pieces(dir: Direction, events: Http1Event[]): Piece[] {
		return events.flatMap((event) => this.#piece(dir, event));
	}

	#piece(dir: Direction, event: Http1Event): Piece[] {
		switch (event.type) {
			case 'head':
				return this.#head(dir, event);
			case 'body':
				return [
					{
						dir,
						k: event.k,
						o: event.o,
						bytes: this.#take(dir, event.o, event.len),
						part: 'payload',
						body: event.data.length > 0
					}
				];
			case 'end':
				return [
					{ dir, k: event.k, o: event.o + event.len, bytes: nothing, part: 'frame', last: true },
					...(dir === '<' && !this.#upgrade ? this.#pieces('>', this.#requests.refused()) : [])
				];
			case 'upgraded':
				return this.#upgraded(dir, event.o);
			case 'opaque':
				return this.#opaque(dir, event.o, this.#take(dir, event.o, event.len));
		}
	}

	#head(dir: Direction, event: Http1Event & { type: 'head' }): Piece[] {
		this.#last[dir] = event.k;
		if (dir === '>') this.#methods[event.k] = event.method ?? '';
		if (dir === '<' && event.status === 101) {
			const header = (wanted: string) =>
				event.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
			const scanner = new UpgradedScanner(header('upgrade'), header('sec-websocket-protocol'));
			this.#upgrade = { k: event.k, scanner };
		}
		const bytes = this.#take(dir, event.o, event.len);
		const start = dir === '>' ? `${event.method} ${event.target}` : event.startLine;
		return [{ dir, k: event.k, o: event.o, bytes, part: 'head', start, headers: event.headers }];
	}

	#upgraded(dir: Direction, o: number): Piece[] {
		const upgrade = this.#upgrade;
		if (!upgrade) return [];
		upgrade[dir] = o;
		const before = dir === '<' ? this.#pieces('>', this.#requests.upgraded()) : [];
		const towards = upgrade['>'];
		const back = upgrade['<'];
		if (dir !== '<' || towards === undefined || back === undefined) return before;
		return [
			...before.filter((piece) => !piece.part.startsWith('upgraded')),
			{
				dir,
				k: upgrade.k,
				o,
				bytes: nothing,
				part: 'frame',
				last: true,
				upgraded: { '>': towards, '<': back }
			},
			...before.filter((piece) => piece.part.startsWith('upgraded'))
		];
	}

	#opaque(dir: Direction, o: number, bytes: Uint8Array): Piece[] {
		const { k, scanner } = this.#upgrade!;
		return scanner.push(dir, bytes).map(({ at, len, payload, webSocket }) => ({
			dir,
			k,
			o: o + at,
			bytes: bytes.subarray(at, at + len),
			part: payload ? 'upgraded-payload' : 'upgraded-frame',
			...(webSocket ? { webSocket } : {})
		}));
	}
}

class Http2Pieces {
	#held = { '>': new Held(), '<': new Held() };
	#decoders = { '>': new Http2Decoder('client'), '<': new Http2Decoder('server') };

	#broken = false;
	#settled = { '>': 0, '<': 0 };

	push(dir: Direction, chunk: Uint8Array): Piece[] {
		this.#held[dir].push(chunk);
		if (this.#broken) return [this.#rest(dir)];
		try {
			return this.#frames(dir, chunk);
		} catch {
			this.#broken = true;
			return [this.#rest(dir)];
		}
	}

	/** What cannot be read is kept all the same. */
	#rest(dir: Direction): Piece {
		const held = this.#held[dir];
		const o = this.#settled[dir];
		this.#settled[dir] = held.end;
		return { dir, k: -1, o, bytes: held.take(o, held.end - o), part: 'frame' };
	}

	#frames(dir: Direction, chunk: Uint8Array): Piece[] {
		return this.#decoders[dir].push(chunk).map((frame) => {
			this.#settled[dir] = frame.o + frame.len;
			const path = frame.headers?.find(([name]) => name === ':path')?.[1];
			return {
				dir,
				k: frame.stream === 0 ? -1 : frame.stream,
				o: frame.o,
				bytes: this.#held[dir].take(frame.o, frame.len),
				part: frame.headers ? 'head' : frame.data ? 'payload' : 'frame',
				...(path === undefined ? {} : { start: path }),
				...(frame.headers ? { headers: frame.headers } : {}),
				last: (frame.flags & 0x1) !== 0 && (frame.type === 0 || frame.type === 1)
			} satisfies Piece;
		});
	}
}
