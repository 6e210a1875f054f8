import { Duplex } from 'node:stream';
import type { WebSocketConnection } from './websocket-connection.ts';

/**
 * A stream of bytes in binary messages, whose borders mean nothing: client-go tools/portforward
 * tunneling_connection.go. Ending it closes the connection with 1000; there is no half-close. The peer's 1000 is the
 * end of what it has to say, any other end an error.
 */
export class WebSocketDuplex extends Duplex {
	readonly #connection: WebSocketConnection;
	#wakeCopy: () => void = () => {};

	constructor(connection: WebSocketConnection) {
		super({ allowHalfOpen: true });
		this.#connection = connection;
		void this.#copy();
	}

	async #copy() {
		for await (const { kind, data } of this.#connection) {
			if (kind === 'text') return void this.destroy(new Error('invalid message type received'));
			if (data.length > 0 && !this.push(data)) {
				await new Promise<void>((resolve) => (this.#wakeCopy = resolve));
			}
			if (this.destroyed) return;
		}
		const { code } = await this.#connection.closed;
		if (code === 1000 || this.writableEnded) this.push(null);
		else this.destroy(this.#connection.error ?? new Error(`websocket: close ${code}`));
	}

	override _read() {
		this.#wakeCopy();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
		this.#connection.send(chunk).then(() => done(), done);
	}

	override _final(done: (error?: Error | null) => void) {
		this.#connection.close();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void) {
		this.#wakeCopy();
		this.#connection.cut();
		done(error);
	}
}
