import { ByteQueue, latin1 } from '../bytes.ts';
import { bodyLength } from './body-length.ts';
import { hasToken, headerValues, maxHeadBytes, readHead, type Head } from './head.ts';
import { Http1Error } from './http1-error.ts';

/**
 * What was read, with its place: `k` numbers the exchanges of a connection from 0, `o` counts from the first byte
 * pushed. The head and the `body` events of a message lie without a gap one after another, and are `end` together.
 */
export type Http1Event =
	| ({ type: 'head'; k: number; o: number; len: number } & Omit<Head, 'size'>)
	/** `len` raw bytes on the wire, which are `data` and the framing of chunks around it. */
	| { type: 'body'; k: number; o: number; len: number; data: Uint8Array }
	| { type: 'end'; k: number; o: number; len: number }
	/** From here on the bytes are no HTTP. */
	| { type: 'upgraded'; o: number }
	| { type: 'opaque'; o: number; len: number; data: Uint8Array };

type State =
	| { name: 'head'; scanned: number }
	| { name: 'length'; left: number }
	| { name: 'close' }
	| { name: 'chunk-size'; scanned: number }
	| { name: 'chunk-data'; left: number }
	| { name: 'chunk-end' }
	| { name: 'trailer'; scanned: number }
	| { name: 'undecided' }
	| { name: 'opaque' };

const maxChunkLine = 4096;
const nothing = new Uint8Array(0);

/**
 * Reads one direction of an HTTP/1.1 connection. After a request that asks for an upgrade it keeps what follows (at
 * most `maxHeadBytes`) until `upgraded()` or `refused()` tells it which; a response of status 101 upgrades by itself.
 * An informational response other than 101 has the `k` of the final one. Throws Http1Error, and is of no use then.
 */
export class Http1Decoder {
	readonly #kind: 'request' | 'response';
	readonly #methodOf: (k: number) => string | undefined;
	readonly #queue = new ByteQueue();
	#state: State = { name: 'head', scanned: 0 };
	#events: Http1Event[] = [];
	#k = 0;
	#start = 0;
	#head: Head | undefined;

	/** `methodOf` gives the method of request k, which tells the length of a response. */
	constructor(
		kind: 'request' | 'response',
		options: { methodOf?(k: number): string | undefined } = {}
	) {
		this.#kind = kind;
		this.#methodOf = (k) => options.methodOf?.(k);
	}

	push(chunk: Uint8Array): Http1Event[] {
		this.#queue.push(chunk);
		return this.#run();
	}

	/** The request that asked for it was upgraded: what follows it is opaque. */
	upgraded(): Http1Event[] {
		this.#upgrade();
		return this.#run();
	}

