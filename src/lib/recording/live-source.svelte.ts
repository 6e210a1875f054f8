import {
	parseFromServer,
	type FromPage,
	type FromServer,
	type HeldInfo,
	type HoldAction,
	type RunInfo,
	type Welcome
} from './live-protocol.ts';
import { isEra, type EraId } from '../trace/eras.ts';
import { LineQueue } from './line-queue.ts';
import { rememberedRuns } from './own-runs.ts';
import { OwnSession, type Session } from './own-session.svelte.ts';
import { RecordingReader } from './reader.ts';
import type { Recording } from './recording.ts';

/**
 * The live side of the page: signs in, holds the one WebSocket, and fills recordings line by line. After a lost
 * connection it asks again from the line after the last one it has.
 */
/** `none`: this page has no server, and asks for none. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused' | 'none';

export class LiveSource {
	state = $state<LinkState>('connecting');
	/** The launch link was refused: it is good for one sign-in. */
	linkUsed = $state(false);
	welcome = $state.raw<Welcome>();
	/** Of the next run, whoever begins it. */
	era = $state<EraId>();
	runs = $state.raw<readonly RunInfo[]>([]);
	/** Holds for every next run, by step name. */
	armed = $state.raw<ReadonlySet<string>>(new Set());
	/** Steps at which a program stands still now, in any run. */
	standing = $state.raw<readonly HeldInfo[]>([]);
	/** Runs that this tab began before it was reloaded. */
	readonly earlier: ReadonlySet<string> = new Set(rememberedRuns());
	/** Counts up with every batch of lines, since recordings grow in place. */
	revision = $state(0);

	readonly #readers = new Map<string, RecordingReader>();
	readonly #queue = new LineQueue(() => this.revision++);
	readonly #own = new OwnSession((message) => this.#send(message));
	#socket: WebSocket | undefined;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#tries = 0;
	#closed = false;
	/** Called when a run begins that this page did not know. */
	began: (run: RunInfo) => void = () => {};
	readonly #origin: string | undefined;

	/** @param origin of the server; undefined when there is none */
	constructor(origin: string | undefined) {
		this.#origin = origin;
		if (origin === undefined) this.state = 'none';
	}

	/** Swaps the launch token for a cookie, when there is one, and connects. */
	async open(token: string | undefined): Promise<void> {
		if (this.#origin === undefined) return;
		addEventListener('online', this.#hurry);
		addEventListener('focus', this.#hurry);
		if (token !== undefined) await this.#signIn(token);
		if (await this.#isStranger()) this.state = 'refused';
		else await this.#connect();
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#retry);
		removeEventListener('online', this.#hurry);
		removeEventListener('focus', this.#hurry);
		this.#socket?.close();
	}

	/** How a run on this machine ended: what the recording's Status says, or else what our own kubectl returned. */
	exitOf(run: string): number | undefined {
		return this.runs.find(({ id }) => id === run)?.exit ?? this.#own.codes.get(run);
	}

	/** The recording of a run; asks the server for its lines the first time. */
	follow(run: string): Recording {
		let reader = this.#readers.get(run);
		if (!reader) {
			reader = new RecordingReader(run);
			this.#readers.set(run, reader);
			this.#send({ type: 'follow', run, from: 0 });
		}
		return reader.recording;
	}

	unfollow(run: string): void {
		if (this.#readers.delete(run)) this.#send({ type: 'unfollow', run });
	}

	/** The last command that was given at the prompt. */
	get session(): Session | undefined {
		return this.#own.current;
	}

	run(line: string, cols: number, rows: number): void {
		this.#own.run(line, cols, rows);
	}

	input(text: string): void {
		this.#own.input(text);
	}

	resize(cols: number, rows: number): void {
		this.#own.resize(cols, rows);
	}

	stop(): void {
		this.#own.stop();
	}

	/** Acts on a hold of one run, or with `*` on every next run. */
	hold(run: string, s: string, attempt: number | undefined, action: HoldAction): void {
		this.#send({
			type: 'hold',
			run,
			s,
			...(attempt === undefined ? {} : { try: attempt }),
			action
		});
	}

	/** Asks for another era of the next run; it is so when the server says it. */
	chooseEra(era: EraId): void {
		this.#send({ type: 'era', era });
	}

	async #signIn(token: string): Promise<void> {
		const answer = await fetch(new URL('/api/session', this.#origin), {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-Execscope': '1' },
			body: JSON.stringify({ token })
		}).catch(() => undefined);
		this.linkUsed = answer !== undefined && !answer.ok;
	}

	/** Asked first, so that a page which nobody signed in to makes no failing request. */
	async #isStranger(): Promise<boolean> {
		const answer = await fetch(new URL('/api/session', this.#origin)).catch(() => undefined);
		const body: unknown = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
		return typeof body === 'object' && body !== null && 'role' in body && body.role === 'none';
	}

	async #connect(): Promise<void> {
		const answer = await fetch(new URL('/api/ticket', this.#origin), {
			method: 'POST',
			headers: { 'X-Execscope': '1' }
		}).catch(() => undefined);
		if (this.#closed) return;
		if (!answer || answer.status >= 500) return this.#later();
		const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
		const ticket = readTicket(body);
		if (ticket === undefined) {
			this.state = 'refused';
			return;
		}
		const url = new URL('/live', this.#origin);
		url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
		const socket = new WebSocket(url, ['execscope', ticket]);
		this.#socket = socket;
		socket.onmessage = (event: MessageEvent<unknown>) => {
			const message = parseFromServer(event.data);
			if (message) this.#take(message);
		};
		socket.onclose = () => {
			if (this.#socket === socket) this.#later();
		};
	}

	#later(): void {
		if (this.#closed) return;
		this.state = 'lost';
		this.#socket = undefined;
		this.#own.lost();
		const wait = Math.min(8000, 250 * 2 ** this.#tries++);
		this.#retry = setTimeout(() => this.#again(), wait);
	}

	#again(): void {
		clearTimeout(this.#retry);
		this.#retry = undefined;
		void this.#connect();
	}

	/** The network is back, or somebody looks at the page again: no need to wait for the next try. */
	readonly #hurry = (): void => {
		if (this.#retry !== undefined) this.#again();
	};

	#take(message: FromServer): void {
		switch (message.type) {
			case 'welcome':
				return this.#welcomed(message);
			case 'run':
				return this.#ofRun(message.run);
			case 'lines': {
				const reader = this.#readers.get(message.run);
				if (reader) this.#queue.push(reader, message.lines);
				return;
			}
			case 'held':
				this.#held(message.held);
				return;
			case 'era':
				this.#ofEra(message.era);
				return;
			default:
				return this.#own.take(message);
		}
	}

	#welcomed(message: Welcome): void {
		this.#tries = 0;
		this.state = 'open';
		const known = this.welcome && new Set(this.runs.map(({ id }) => id));
		this.welcome = message;
		this.#ofEra(message.era);
		this.runs = message.runs ?? [];
		this.#held(message.held ?? []);
		for (const [run, reader] of this.#readers)
			this.#send({ type: 'follow', run, from: reader.recording.next });
		this.#own.resume();
		// What began while the connection was lost, nobody has said.
		for (const run of this.runs) if (known && run.open && !known.has(run.id)) this.began(run);
	}

	#held(held: readonly HeldInfo[]): void {
		this.armed = armedOf(held);
		this.standing = held.filter((one) => one.state === 'waiting');
	}

	/** A later server may know eras that this page does not. */
	#ofEra(era: string): void {
		this.era = isEra(era) ? era : undefined;
	}

	#ofRun(run: RunInfo): void {
		const known = this.runs.some((one) => one.id === run.id);
		this.runs = withRun(this.runs, run);
		if (!known && run.open) this.began(run);
	}

	#send(message: FromPage): void {
		if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
	}
}

function armedOf(held: readonly HeldInfo[]): ReadonlySet<string> {
	return new Set(
		held.filter((one) => one.run === '*' && one.state !== 'waiting').map((one) => one.s)
	);
}

function withRun(runs: readonly RunInfo[], run: RunInfo): readonly RunInfo[] {
	const at = runs.findIndex((known) => known.id === run.id);
	return at < 0 ? [...runs, run] : runs.with(at, run);
}

function readTicket(body: unknown): string | undefined {
	if (typeof body !== 'object' || body === null || !('ticket' in body)) return undefined;
	return typeof body.ticket === 'string' ? body.ticket : undefined;
}
