import type { Connection, Recording } from '../../recording/recording.ts';
import type { ClusterState, ConnectionState, StreamState, TokenState } from './cluster-state.ts';
import type { StepId } from '../../trace/steps.ts';
import { LastingList, type Lasting } from './lasting.ts';
import { MetricHistory } from './metric-history.ts';
import { RouteHistory } from './route-history.ts';

type Item = NonNullable<ReturnType<Recording['items']['at']>>;

interface Token extends Lasting {
	token: string | undefined;
	/** Index of the item that told it. */
	told: number;
	containerId: string;
	/** How many of other runs waited. */
	others: number;
	expires: number;
	/** It ran out rather than being spent. */
	expired: boolean;
	try: number | undefined;
}

interface Stream extends Lasting {
	id: number;
	type: string;
	try: number | undefined;
	answered: number;
	halfClosed: number;
}

interface Open extends Lasting {
	of: Connection;
}

/** Unless the header says another. */
const tokenTtlMs = 60_000;

/**
 * What came and went in a run, by the items with which it did. Reading is incremental; a question then is a few
 * binary searches and as many steps as there are things to show.
 */
export class ClusterIndex {
	readonly #recording: Recording;
	readonly #tokens = new LastingList<Token>();
	readonly #streams = new LastingList<Stream>();
	readonly #connections = new LastingList<Open>();
	readonly #routes: RouteHistory;
	readonly #metrics: MetricHistory;
	#seen = 0;
	#seenLines = 0;
	#waiting: Token[] = [];
	#openStreams: Stream[] = [];
	#open: Open[] = [];
	#taken = 0;
	readonly #comers: Iterator<Connection>;
	readonly #readers: Partial<Record<StepId, (item: Item) => void>> = {
		'cache-insert': (item) => this.#keep(item),
		'token-url': (item) => this.#tell(item),
		'token-consume': (item) => this.#spend(item),
		'stream-open': (item) => (item.reply ? this.#answer(item) : this.#openStream(item)),
		'stdin-close': (item) => this.#closeStdin(item),
		close: (item) => this.#closeStreams(item)
	};

	constructor(recording: Recording) {
		this.#recording = recording;
		this.#routes = new RouteHistory(recording);
		this.#metrics = new MetricHistory(recording);
		this.#comers = recording.connections.values();
	}

