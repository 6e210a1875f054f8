import { latin1, utf8 } from '../../../wire/bytes.ts';
import { bodyLength } from '../../../wire/http1/body-length.ts';
import {
	hasToken,
	headerValues,
	maxHeadBytes,
	parseHead,
	type Head
} from '../../../wire/http1/head.ts';
import type { Direction } from '../../../trace/event.ts';
import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import { headerAt, type Step, type Walker } from './walker.ts';

/** What the two directions of a connection must know of each other. */
export interface Exchange {
	/** The method of request `k`; reads requests until it is known or nothing more is recorded. */
	methodOf(k: number): string | undefined;
	/** What was answered to request `k`: a protocol to go on with, or false; undefined while nobody knows. */
	upgradeOf(k: number): string | false | undefined;
	/** Request `k` was read. */
	asked(k: number, method: string): void;
	/** A request to start an exec said whether it wants a terminal. */
	wantsTerminal(tty: boolean): void;
	/** The final answer to request `k` was read. */
	answered(k: number, upgrade: string | false): void;
	/** The reader of what follows an upgrade. */
	goOn(dir: Direction, protocol: string): void;
}

type State =
	| { name: 'head' }
	| { name: 'length'; left: number; text: string | undefined }
	| { name: 'close' }
	| { name: 'chunk' }
	| { name: 'undecided' }
	| { name: 'after-hole' }
	| { name: 'lost' };

const headWindow = 4096;
const chunkLine = 4096;
const bodyPiece = 64 * 1024;
const startOfHead = /^(?:HTTP\/1\.|[A-Z]{3,8} [/*])/;
const dockerStream = /^application\/vnd\.docker\.(?:raw|multiplexed)-stream/;

/** Where a hole changes nothing: the next bytes are what would have come anyway. */
const resumes: ReadonlySet<State['name']> = new Set<State['name']>(['head', 'close', 'undecided']);

/**
 * Reads HTTP/1.1 heads and bodies. `x` of a head is the number of its exchange, of a body or chunk the place of its
 * head in the index.
 */
export class Http1Walker implements Walker {
	readonly wire: Wire = 'H';
	readonly #dir: Direction;
	readonly #exchange: Exchange;
	#state: State = { name: 'head' };
	#k = 0;
	#head: { at: number; head: Head } | undefined;

	constructor(dir: Direction, exchange: Exchange) {
		this.#dir = dir;
		this.#exchange = exchange;
	}

	next(at: number, window: ByteWindow, k: number): Step {
		const state = this.#state;
		switch (state.name) {
			case 'head':
				return this.#readHead(at, window, k);
			case 'length':
				return this.#readBody(state, at, window);
			case 'close': {
				const { data } = window.look(at, bodyPiece);
				return { kind: 'body', len: data.length, x: this.#headAt, goesOn: true };
			}
			case 'chunk':
				return this.#readChunk(at, window);
			case 'undecided':
				return this.#decide();
			case 'after-hole':
				this.#state = { name: looksLikeHead(at, window) ? 'head' : 'chunk' };
				return 'again';
			case 'lost':
				return 'lost';
		}
	}

	/** After a hole a body goes on as far as its length says; else the next head is looked for. */
	passHole(len: number, lost: boolean): boolean {
		const state = this.#state;
		if (!lost && state.name === 'length' && len <= state.left) {
			this.#took(state, len);
		} else if (lost || !resumes.has(state.name)) {
			this.#state = { name: 'after-hole' };
		}
		return true;
	}

	get #headAt(): number {
		return this.#head?.at ?? -1;
	}

	#readHead(at: number, window: ByteWindow, index: number): Step {
		const head =
			parseHead(window.look(at, headWindow).data) ??
			parseHead(window.look(at, 16 * headWindow).data) ??
			parseHead(window.look(at, maxHeadBytes + 4).data);
		if (!head) return window.look(at, maxHeadBytes + 4).hole ? 'lost' : 'wait';
		if ((head.status !== undefined) !== (this.#dir === '<')) return 'lost';
		const found = { kind: 'head', len: head.size, x: this.#k } as const;
		this.#head = { at: index, head };
		if (this.#dir === '>') this.#exchange.asked(this.#k, head.method ?? '');
		this.#begin(head);
		return found;
	}

	#begin(head: Head): void {
		let length;
		try {
			const method = this.#dir === '<' ? this.#exchange.methodOf(this.#k) : undefined;
			length = bodyLength(head, method);
		} catch {
			// The head is read all the same; nobody can say where its body ends.
			this.#state = { name: 'lost' };
			return;
		}
		const final = head.status !== undefined && (head.status >= 200 || head.status === 101);
		const raw =
			length === 'close' && dockerStream.test(headerValues(head, 'content-type')[0] ?? '');
		if (final) this.#exchange.answered(this.#k, upgradeIn(head));
		if (length === 0) this.#end();
		else if (length === 'chunked') this.#state = { name: 'chunk' };
		else if (raw) this.#exchange.goOn(this.#dir, 'tcp');
		else if (length === 'close') this.#state = { name: 'close' };
		else this.#state = { name: 'length', left: length, text: startsExec(head) ? '' : undefined };
	}

	#end(): void {
		const head = this.#head?.head;
		if (head?.status === 101) return this.#exchange.goOn('<', upgradeIn(head) || '');
		const informational = head?.status !== undefined && head.status < 200;
		const waits = head?.method !== undefined && asksForUpgrade(head);
		this.#state = waits ? { name: 'undecided' } : { name: 'head' };
		if (!informational && !waits) this.#k++;
	}

	#decide(): Step {
		const upgrade = this.#exchange.upgradeOf(this.#k);
		if (upgrade === undefined) return 'wait';
		this.#k++;
		this.#state = { name: 'head' };
		if (upgrade !== false) this.#exchange.goOn('>', upgrade);
		return 'again';
	}

	#readBody(state: State & { name: 'length' }, at: number, window: ByteWindow): Step {
		const { data } = window.look(at, Math.min(state.left, bodyPiece));
		if (state.text !== undefined && state.text.length < bodyPiece) state.text += utf8(data);
		const x = this.#headAt;
		this.#took(state, data.length);
		return { kind: 'body', len: data.length, x, goesOn: true };
	}

	#took(state: State & { name: 'length' }, len: number): void {
		state.left -= len;
		if (state.left > 0) return;
		const tty = state.text === undefined ? undefined : ttyIn(state.text);
		if (tty !== undefined) this.#exchange.wantsTerminal(tty);
		this.#end();
	}

	#readChunk(at: number, window: ByteWindow): Step {
		const { data, hole } = window.look(at, chunkLine);
		const line = data.indexOf(10) + 1;
		if (line === 0) return hole || data.length === chunkLine ? 'lost' : 'wait';
		const size = chunkSizeOf(latin1(data.subarray(0, line)));
		if (size === undefined) return 'lost';
		const x = this.#headAt;
		if (size > 0) {
			const len = line + size + 2;
			if (!window.covers(at, len)) return 'wait';
			const end = window.look(at + len - 2, 2).data;
			if (end.length === 2 && (end[0] !== 13 || end[1] !== 10)) return 'lost';
			return { kind: 'chunk', len, x };
		}
		const len = trailerEnd(data, line);
		if (len === undefined) return hole || data.length === chunkLine ? 'lost' : 'wait';
		this.#end();
		return { kind: 'chunk', len, x };
	}
}

