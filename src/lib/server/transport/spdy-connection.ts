/**
 * A SPDY/3.1 connection after its upgrade, either end (spdystream connection.go, and the httpstream connection that
 * Kubernetes puts around it). No flow control and no priorities: Kubernetes uses neither. A slow reader of any stream
 * stops the whole connection, by TCP's back-pressure.
 */
import type { Duplex } from 'node:stream';
import { rstStatus, SpdyDecoder, SpdyEncoder, SpdyError } from '../../wire/spdy/frames.ts';
import type { Frame, PlacedFrame } from '../../wire/spdy/frames.ts';
import type { SpdyHeaders } from '../../wire/spdy/header-block.ts';
import { SpdyStream, StreamClosedError, type StreamCarrier } from './spdy-stream.ts';

export interface SpdyConnectionOptions {
	role: 'client' | 'server';
	/** A frame arrived. Nothing is done about it, and nothing more is read, before this resolves. */
	received?(frame: PlacedFrame): void | Promise<void>;
	/** A frame is about to be written. */
	sent?(frame: PlacedFrame): void;
	/** The peer opened a stream; accept it by `reply()`, refuse it by `reset()`. Nothing more is read meanwhile. */
	incoming?(stream: SpdyStream): void | Promise<void>;
	/** Without a frame in either direction for so long the connection closes. Needs `clock`. */
	idleMs?: number;
	clock?: { now(): number; after(ms: number, run: () => void): () => void };
}

/** More open streams than this are refused; exec needs 5, a port-forward 2 for each of its connections. */
const maxStreams = 1000;

export class SpdyConnection {
	/**
	 * Resolves, never rejects, when the peer will say nothing more: after its GOAWAY, its end, or a broken connection.
	 * Whoever owns the connection must still `close` it.
	 */
	readonly closed: Promise<void>;
	/** What broke the connection: a SpdyError, the socket's error, or what a callback threw. */
	error: unknown;

	readonly #duplex: Duplex;
	readonly #options: SpdyConnectionOptions;
	readonly #decoder = new SpdyDecoder();
	readonly #encoder = new SpdyEncoder();
	readonly #streams = new Map<number, SpdyStream>();
	readonly #opening = new Map<number, (error?: Error) => void>();
	readonly #pings = new Map<number, () => void>();
	readonly #carrier: StreamCarrier;
	#state: 'open' | 'peer-gone' | 'closing' = 'open';
	#written = 0;
	#nextId: number;
	#nextPing: number;
	#lastReceivedId = 0;
	#draining: Promise<void> | undefined;
	#lastFrameMs = 0;
	#stopIdle: () => void = () => {};
	#resolveClosed: () => void = () => {};

	constructor(duplex: Duplex, options: SpdyConnectionOptions) {
		this.#duplex = duplex;
		this.#options = options;
		this.#nextId = this.#nextPing = options.role === 'client' ? 1 : 2;
		this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
		this.#carrier = {
			send: (frame) => this.#send(frame),
			drained: () => this.#drained(),
			forget: ({ id }) => this.#streams.delete(id)
		};
		// A client that goes without closing is normal; reading tells of it too.
		duplex.on('error', (error) => (this.error ??= error));
		duplex.on('close', () => this.#gone());
		this.#watchIdle();
		void this.#read();
	}

