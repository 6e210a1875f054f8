import { Duplex } from 'node:stream';

/** Called with every chunk as it crosses a connection, and once when the connection is gone. */
export interface Sink {
	/** `>` is towards the server. A promise holds the chunk back until it is settled; only a relay waits for it. */
	bytes(dir: '>' | '<', chunk: Uint8Array): void | Promise<void>;
	closed(by: 'client' | 'server'): void;
}

/**
 * A server's end of a connection that shows all bytes to a sink: what arrives before anybody reads it, what leaves
 * before it is written. It stands between a socket (for TLS: its plaintext) and Node's HTTP server, and stays
 * there after an upgrade. Half-closing works in both directions; back-pressure is the socket's own.
 */
export class TappedDuplex extends Duplex {
	readonly sink: Sink;
	readonly socket: Duplex;
	/** Number of the next HTTP request that Node's server hands out for this connection. */
	requests = 0;
	#gone = false;

	constructor(socket: Duplex, sink: Sink) {
		super({ allowHalfOpen: true });
		this.socket = socket;
		this.sink = sink;
		socket.on('data', (chunk: Buffer) => {
			void sink.bytes('>', chunk);
			if (!this.push(chunk)) socket.pause();
		});
		socket.on('end', () => this.push(null));
		socket.on('error', (error) => this.destroy(error));
		socket.on('close', () => {
			this.#close(socket.readableEnded && !this.writableFinished ? 'client' : 'server');
			this.destroy();
		});
		socket.pause();
	}

	#close(by: 'client' | 'server') {
		if (this.#gone) return;
		this.#gone = true;
		this.sink.closed(by);
	}

	override _read() {
		this.socket.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
		void this.sink.bytes('<', chunk);
		// What is gone never drains: what else is said to it is told like the first, and goes nowhere.
		if (this.socket.write(chunk) || this.socket.destroyed) done();
		else {
			const drained = () => {
				this.socket.off('drain', drained);
				this.socket.off('close', drained);
				done();
			};
			this.socket.once('drain', drained);
			this.socket.once('close', drained);
		}
	}

	override _final(done: (error?: Error | null) => void) {
		this.socket.end();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void) {
		this.socket.destroy();
		done(error);
	}
}
