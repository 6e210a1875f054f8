import type { Frame } from '../../wire/spdy/frames.ts';
import { rstStatus } from '../../wire/spdy/frames.ts';
import type { SpdyHeaders } from '../../wire/spdy/header-block.ts';

/** What a stream needs of the connection that it is of. */
export interface StreamCarrier {
	send(frame: Frame): void;
	/** Resolves when more may be written, or the connection is gone. */
	drained(): Promise<void>;
	/** Nothing more will come or go on the stream. */
	forget(stream: SpdyStream): void;
}

/** The payload of a DATA frame; `o` counts from the first byte of the connection that was SPDY. */
export interface SpdyData {
	data: Uint8Array;
	o: number;
	len: number;
}

/** A write to a stream that was finished or reset, or whose connection is gone. */
export class StreamClosedError extends Error {
	override name = 'StreamClosedError';
}

/** io.Copy's buffer in Go: Kubernetes' DATA frames are no longer. */
const dataFrameBytes = 32 * 1024;
/** A stream that has more than this unread makes its connection stop reading. */
const unreadBytes = 64 * 1024;
/** Counted for each unread frame on top of its data, so that empty frames are bounded too. */
const frameCost = 256;

/**
 * One stream of a SPDY connection (spdystream stream.go). Read it by `for await`; leaving that loop early means that
 * nobody will want the rest. Each direction is finished by itself.
 */
export class SpdyStream {
	readonly id: number;
	readonly headers: SpdyHeaders;
	/** Replied to, by whoever had to. */
	replied = false;
	/** We shall write no more. */
	localFinished = false;
	/** The peer will write no more. */
	remoteFinished = false;
	/** Status of the RST_STREAM that ended it, by the peer or by us. */
	resetStatus: number | undefined;

	readonly #carrier: StreamCarrier;
	#unread: SpdyData[] = [];
	#cost = 0;
	#unwanted = false;
	#wakeReader: () => void = () => {};
	#wakeCarrier: () => void = () => {};

	constructor(carrier: StreamCarrier, id: number, headers: SpdyHeaders) {
		this.#carrier = carrier;
		this.id = id;
		this.headers = headers;
	}

	/** Accepts a stream that the peer opened. Until then what it sends there is dropped. */
	reply(): void {
		if (this.replied || this.localFinished) return;
		this.replied = true;
		this.#carrier.send({ type: 'syn-reply', id: this.id, fin: false, headers: {} });
	}

	/** Sends data, in frames of at most 32 KiB; resolves when more may be written. Throws StreamClosedError. */
	async write(data: Uint8Array): Promise<void> {
		for (let at = 0; at < data.length; at += dataFrameBytes) {
			if (this.localFinished) throw new StreamClosedError(`write on closed stream ${this.id}`);
			const part = data.subarray(at, at + dataFrameBytes);
			this.#carrier.send({ type: 'data', id: this.id, fin: false, data: part });
			await this.#carrier.drained();
		}
	}

	/** Half-close: an empty DATA frame with FIN. */
	end(): void {
		if (this.localFinished) return;
		this.localFinished = true;
		this.#carrier.send({ type: 'data', id: this.id, fin: true, data: new Uint8Array(0) });
		this.#forgetIfOver();
	}

	/** Ends both directions at once. Does nothing when we had finished already, as upstream. */
	reset(status: number = rstStatus.cancel): void {
		if (this.localFinished) return;
		this.#carrier.send({ type: 'rst-stream', id: this.id, status });
		this.resetStatus = status;
		this.#abandon();
		this.cut();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<SpdyData, void, void> {
		try {
			for (;;) {
				const next = this.#unread.shift();
				if (next) {
					this.#cost -= next.len + frameCost;
					if (this.#cost <= unreadBytes) this.#wakeCarrier();
					yield next;
				} else if (this.remoteFinished) return;
				else await new Promise<void>((resolve) => (this.#wakeReader = resolve));
			}
		} finally {
			this.#abandon();
		}
	}

	/** For the connection: data arrived. Resolves when the connection may read on. */
	async arrived(data: SpdyData): Promise<void> {
		if (this.remoteFinished || this.#unwanted || data.len === 0) return;
		this.#unread.push(data);
		this.#cost += data.len + frameCost;
		this.#wakeReader();
		if (this.#cost > unreadBytes) {
			await new Promise<void>((resolve) => (this.#wakeCarrier = resolve));
		}
	}

	/** For the connection: the peer sent FIN. What arrived before can still be read. */
	finishRemote(): void {
		this.remoteFinished = true;
		this.#wakeReader();
		this.#forgetIfOver();
	}

	/** For the connection: it is gone, or the peer reset the stream. What arrived before can still be read. */
	cut(status?: number): void {
		this.resetStatus ??= status;
		this.localFinished = true;
		this.finishRemote();
		this.#wakeCarrier();
	}

	#abandon() {
		this.#unwanted = true;
		this.#unread = [];
		this.#cost = 0;
		this.#wakeCarrier();
	}

	#forgetIfOver() {
		if (this.localFinished && this.remoteFinished) this.#carrier.forget(this);
	}
}