	/** Opens a stream; resolves at SYN_REPLY. Throws StreamClosedError when it is refused or the connection ends. */
	async open(headers: SpdyHeaders): Promise<SpdyStream> {
		if (this.#state !== 'open') throw new StreamClosedError('connection closed');
		const stream = new SpdyStream(this.#carrier, this.#nextId, headers);
		this.#nextId += 2;
		this.#streams.set(stream.id, stream);
		const replied = new Promise<void>((resolve, reject) => {
			this.#opening.set(stream.id, (error) => (error ? reject(error) : resolve()));
		});
		this.#send({ type: 'syn-stream', id: stream.id, fin: false, headers });
		await replied;
		return stream;
	}

	/** Sends a PING; resolves when it came back, or the connection ended. */
	ping(): Promise<void> {
		const id = this.#nextPing;
		this.#nextPing += 2;
		return new Promise((resolve) => {
			if (this.#state !== 'open') return resolve();
			this.#pings.set(id, resolve);
			this.#send({ type: 'ping', id });
		});
	}

	/** Tells the peer that no stream after the last received one will be served. */
	goAway(status = 0): void {
		this.#send({ type: 'goaway', lastGood: this.#lastReceivedId, status });
	}

	/**
	 * RST_STREAM on all streams that we have not finished, GOAWAY, end. What the peer still sends is read and thrown
	 * away: closing with unread bytes would make TCP drop what the peer has not read yet, the exit status with it.
	 */
	close(): void {
		this.#close(0);
	}

	#close(status: number) {
		if (this.#state === 'closing') return;
		for (const stream of [...this.#streams.values()]) stream.reset();
		this.goAway(status);
		this.#state = 'closing';
		this.#cutAll();
		if (this.#duplex.writable) this.#duplex.end();
	}

	#send(frame: Frame) {
		if (this.#state === 'closing' || !this.#duplex.writable) return;
		const bytes = this.#encoder.encode(frame);
		const o = this.#written;
		const dataAt = frame.type === 'data' ? { dataAt: o + bytes.length - frame.data.length } : {};
		this.#written += bytes.length;
		this.#touch();
		this.#options.sent?.({ frame, o, len: bytes.length, ...dataAt });
		this.#duplex.write(bytes);
	}

	#drained(): Promise<void> {
		if (!this.#duplex.writableNeedDrain || this.#duplex.destroyed) return Promise.resolve();
		this.#draining ??= new Promise((resolve) => {
			const done = () => {
				this.#duplex.off('drain', done);
				this.#duplex.off('close', done);
				this.#draining = undefined;
				resolve();
			};
			this.#duplex.on('drain', done);
			this.#duplex.on('close', done);
		});
		return this.#draining;
	}

	async #read() {
		try {
			for await (const chunk of this.#duplex.iterator({ destroyOnReturn: false })) {
				await this.#readChunk(chunk as Uint8Array);
			}
		} catch (error) {
			this.error ??= error;
			if (error instanceof SpdyError) this.#close(rstStatus.protocolError);
			// A callback refused to go on: end as if the network had.
			else this.#duplex.destroy();
		}
		this.#peerGone();
		this.#duplex.resume();
	}

	async #readChunk(chunk: Uint8Array) {
		if (this.#state !== 'open') return;
		this.#decoder.feed(chunk);
		for (let placed = this.#decoder.next(); placed; placed = this.#decoder.next()) {
			this.#touch();
			await this.#options.received?.(placed);
			// May have changed while we waited.
			if (this.#state !== 'open') return;
			await this.#handle(placed);
			if (this.#state !== 'open') return;
		}
	}

	async #handle(placed: PlacedFrame) {
		const { frame } = placed;
		switch (frame.type) {
			case 'syn-stream':
				return this.#synStream(frame);
			case 'syn-reply':
				return this.#synReply(frame);
			case 'data':
				return this.#data(frame, placed.dataAt ?? placed.o);
			case 'rst-stream':
				return this.#rstStream(frame.id, frame.status);
			case 'ping':
				return this.#ping(frame.id);
			case 'goaway':
				// Upstream reads nothing after it either.
				return this.#peerGone();
			default:
				return;
		}
	}

	async #synStream(frame: Extract<Frame, { type: 'syn-stream' }>) {
		if (frame.id <= this.#lastReceivedId) return this.#refuse(frame.id, rstStatus.protocolError);
		this.#lastReceivedId = frame.id;
		if (!this.#options.incoming || this.#streams.size >= maxStreams) {
			return this.#refuse(frame.id, rstStatus.refusedStream);
		}
		const stream = new SpdyStream(this.#carrier, frame.id, frame.headers);
		this.#streams.set(frame.id, stream);
		if (frame.fin) stream.finishRemote();
		await this.#options.incoming(stream);
	}

	async #refuse(id: number, status: number) {
		this.#send({ type: 'rst-stream', id, status });
		// Who sends and does not read must not make us keep the answers.
		await this.#drained();
	}

	#synReply(frame: Extract<Frame, { type: 'syn-reply' }>) {
		const stream = this.#streams.get(frame.id);
		const opened = this.#opening.get(frame.id);
		if (!stream || !opened) return;
		stream.replied = true;
		this.#opening.delete(frame.id);
		if (frame.fin) stream.finishRemote();
		opened();
	}

	async #data(frame: Extract<Frame, { type: 'data' }>, o: number) {
		const stream = this.#streams.get(frame.id);
		if (!stream?.replied) return;
		await stream.arrived({ data: frame.data, o, len: frame.data.length });
		if (frame.fin) stream.finishRemote();
	}

	#rstStream(id: number, status: number) {
		this.#streams.get(id)?.cut(status);
		this.#opening.get(id)?.(new StreamClosedError(`stream ${id} was reset with status ${status}`));
		this.#opening.delete(id);
	}

	async #ping(id: number) {
		const own = id % 2 === this.#nextPing % 2;
		if (own) {
			this.#pings.get(id)?.();
			this.#pings.delete(id);
			return;
		}
		this.#send({ type: 'ping', id });
		await this.#drained();
	}

	/** The peer will say no more. What we have to say can still be written. */
	#peerGone() {
		if (this.#state === 'open') this.#state = 'peer-gone';
		for (const stream of [...this.#streams.values()]) stream.finishRemote();
		this.#giveUpWaiting();
		this.#resolveClosed();
	}

	/** The connection itself is gone. */
	#gone() {
		this.#stopIdle();
		this.#peerGone();
		this.#cutAll();
	}

	#cutAll() {
		for (const stream of [...this.#streams.values()]) stream.cut();
		this.#giveUpWaiting();
	}

	#giveUpWaiting() {
		for (const opened of this.#opening.values()) opened(new StreamClosedError('connection closed'));
		for (const pinged of this.#pings.values()) pinged();
		this.#opening.clear();
		this.#pings.clear();
	}

	#touch() {
		if (this.#options.clock) this.#lastFrameMs = this.#options.clock.now();
	}

	#watchIdle() {
		const { idleMs, clock } = this.#options;
		if (idleMs === undefined || !clock) return;
		this.#touch();
		const look = () => {
			const left = this.#lastFrameMs + idleMs - clock.now();
			if (left > 0) this.#stopIdle = clock.after(left, look);
			else if (this.#state === 'closing') this.#duplex.destroy();
			else {
				this.close();
				this.#touch();
				this.#stopIdle = clock.after(idleMs, look);
			}
		};
		this.#stopIdle = clock.after(idleMs, look);
	}
}

export { SpdyStream, StreamClosedError } from './spdy-stream.ts';