	sync(): void {
		const { items, next } = this.#recording;
		if (next === this.#seenLines) return;
		this.#seenLines = next;
		for (; this.#seen < items.length; this.#seen++) {
			const item = items.at(this.#seen)!;
			// Most of a long run, and nothing of it changes here.
			if (item.id === 'io') continue;
			if (item.id) this.#readers[item.id]?.(item);
			this.#routes.take(item);
			this.#metrics.take(item);
		}
		this.#expire();
		this.#connect();
	}

	at(cursor: number): ClusterState {
		const t = this.#recording.items.at(Math.max(0, cursor))?.t ?? 0;
		const tokens = this.#tokens.at(cursor);
		return {
			tokens: tokens.map((token) => tokenState(token, cursor, t)),
			others: tokens.at(-1)?.others ?? 0,
			streams: this.#streams.at(cursor).map((stream) => streamState(stream, cursor)),
			connections: this.#connections.at(cursor).map((open) => connectionState(open, cursor)),
			tables: this.#routes.at(cursor),
			metrics: this.#metrics.at(cursor)
		};
	}

	#keep(item: Item): void {
		const ttl = this.#recording.header?.limits.tokenTtlMs ?? tokenTtlMs;
		const waiting = typeof item.facts.waiting === 'number' ? item.facts.waiting : 0;
		this.#waiting.push(
			this.#tokens.add({
				from: item.index,
				to: Infinity,
				token: undefined,
				told: Infinity,
				containerId: String(item.facts.containerId ?? ''),
				others: Math.max(0, waiting - this.#waiting.length),
				expires: item.t + ttl * 1000,
				expired: false,
				try: item.try
			})
		);
	}

	#tell(item: Item): void {
		const kept = this.#waiting.findLast((each) => !each.token && each.try === item.try);
		if (!kept || typeof item.facts.token !== 'string') return;
		kept.token = item.facts.token;
		kept.told = item.index;
	}

	/** A token that has expired meanwhile was not there any more, whoever came with it. */
	#spend(item: Item): void {
		const spent = this.#waiting.find((each) => each.token === item.facts.token);
		if (!spent || item.t > spent.expires) return;
		spent.to = item.index;
		this.#waiting = this.#waiting.filter((each) => each !== spent);
	}

	/** A token leaves with the first item that comes after its minute. */
	#expire(): void {
		const { items } = this.#recording;
		const last = items.at(items.length - 1);
		for (const token of this.#waiting) {
			if (!last || last.t <= token.expires) continue;
			token.to = this.#itemUpTo((item) => item.t <= token.expires) + 1;
			token.expired = true;
		}
		this.#waiting = this.#waiting.filter(({ expired }) => !expired);
	}

	#openStream(item: Item): void {
		this.#openStreams.push(
			this.#streams.add({
				from: item.index,
				to: Infinity,
				id: Number(item.facts.id),
				type: String(item.facts.streamtype ?? ''),
				try: item.try,
				answered: Infinity,
				halfClosed: Infinity
			})
		);
	}

	#answer(item: Item): void {
		const id = Number(item.facts.id);
		const asked = this.#openStreams.findLast((each) => each.id === id && each.try === item.try);
		if (asked) asked.answered = item.index;
	}

	#closeStdin(item: Item): void {
		for (const stream of this.#openStreams)
			if (stream.type === 'stdin' && stream.try === item.try) stream.halfClosed = item.index;
	}

	#closeStreams(item: Item): void {
		for (const stream of this.#openStreams) if (stream.try === item.try) stream.to = item.index;
		this.#openStreams = this.#openStreams.filter(({ to }) => to === Infinity);
	}

	/** Connections have lines of their own, between the items: what they say belongs to the item before. */
	#connect(): void {
		const { connections, items } = this.#recording;
		if (items.length === 0) return;
		for (; this.#taken < connections.size; this.#taken++) {
			const of = this.#comers.next().value as Connection;
			const from = Math.max(0, this.#itemOf(of.opened));
			this.#open.push(this.#connections.add({ from, to: Infinity, of }));
		}
		for (const open of this.#open)
			if (open.of.closed !== undefined) open.to = Math.max(open.from, this.#itemOf(open.of.closed));
		this.#open = this.#open.filter(({ to }) => to === Infinity);
		this.#breakStreams();
	}

	/** A stream does not outlive any of the connections that carry it. */
	#breakStreams(): void {
		const { connections, items } = this.#recording;
		for (const stream of this.#openStreams) {
			const over = new Set(items.at(stream.from)!.sent.map(({ c }) => c));
			for (const c of over) {
				const closed = connections.get(c)?.closed;
				if (closed !== undefined) stream.to = Math.min(stream.to, this.#itemOf(closed));
			}
		}
		this.#openStreams = this.#openStreams.filter(({ to }) => to === Infinity);
	}

	#itemOf = (line: number): number => this.#itemUpTo((item) => item.i <= line);

	/** Index of the last item of the leading ones for which something holds. */
	#itemUpTo(holds: (item: Item) => boolean): number {
		const { items } = this.#recording;
		let low = 0;
		let high = items.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (holds(items.at(middle)!)) low = middle + 1;
			else high = middle;
		}
		return low - 1;
	}
}

function tokenState(token: Token, cursor: number, t: number): TokenState {
	const { containerId, from, to, told, expired } = token;
	return {
		token: told <= cursor ? token.token : undefined,
		containerId,
		leftMs: Math.max(0, Math.round((token.expires - t) / 1000)),
		change:
			to === cursor
				? expired
					? 'expired'
					: 'spent'
				: from === cursor
					? 'kept'
					: told === cursor
						? 'told'
						: undefined
	};
}

function streamState(stream: Stream, cursor: number): StreamState {
	const { id, type, from, to, answered, halfClosed } = stream;
	const changes = [
		[to, 'closed'],
		[halfClosed, 'half-closed'],
		[answered, 'answered'],
		[from, 'opened']
	] as const;
	return {
		id,
		type,
		try: stream.try,
		answered: answered <= cursor,
		halfClosed: halfClosed <= cursor,
		change: changes.find(([at]) => at === cursor)?.[1]
	};
}

function connectionState({ of, from, to }: Open, cursor: number): ConnectionState {
	return {
		c: of.c,
		from: of.from,
		to: of.to,
		over: of.over,
		proto: of.proto,
		change:
			to === cursor
				? from === cursor
					? 'opened-and-closed'
					: 'closed'
				: from === cursor
					? 'opened'
					: undefined
	};
}
