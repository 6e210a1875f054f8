import { crc32 } from 'node:zlib';
import type { Direction } from '../../trace/event.ts';
import type { LaneId } from '../../trace/lanes.ts';
import { hasSecretBody, redactAll, redactHead } from '../../trace/redact.ts';
import type { Tap } from '../../trace/trace.ts';
import { Places, type Crossed } from './places.ts';
import type { RunLog } from './run-log.ts';

/** A stretch of one direction of a connection whose role is settled, in the order in which the bytes crossed. */
export interface Piece {
	dir: Direction;
	/** Which exchange it belongs to: number of the request (HTTP/1.1) or stream (HTTP/2); -1: the connection itself. */
	k: number;
	o: number;
	bytes: Uint8Array;
	/** Payload may be left out of a recording when there is too much of it; the rest never is. */
	part: 'head' | 'frame' | 'payload' | 'upgraded-frame' | 'upgraded-payload';
	start?: string;
	headers?: [name: string, value: string][];
	/** HTTP/1.1 that cannot be read. */
	unread?: boolean;
	/** The message ends with this piece. */
	last?: boolean;
	/** The connection belongs to this exchange from here on, in both directions. */
	upgraded?: { '>': number; '<': number };
	/** Of an HTTP/1.1 body: its own bytes, not the framing of its chunks. */
	body?: boolean;
	/** Of an upgraded WebSocket: what it is a part of. */
	webSocket?: Crossed['webSocket'];
}

/** Reads both directions of a connection into pieces. */
export interface MessageDecoder {
	proto: 'http/1.1' | 'h2' | undefined;
	push(dir: Direction, chunk: Uint8Array): Piece[];
}

/** One request with its answer on one connection. */
export interface Exchange {
	tap: ConnTap;
	k: number;
	start: string;
	run?: RunLog;
	/** Index of the step line of the request and of its answer. */
	steps: { '>'?: number; '<'?: number };
	ranges: { '>': [o: number, len: number][]; '<': [o: number, len: number][] };
	done: { '>': boolean; '<': boolean };
	upgraded?: { '>': number; '<': number };
	/** Where the body of the answer begins: Docker streams there for a client that did not ask for an upgrade. */
	body?: number;
	/** Where its body, or the messages after its upgrade, are. */
	places: { '>': Places; '<': Places };
	/** Bytes after the upgrade are copied from (inbound) and to (outbound) these. */
	inbound?: Exchange;
	outbound?: Exchange;
	waiting: Piece[];
	/** A program has said whose request this is. */
	claimed: boolean;
	/** Our program has closed its end. */
	left?: boolean;
	/** It came from a foreign client, not from one of our programs. */
	foreign?: boolean;
}

/** What a connection asks of the tracer. */
export interface TapHost {
	/** The run and step that a traceparent names. */
	parent(traceparent: string): { run: RunLog; step: number | undefined } | undefined;
	/** Whether a request that is on its way to this lane was announced by that step; from now on it is not any more. */
	arrives(run: RunLog, step: number, to: LaneId): boolean;
	/** A request's head arrived that names no run: remembered until a program claims it. */
	unclaimed(exchange: Exchange): void;
	/** Binds a request to the step that announced it. */
	bound(exchange: Exchange, step: number): void;
	/** Nobody can claim it any more. */
	forgotten(exchange: Exchange): void;
	gone(tap: ConnTap): void;
}

const captureLimit = 256 * 1024;
const terminalLimit = 16 * 1024 * 1024;
const lineLimit = 32 * 1024;
/** A program may still speak of an exchange that has just been answered, but not of one that is so many answers behind. */
const keptOver = 64;