/** The size that the first line of a chunk says. */
export function chunkSizeOf(line: string): number | undefined {
	const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?\r\n$/.exec(line)?.[1];
	return size === undefined ? undefined : parseInt(size, 16);
}

/** Behind the empty line that ends the trailer fields. */
function trailerEnd(data: Uint8Array, from: number): number | undefined {
	for (let at = from; ;) {
		const end = data.indexOf(10, at);
		if (end === -1) return undefined;
		if (end <= at + 1) return end + 1;
		at = end + 1;
	}
}

function looksLikeHead(at: number, window: ByteWindow): boolean {
	const start = headerAt(at, 12, window);
	return typeof start !== 'string' && startOfHead.test(latin1(start));
}

function upgradeIn(head: Head): string | false {
	if (head.status !== 101) return false;
	const protocol = headerValues(head, 'upgrade')[0] ?? '';
	const chosen = headerValues(head, 'sec-websocket-protocol')[0] ?? '';
	return `${protocol} ${chosen}`.trim();
}

function asksForUpgrade(head: Head): boolean {
	return headerValues(head, 'upgrade').length > 0 && hasToken(head, 'connection', 'upgrade');
}

function startsExec(head: Head): boolean {
	return /\/exec\/[^/]+\/start(?:\?|$)/.test(head.target ?? '');
}

function ttyIn(json: string): boolean | undefined {
	const found = /"Tty"\s*:\s*(true|false)/.exec(json)?.[1];
	return found === undefined ? undefined : found === 'true';
}
