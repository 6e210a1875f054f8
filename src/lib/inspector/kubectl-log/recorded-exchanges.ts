import type { Recording } from '../../recording/recording.ts';
import type { Span } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import { concat, utf8 } from '../../wire/bytes.ts';
import { parseHead, type Head } from '../../wire/http1/head.ts';
import { Http1Error } from '../../wire/http1/http1-error.ts';
import { canonical, loggedHeaders, type Answer, type Exchange } from './exchange.ts';

type Item = NonNullable<ReturnType<Recording['items']['at']>>;

/** A request that kubectl sent in this run, and the item that answered it. */
export interface Asked {
	id: StepId;
	/** Index of the request's item. */
	request: number;
	answer: number | undefined;
}

const asks = new Set<StepId | undefined>([
	'discovery',
	'get-pod',
	'api-request',
	'post-exec',
	'websocket-exec',
	'post-portforward',
	'websocket-portforward'
]);
const upgradeOf: ReadonlyMap<StepId | undefined, 'spdy' | 'websocket'> = new Map([
	['post-exec', 'spdy'],
	['websocket-exec', 'websocket'],
	['post-portforward', 'spdy'],
	['websocket-portforward', 'websocket']
]);
export const isExec = ({ id }: Pick<Asked, 'id'>): boolean =>
	id === 'post-exec' || id === 'websocket-exec';

/** Go's client keeps these to itself. */
const takenOut = (name: string, value: string) =>
	name === 'Transfer-Encoding' || (name === 'Connection' && value === 'close');

/** Longer answers are told of without their body. */
const readBytes = 1024 * 1024;

/** Finds kubectl's requests among the items, each item looked at once however often new ones arrive. */
export class RecordedExchanges {
	readonly all: Asked[] = [];
	readonly #recording: Recording;
	readonly #byRequest = new Map<number, Asked>();
	#seen = 0;

	constructor(recording: Recording) {
		this.#recording = recording;
	}

	sync(): void {
		const { items } = this.#recording;
		for (; this.#seen < items.length; this.#seen++) {
			const item = items.at(this.#seen)!;
			if (item.kind !== 'arrow') continue;
			if (item.id === 'switching-protocols') this.#switched(item);
			else if (!asks.has(item.id)) continue;
			else if (item.reply) this.#answered(item);
			else if (item.from === 'kubectl') this.#asked(item);
		}
	}

	#asked(item: Item): void {
		const asked: Asked = { id: item.id!, request: item.index, answer: undefined };
		this.all.push(asked);
		this.#byRequest.set(item.index, asked);
	}

	#answered(item: Item): void {
		const asked = this.#byRequest.get(item.answers ?? -1);
		if (asked) asked.answer = item.index;
	}

	/** The 101 answers the newest exec that still waits. */
	#switched(item: Item): void {
		const asked = this.all.findLast((each) => isExec(each) && each.answer === undefined);
		if (asked) asked.answer = item.index;
	}

	/** What the recorded bytes say of a request; undefined until they are there. */
	read(asked: Asked): Exchange | undefined {
		const { items } = this.#recording;
		const request = items.at(asked.request)!;
		const out = this.#message(request, '>');
		if (!out?.head.method) return undefined;
		const { head } = out;
		const host = head.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
		const reply = asked.answer === undefined ? undefined : items.at(asked.answer);
		return {
			verb: head.method!,
			url: `https://${host}${head.target}`,
			upgrade: upgradeOf.get(asked.id) ?? 'no',
			headers: loggedHeaders(head.headers),
			body: out.body === '' ? undefined : out.body,
			bearer: request.facts.by === 'bearer token',
			answer: reply && this.#answer(request, reply)
		};
	}

	#answer(request: Item, reply: Item): Answer | undefined {
		const back = this.#message(reply, '<');
		if (!back?.head.status) return undefined;
		const { head } = back;
		return {
			status: `${head.status} ${head.reason ?? ''}`.trim(),
			headers: head.headers
				.map(([name, value]): [string, string] => [canonical(name), value])
				.filter(([name, value]) => !takenOut(name, value)),
			body: back.body,
			ms: Math.floor((reply.t - request.t) / 1000)
		};
	}

	/** Head and body of a message on kubectl's own connection. */
	#message(item: Item, dir: '>' | '<'): { head: Head; body: string | undefined } | undefined {
		const { connections, bytes } = this.#recording;
		const spans = item.sent
			.filter((span: Span) => span.dir === dir && connections.get(span.c)?.from === 'kubectl')
			.sort((one, other) => one.o - other.o);
		let length = 0;
		const parts: Uint8Array[] = [];
		let complete = true;
		for (const span of spans) {
			const len = Math.min(span.len, readBytes - length);
			if (len < span.len) complete = false;
			if (len <= 0) break;
			const read = bytes.bytes({ ...span, len });
			complete &&= read.complete;
			parts.push(read.data);
			length += len;
		}
		const data = concat(parts);
		const head = headIn(data);
		if (!head) return undefined;
		const rest = data.subarray(head.size);
		const sized = head.headers.find(([name]) => name.toLowerCase() === 'content-length');
		const whole = complete && rest.length === Number(sized?.[1] ?? 0);
		return { head, body: whole ? utf8(rest) : undefined };
	}
}

function headIn(data: Uint8Array): Head | undefined {
	try {
		return parseHead(data);
	} catch (error) {
		// Bytes that were left out are zeros here, and no head.
		if (error instanceof Http1Error) return undefined;
		throw error;
	}
}