/** Follows one connection: whose bytes are whose, and where in the file of which run they go. */
export class ConnTap implements Tap {
	readonly c: string;
	readonly about: { from: LaneId; to: LaneId; over: 'tcp' | 'tls' | 'unix'; node?: string };
	readonly openedAt: number;
	/** Those that are under way, and the last few that are over: a connection may live as long as the cluster. */
	readonly exchanges = new Map<number, Exchange>();
	/** Numbers of exchanges that are over, the oldest first, and the highest that is forgotten. */
	#over: number[] = [];
	#forgotten = -1;
	readonly believed: boolean | 'once';
	/** Runs that are open and have a `conn` line for this connection. */
	readonly runs = new Set<RunLog>();
	current: RunLog | undefined;
	/** Its client is not one of our programs. */
	foreign = false;
	open = true;
	#host: TapHost;
	#decoder: MessageDecoder;
	#connection: Piece[] = [];
	/** How far each direction has been handed to a run. */
	#written = { '>': 0, '<': 0 };
	/** Who waits for bytes that have not crossed yet. */
	#expected: Record<Direction, { end: number; then: () => void }[]> = { '>': [], '<': [] };
	#captured = new Map<RunLog, { '>': number; '<': number }>();

	constructor(
		c: string,
		about: ConnTap['about'] & { believed?: boolean | 'once' },
		decoder: MessageDecoder,
		host: TapHost,
		now: number
	) {
		this.c = c;
		this.about = about;
		this.believed = about.believed ?? true;
		this.#decoder = decoder;
		this.#host = host;
		this.openedAt = now;
	}