	/** The request that asked for an upgrade was answered without one: what follows is the next request. */
	refused(): Http1Event[] {
		if (this.#state.name === 'undecided') this.#state = { name: 'head', scanned: 0 };
		return this.#run();
	}

	/** The sender closed: ends a response that has no other end. */
	finish(): Http1Event[] {
		if (this.#state.name === 'close') this.#end();
		return this.#taken();
	}

	#taken(): Http1Event[] {
		const events = this.#events;
		this.#events = [];
		return events;
	}

	#run(): Http1Event[] {
		while (this.#step());
		return this.#taken();
	}

	/** Reads one piece; false when more bytes (or a decision) must come first. */
	#step(): boolean {
		const state = this.#state;
		switch (state.name) {
			case 'head':
				return this.#readHead(state);
			case 'length':
				return this.#readLength(state);
			case 'close':
				return this.#readRest();
			case 'chunk-size':
				return this.#readChunkSize(state);
			case 'chunk-data':
				return this.#readChunkData(state);
			case 'chunk-end':
				return this.#readChunkEnd();
			case 'trailer':
				return this.#readTrailer(state);
			case 'undecided':
				if (this.#queue.length > maxHeadBytes)
					throw new Http1Error('too much after an upgrade request');
				return false;
			case 'opaque':
				return this.#readOpaque();
		}
	}

	#readHead(state: { scanned: number }): boolean {
		const size = this.#lineEnd(state, maxHeadBytes, (at) => {
			const end = this.#queue.peek(at + 1)?.subarray(-4);
			return end?.length === 4 && end[0] === 13 && end[1] === 10 && end[2] === 13;
		});
		if (size === undefined) return false;
		this.#start = this.#queue.at;
		const head = readHead(this.#queue.take(size) ?? nothing);
		if ((head.status !== undefined) !== (this.#kind === 'response')) {
			throw new Http1Error(`not a ${this.#kind}: ${JSON.stringify(head.startLine.slice(0, 80))}`);
		}
		const { size: len, ...rest } = head;
		this.#head = head;
		this.#events.push({ type: 'head', k: this.#k, o: this.#start, len, ...rest });
		this.#beginBody(head);
		return true;
	}

	/** Where the next line feed ends that `accept` takes, remembering how far was looked. */
	#lineEnd(
		state: { scanned: number },
		limit: number,
		accept: (at: number) => boolean | undefined
	): number | undefined {
		let at = this.#queue.indexOf(10, state.scanned);
		while (at !== -1 && !accept(at)) at = this.#queue.indexOf(10, at + 1);
		state.scanned = this.#queue.length;
		if ((at === -1 ? this.#queue.length : at + 1) > limit)
			throw new Http1Error('line or head too long');
		return at === -1 ? undefined : at + 1;
	}

	#beginBody(head: Head) {
		const length = bodyLength(head, this.#methodOf(this.#k));
		if (length === 0) this.#end();
		else if (length === 'chunked') this.#state = { name: 'chunk-size', scanned: 0 };
		else if (length === 'close') this.#state = { name: 'close' };
		else this.#state = { name: 'length', left: length };
	}

	#end() {
		const head = this.#head;
		this.#events.push({
			type: 'end',
			k: this.#k,
			o: this.#start,
			len: this.#queue.at - this.#start
		});
		const informational = head?.status !== undefined && head.status < 200;
		if (!informational) this.#k++;
		if (head?.status === 101) return this.#upgrade();
		this.#state =
			head && this.#kind === 'request' && asksForUpgrade(head)
				? { name: 'undecided' }
				: { name: 'head', scanned: 0 };
	}

	#upgrade() {
		if (this.#state.name === 'opaque') return;
		this.#state = { name: 'opaque' };
		this.#events.push({ type: 'upgraded', o: this.#queue.at });
	}

	/** A piece of the body that was just taken: `len` raw bytes that end where the queue now begins. */
	#body(len: number, data: Uint8Array) {
		this.#events.push({ type: 'body', k: this.#k, o: this.#queue.at - len, len, data });
	}

	#readLength(state: { left: number }): boolean {
		const data = this.#queue.takeUpTo(state.left);
		if (data.length === 0) return false;
		this.#body(data.length, data);
		state.left -= data.length;
		if (state.left === 0) this.#end();
		return true;
	}

	#readRest(): boolean {
		const data = this.#queue.takeUpTo(this.#queue.length);
		if (data.length > 0) this.#body(data.length, data);
		return false;
	}

	#readChunkSize(state: { scanned: number }): boolean {
		const line = this.#takeLine(state, maxChunkLine);
		if (line === undefined) return false;
		const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;|$)/.exec(line)?.[1];
		if (size === undefined) throw new Http1Error('malformed chunk size');
		const left = parseInt(size, 16);
		this.#state = left > 0 ? { name: 'chunk-data', left } : { name: 'trailer', scanned: 0 };
		return true;
	}

	#readChunkData(state: { left: number }): boolean {
		const data = this.#queue.takeUpTo(state.left);
		if (data.length === 0) return false;
		this.#body(data.length, data);
		state.left -= data.length;
		if (state.left === 0) this.#state = { name: 'chunk-end' };
		return true;
	}

	#readChunkEnd(): boolean {
		const end = this.#queue.take(2);
		if (!end) return false;
		if (end[0] !== 13 || end[1] !== 10) throw new Http1Error('chunk longer than it said');
		this.#body(2, nothing);
		this.#state = { name: 'chunk-size', scanned: 0 };
		return true;
	}

	/** Trailer fields are passed over: nobody on this path sends any. */
	#readTrailer(state: { scanned: number }): boolean {
		const line = this.#takeLine(state, maxChunkLine);
		if (line === undefined) return false;
		if (line === '') this.#end();
		else this.#state = { name: 'trailer', scanned: 0 };
		return true;
	}

	/** Takes a line of the framing of a chunked body, and tells of it; without its CRLF. */
	#takeLine(state: { scanned: number }, limit: number): string | undefined {
		const size = this.#lineEnd(state, limit, () => true);
		const line = size === undefined ? undefined : latin1(this.#queue.take(size) ?? nothing);
		if (line === undefined) return undefined;
		if (!line.endsWith('\r\n')) throw new Http1Error('line feed without carriage return');
		this.#body(line.length, nothing);
		return line.slice(0, -2);
	}

	#readOpaque(): boolean {
		const o = this.#queue.at;
		const data = this.#queue.takeUpTo(this.#queue.length);
		if (data.length > 0) this.#events.push({ type: 'opaque', o, len: data.length, data });
		return false;
	}
}

function asksForUpgrade(head: Head): boolean {
	return headerValues(head, 'upgrade').length > 0 && hasToken(head, 'connection', 'upgrade');
}
