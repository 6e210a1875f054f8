import { WebSocketScanner, type WebSocketPart } from './websocket-scanner.ts';

/** A stretch of a chunk that is payload of a stream, or framing and small talk around it. */
export interface Stretch {
	at: number;
	len: number;
	payload: boolean;
	/** In a WebSocket connection: what it is a part of. */
	webSocket?: WebSocketPart;
}

const headerBytes = 8;

/**
 * Tells payload from framing in an upgraded connection by reading frame headers alone: SPDY/3.1, WebSocket, Docker's
 * multiplexed stream, or a stream without frames. Pure bookkeeping; whole decoding is the reader's work.
 */
export class UpgradedScanner {
	#spdy: boolean;
	#docker: boolean;
	#webSocket: { '>': WebSocketScanner; '<': WebSocketScanner } | undefined;
	#states: { '>': State; '<': State } = { '>': fresh(), '<': fresh() };

	/** `protocol` is the value of the Upgrade header, `subprotocol` that of Sec-WebSocket-Protocol, of the 101. */
	constructor(protocol: string, subprotocol = '') {
		this.#spdy = /^spdy\//i.test(protocol);
		this.#docker = protocol.toLowerCase() === 'tcp';
		if (protocol.toLowerCase() === 'websocket')
			this.#webSocket = {
				'>': new WebSocketScanner(subprotocol),
				'<': new WebSocketScanner(subprotocol)
			};
	}

	push(dir: '>' | '<', chunk: Uint8Array): Stretch[] {
		const state = this.#states[dir];
		if (this.#webSocket) return this.#webSocket[dir].push(chunk);
		if (!this.#spdy && !(this.#docker && dir === '<'))
			return [{ at: 0, len: chunk.length, payload: this.#docker }];
		if (state.raw) return [{ at: 0, len: chunk.length, payload: true }];
		const out: Stretch[] = [];
		for (let at = 0; at < chunk.length;) at += this.#next(state, chunk, at, out);
		return out;
	}

	#next(state: State, chunk: Uint8Array, at: number, out: Stretch[]): number {
		if (state.left > 0) {
			const len = Math.min(state.left, chunk.length - at);
			state.left -= len;
			out.push({ at, len, payload: state.payload });
			return len;
		}
		const len = Math.min(headerBytes - state.header.length, chunk.length - at);
		state.header.push(...chunk.subarray(at, at + len));
		out.push({ at, len, payload: false });
		if (state.header.length === headerBytes) this.#begin(state);
		return len;
	}

	#begin(state: State): void {
		const [a, b, c, d, , f, g, h] = state.header as [...number[]] & { length: 8 };
		const long = ((f! << 16) | (g! << 8) | h!) >>> 0;
		if (this.#spdy) {
			state.left = long;
			// Stream 1 is the error stream: its Status is what the lesson ends with, and always kept.
			const stream = ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0;
			state.payload = a! < 0x80 && stream !== 1;
		} else {
			// A terminal's stream has no frames; nothing that a terminal prints begins like one.
			state.raw = a! > 3 || b !== 0 || c !== 0 || d !== 0;
			state.left = state.raw ? 0 : state.header[4]! * 2 ** 24 + long;
			state.payload = true;
		}
		state.header.length = 0;
	}
}

interface State {
	header: number[];
	left: number;
	payload: boolean;
	raw: boolean;
}

function fresh(): State {
	return { header: [], left: 0, payload: false, raw: false };
}