	bytes(dir: Direction, chunk: Uint8Array): void {
		const pieces = this.#decoder.push(dir, chunk);
		for (const piece of this.#merged(dir, chunk.length, pieces)) this.#piece(piece);
		this.#tellExpected(dir);
		this.#place(pieces);
	}

	/** Calls back once the bytes before `end` have crossed: now, or later, or never if the connection ends before. */
	onceCrossed(dir: Direction, end: number, then: () => void): void {
		if (end <= this.#written[dir]) then();
		else if (this.open) this.#expected[dir].push({ end, then });
	}

	/** In the order in which they were asked for, which is that in which they cross. */
	#tellExpected(dir: Direction): void {
		const waiting = this.#expected[dir];
		let told = 0;
		while (told < waiting.length && waiting[told]!.end <= this.#written[dir])
			waiting[told++]!.then();
		if (told > 0) waiting.splice(0, told);
	}

	closed(by: 'client' | 'server'): void {
		if (!this.open) return;
		this.open = false;
		for (const dir of ['>', '<'] as const) this.#expected[dir] = [];
		for (const exchange of this.exchanges.values()) this.#ended(exchange);
		for (const run of this.runs) run.connectionClosed(this, by);
		this.#host.gone(this);
	}

	exchange(k: number): Exchange {
		const known = this.exchanges.get(k);
		if (known) return known;
		const over = k <= this.#forgotten;
		const made: Exchange = {
			tap: this,
			k,
			start: '',
			steps: {},
			ranges: { '>': [], '<': [] },
			done: { '>': over, '<': over },
			places: { '>': new Places(), '<': new Places() },
			waiting: [],
			claimed: false
		};
		this.exchanges.set(k, made);
		return made;
	}

	/** Bytes of this exchange, and what waited for it, belong to `run`. */
	give(exchange: Exchange, run: RunLog): void {
		exchange.claimed = true;
		if (exchange.run === run) return;
		exchange.run = run;
		this.current = run;
		run.uses(this);
		for (const piece of this.#connection.splice(0)) this.#write(run, piece);
		for (const piece of exchange.waiting.splice(0)) this.#write(run, piece);
	}

	/** The request or answer of `exchange` is that step; its ranges follow as they are known. */
	bind(exchange: Exchange, dir: Direction, step: number): void {
		exchange.steps[dir] = step;
		this.#sent(exchange);
	}

	/** The run ends while this connection is open: what has crossed of its messages is all there will be. */
	flush(run: RunLog): void {
		for (const exchange of this.exchanges.values()) {
			if (exchange.run === run) this.#ended(exchange);
		}
		this.runs.delete(run);
		this.#captured.delete(run);
	}

	/** Whether a request of that run is still without its whole answer. */
	busyFor(run: RunLog): boolean {
		if (!this.open) return false;
		for (const exchange of this.exchanges.values())
			if (exchange.run === run && !exchange.left && (exchange.upgraded || !exchange.done['<']))
				return true;
		return false;
	}

	#piece(piece: Piece): void {
		// Of a stream that is over, frames may still come that concern the connection.
		if (piece.k < 0 || (piece.k <= this.#forgotten && !this.exchanges.has(piece.k))) {
			if (this.current) this.#write(this.current, piece);
			else this.#connection.push(piece);
			return;
		}
		const exchange = this.exchange(piece.k);
		if (piece.dir === '>' && piece.part === 'head') this.#arrived(exchange, piece);
		if (exchange.run) this.#write(exchange.run, piece);
		else exchange.waiting.push(piece);
		if (!piece.part.startsWith('upgraded')) extend(exchange.ranges[piece.dir], piece);
		if (piece.upgraded) exchange.upgraded = piece.upgraded;
		if (piece.dir === '<' && piece.part === 'head') exchange.body = piece.o + piece.bytes.length;
		if (!piece.last) return;
		exchange.done[piece.dir] = true;
		this.#sent(exchange);
		if (exchange.done['>'] && exchange.done['<'] && !exchange.upgraded) this.#ends(piece.k);
		if (piece.dir === '<') exchange.run?.exchangeDone();
	}

	/** Once they are written: where what a program may ask for is in them. */
	#place(pieces: Piece[]): void {
		for (const { k, dir, o, bytes, body, webSocket, last } of pieces) {
			if (!body && !webSocket && !last) continue;
			const places = this.exchanges.get(k)?.places[dir];
			if (body || webSocket) places?.crossed({ o, len: bytes.length, webSocket });
			if (last) places?.end();
		}
	}

	/** Nothing more will cross. */
	#ended(exchange: Exchange): void {
		for (const dir of ['>', '<'] as const) {
			exchange.done[dir] = true;
			exchange.places[dir].end();
		}
		this.#sent(exchange);
	}

	#ends(k: number): void {
		this.#over.push(k);
		if (this.#over.length <= keptOver) return;
		const oldest = this.#over.shift()!;
		const exchange = this.exchanges.get(oldest);
		this.exchanges.delete(oldest);
		this.#forgotten = Math.max(this.#forgotten, oldest);
		if (exchange) this.#host.forgotten(exchange);
	}

	/** Frames and payload of one chunk become one line, as long as no payload has to be left out. */
	#merged(dir: Direction, len: number, pieces: Piece[]): Piece[] {
		const captured = this.current ? (this.#captured.get(this.current)?.[dir] ?? 0) : 0;
		if (pieces.length < 2 || captured + len > captureLimit) return pieces;
		const out: Piece[] = [];
		for (const piece of pieces) {
			const last = out.at(-1);
			const kind = mergeable(piece);
			const joins =
				last !== undefined &&
				kind !== undefined &&
				kind === mergeable(last) &&
				last.k === piece.k &&
				last.o + last.bytes.length === piece.o;
			if (!joins) out.push(piece);
			else
				out[out.length - 1] = {
					...last,
					part: kind,
					bytes: Buffer.concat([last.bytes, piece.bytes])
				};
		}
		return out;
	}

	#arrived(exchange: Exchange, piece: Piece): void {
		exchange.start = piece.start ?? '';
		const traceparent = piece.headers?.find(([name]) => name.toLowerCase() === 'traceparent')?.[1];
		const parent = traceparent === undefined ? undefined : this.#parent(traceparent);
		if (!parent) return this.#host.unclaimed(exchange);
		this.give(exchange, parent.run);
		if (parent.step === undefined) return;
		exchange.steps['>'] = parent.step;
		this.#host.bound(exchange, parent.step);
	}

