/**
 * A WebSocket connection after its handshake, either end. Frames, masks, fragments and the closing handshake are the
 * library's; here are the numbers of messages, back-pressure, pings and time-outs, as wsstream's conn.go has them at
 * the server and client-go's remotecommand/websocket.go at the client.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { maxWebSocketFrameBytes } from '../../wire/websocket/websocket-decoder.ts';
import { UnreadQueue } from './unread-queue.ts';

export interface WebSocketOptions {
	/** How long the peer may take to close once we have said that we do; then the connection is cut. */
	closeMs: number;
	/** Without a message in either direction for so long the connection is cut. Pings do not count. Needs `clock`. */
	idleMs?: number;
	/** A ping every so often; when no pong comes for `deadlineMs` the connection is cut. Needs `clock`. */
	heartbeat?: { everyMs: number; deadlineMs: number };
	clock?: { now(): number; after(ms: number, run: () => void): () => void };
	/** A ping arrived; the pong is written right after. */
	pinged?(): void;
}

/** A data message. `n` counts those of its direction, from 0. */
export interface WebSocketMessage {
	n: number;
	kind: 'text' | 'binary';
	data: Uint8Array;
}

/** How a connection ended: 1006 when no close frame came, 1005 when one came without a code. */
export interface WebSocketClose {
	code: number;
	reason: string;
}

/** A message for a connection that is closing or gone. */
export class WebSocketClosedError extends Error {
	override name = 'WebSocketClosedError';
}

/** What the library is told at either end: no compression, as Kubernetes speaks it, and no pongs of its own. */
export function libraryOptions({ closeMs }: WebSocketOptions) {
	return {
		perMessageDeflate: false,
		autoPong: false,
		maxPayload: maxWebSocketFrameBytes,
		closeTimeout: closeMs
	};
}

/** More pongs than this that could not be written yet are left out: the peer does not read. */
const maxPongsWaiting = 60;

/**
 * Read its messages by `for await`. Who reads slowly makes the peer slow, but pings are answered while up to 64 KiB
 * wait to be read: upstream's server answers none while a message is being handled.
 */
export class WebSocketConnection {
	/** The sub-protocol; empty when none was agreed upon. */
	readonly protocol: string;
	/** Resolves, never rejects, when the connection is gone. */
	readonly closed: Promise<WebSocketClose>;
	/** What broke the connection: an error of the library, of the socket, or a time-out. */
	error: Error | undefined;

	readonly #library: WebSocket;
	readonly #socket: Duplex;
	readonly #options: WebSocketOptions;
	readonly #unread = new UnreadQueue<WebSocketMessage>();
	readonly #timers = new Map<string, () => void>();
	#received = 0;
	#sent = 0;
	#pongsWaiting = 0;
	#lastMessageMs = 0;
	#draining: Promise<void> | undefined;

	/** `library` has just opened on `socket`; nothing was read yet. */
	constructor(library: WebSocket, socket: Duplex, protocol: string, options: WebSocketOptions) {
		this.#library = library;
		this.#socket = socket;
		this.#options = options;
		this.protocol = protocol;
		library.on('message', (data, isBinary) => this.#message(data as Buffer, isBinary));
		library.on('ping', (data) => this.#ping(data));
		library.on('pong', () => this.#expectPong());
		library.on('error', (error) => (this.error ??= error));
		socket.on('error', (error) => (this.error ??= error));
		this.closed = new Promise((resolve) => {
			library.on('close', (code, reason) => {
				for (const stop of this.#timers.values()) stop();
				this.#unread.end();
				resolve({ code, reason: reason.toString() });
			});
		});
		this.#watchIdle();
		this.#beat();
		this.#expectPong();
	}

	/** The number that the next message sent will have. */
	get nextMessage(): number {
		return this.#sent;
	}

	/** Sends a message: a text or bytes. Resolves when more may be sent. Throws WebSocketClosedError. */
	async send(data: Uint8Array | string): Promise<void> {
		if (this.#library.readyState !== this.#library.OPEN) {
			throw new WebSocketClosedError('connection closed');
		}
		this.#sent++;
		this.#touch();
		// Errors come as events too.
		this.#library.send(data, () => {});
		await this.#drained();
	}

	/**
	 * Says that we shall send no more, behind all that was sent. What the peer still sends is read and thrown away:
	 * closing with unread bytes would make TCP drop what the peer has not read yet, the exit status with it.
	 */
	close(code = 1000, reason = ''): void {
		this.#unread.abandon();
		this.#library.resume();
		this.#library.close(code, reason);
	}

	/** Ends the connection without a word, as if the network had. */
	cut(error?: Error): void {
		this.error ??= error;
		this.#library.terminate();
	}

	[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void, void> {
		return this.#unread[Symbol.asyncIterator]();
	}

	#message(data: Buffer, isBinary: boolean) {
		this.#touch();
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
		const kind = isBinary ? 'binary' : 'text';
		this.#unread.push({ n: this.#received++, kind, data: bytes }, data.length);
		if (this.#library.isPaused || !this.#unread.full) return;
		this.#library.pause();
		void this.#unread.room().then(() => this.#library.resume());
	}

	#ping(data: Buffer) {
		if (this.#library.readyState !== this.#library.OPEN) return;
		if (this.#pongsWaiting >= maxPongsWaiting) return;
		this.#options.pinged?.();
		this.#pongsWaiting++;
		this.#library.pong(data, undefined, () => this.#pongsWaiting--);
	}

	#drained(): Promise<void> {
		if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve();
		this.#draining ??= new Promise((resolve) => {
			const done = () => {
				this.#socket.off('drain', done).off('close', done);
				this.#draining = undefined;
				resolve();
			};
			this.#socket.on('drain', done).on('close', done);
		});
		return this.#draining;
	}

	#beat() {
		const { heartbeat } = this.#options;
		if (!heartbeat) return;
		this.#after('beat', heartbeat.everyMs, () => {
			if (this.#library.readyState === this.#library.OPEN) {
				this.#library.ping(undefined, undefined, () => {});
			}
			this.#beat();
		});
	}

	/** A pong moves the deadline, nothing else does. */
	#expectPong() {
		const { heartbeat } = this.#options;
		if (!heartbeat) return;
		this.#after('pong', heartbeat.deadlineMs, () => this.cut(new Error('i/o timeout')));
	}

	#watchIdle() {
		const { idleMs, clock } = this.#options;
		if (idleMs === undefined || !clock) return;
		this.#touch();
		const look = () => {
			const left = this.#lastMessageMs + idleMs - clock.now();
			if (left > 0) this.#after('idle', left, look);
			else this.cut(new Error('i/o timeout'));
		};
		this.#after('idle', idleMs, look);
	}

	#touch() {
		if (this.#options.clock) this.#lastMessageMs = this.#options.clock.now();
	}

	#after(name: string, ms: number, run: () => void) {
		this.#timers.get(name)?.();
		const stop = this.#options.clock?.after(ms, run);
		if (stop) this.#timers.set(name, stop);
	}
}