	#parent(traceparent: string): ReturnType<TapHost['parent']> {
		const parent = this.believed === false ? undefined : this.#host.parent(traceparent);
		if (!parent || this.believed === true) return parent;
		const { run, step } = parent;
		return step !== undefined && this.#host.arrives(run, step, this.about.to) ? parent : undefined;
	}

	#sent(exchange: Exchange): void {
		if (!exchange.run) return;
		for (const dir of ['>', '<'] as const) {
			const of = exchange.steps[dir];
			if (of === undefined || !exchange.done[dir]) continue;
			for (const [o, len] of exchange.ranges[dir].splice(0))
				exchange.run.line({ k: 'sent', of, c: this.c, dir, o, len });
		}
	}

	#write(run: RunLog, piece: Piece): void {
		if (!run.open) {
			this.#written[piece.dir] = piece.o + piece.bytes.length;
			return;
		}
		run.connection(this, this.#decoder.proto, [this.#written['>'], this.#written['<']]);
		this.#written[piece.dir] = piece.o + piece.bytes.length;
		const bytes = this.#redacted(piece);
		for (let at = 0; at < bytes.length; at += lineLimit) {
			const part = bytes.subarray(at, at + lineLimit);
			this.#store(run, piece, piece.o + at, part);
		}
	}

	/** What nobody can read may be a head with a credential: it is not written either. */
	#redacted(piece: Piece): Uint8Array {
		if (piece.unread) return redactAll(piece.bytes);
		if (piece.part === 'head') return redactHead(piece.bytes);
		const secret =
			piece.part === 'payload' && hasSecretBody(this.exchanges.get(piece.k)?.start ?? '');
		return secret ? redactAll(piece.bytes) : piece.bytes;
	}

	#store(run: RunLog, piece: Piece, o: number, bytes: Uint8Array): void {
		const span = { c: this.c, dir: piece.dir, o, len: bytes.length };
		const ref = this.#copyOf(run, piece, o);
		if (ref) return void run.line({ k: 'b', ...span, ref });
		if (piece.part.endsWith('payload') && this.#full(run, piece.dir, bytes.length)) {
			const crc = crc32(bytes).toString(16).padStart(8, '0');
			return void run.line({ k: 'gap', ...span, crc });
		}
		run.bytes(span, bytes);
	}

	/** Where the same bytes are in the file already, when a proxy only copied them here. */
	#copyOf(run: RunLog, piece: Piece, o: number): [string, Direction, number] | undefined {
		if (!piece.part.startsWith('upgraded')) return undefined;
		const exchange = this.exchange(piece.k);
		const source = piece.dir === '>' ? exchange.inbound : exchange.outbound;
		if (!source?.upgraded || !exchange.upgraded || source.run !== run) return undefined;
		return [source.tap.c, piece.dir, source.upgraded[piece.dir] + o - exchange.upgraded[piece.dir]];
	}

	#full(run: RunLog, dir: Direction, len: number): boolean {
		const captured = this.#captured.get(run) ?? { '>': 0, '<': 0 };
		this.#captured.set(run, captured);
		const limit = run.terminal ? terminalLimit : captureLimit;
		if (captured[dir] + len > limit) return true;
		captured[dir] += len;
		return false;
	}
}

/** What a piece may be joined as: bytes of a body, or anything of an upgraded connection. */
function mergeable(piece: Piece): 'payload' | 'upgraded-payload' | undefined {
	if (piece.part.startsWith('upgraded')) return 'upgraded-payload';
	return piece.part === 'payload' ? 'payload' : undefined;
}

/** Adds a piece to the last range when it follows on it. */
function extend(ranges: [number, number][], piece: Piece): void {
	const last = ranges.at(-1);
	if (last && last[0] + last[1] === piece.o) last[1] += piece.bytes.length;
	else if (piece.bytes.length > 0) ranges.push([piece.o, piece.bytes.length]);
}
