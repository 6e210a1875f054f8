import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCommand } from '../recording/describe-command.ts';
import { listRuns, type RunSummary } from './library.ts';
import { PromptSessions, type PromptSessionsOptions, type SessionPage } from './prompt-sessions.ts';

/** The part of a WebSocket that the feed uses. */
export interface FeedSocket {
	send(text: string): void;
	close(code?: number, reason?: string): void;
	on(event: 'message', listener: (data: unknown, binary: boolean) => void): unknown;
	on(event: 'close', listener: (code: number) => void): unknown;
	readonly bufferedAmount: number;
}

/** A run as the tracer has it. */
export interface LiveRun {
	id: string;
	open: boolean;
	client: string;
	owner: string;
	argv: string[] | undefined;
	query: Record<string, unknown> | undefined;
	code: number | null | undefined;
}

export interface HoldRequest {
	run: string;
	s: string;
	try?: number;
	action: 'set' | 'clear' | 'continue' | 'step' | 'drop';
}

export interface FeedOptions extends PromptSessionsOptions {
	recordings: string;
	/** Runs that are open already when the feed begins. */
	running(): readonly LiveRun[];
	mayRead(role: string, owner: string): boolean;
	welcome(): object;
	hold(request: HoldRequest, by: string): void;
	held(): object[];
	drivers(count: number): void;
}

/** A slow reader is told nothing new until it has taken what waits; nothing is lost, it is read from the file. */
const highWater = 4 * 1024 * 1024;
const batchChars = 256 * 1024;
const retryMs = 50;
/** How a connection ends on which nobody said goodbye. A page that is closed, reloaded or left for another says 1001. */
const broken = 1006;
/** Tells the old connection of a page that it has a new one. */
const replacedCode = 4000;

/**
 * What the page sees of the cluster while it runs: the lines of recordings as they are written, each page from
 * where it stands; and what the driver says back. One socket a page, resumable from (run, index).
 */
export class Feed {
	#options: FeedOptions;
	#pages = new Set<Page>();
	#sessions: PromptSessions;
	#live = new Map<string, LiveRun>();
	/** Lines of runs that are open; the file has those of the others. */
	#lines = new Map<string, { owner: string; lines: string[] }>();

	constructor(options: FeedOptions) {
		this.#options = options;
		this.#sessions = new PromptSessions(options);
		for (const run of options.running()) this.#live.set(run.id, run);
	}

	changed(run: LiveRun): void {
		if (run.open) this.#live.set(run.id, run);
		const summary = summaryOf(run);
		for (const page of this.#pages)
			if (this.#options.mayRead(page.role, run.owner)) page.changed(summary);
		if (run.open) return;
		// Pages that follow it still take its last lines from memory; later ones read the file.
		for (const page of this.#pages) page.pump(run.id);
		this.#live.delete(run.id);
		setTimeout(() => this.#lines.delete(run.id), 10_000).unref();
	}

	written(run: LiveRun, line: string): void {
		const kept = this.#lines.get(run.id) ?? { owner: run.owner, lines: [] };
		this.#lines.set(run.id, kept);
		kept.lines.push(line);
		for (const page of this.#pages) page.soon(run.id);
	}

	holdsChanged(): void {
		for (const page of this.#pages)
			if (page.role === 'driver') page.send({ type: 'held', held: this.#options.held() });
	}

	/** Serves one page, which is in the signed-in browser `who`, until its socket closes. */
	async connect(socket: FeedSocket, role: string, who: string): Promise<void> {
		const page = new Page({
			socket,
			role,
			who,
			read: (id) => this.#read(id, role),
			hold: (request) => this.#options.hold(request, role),
			sessions: this.#sessions
		});
		this.#pages.add(page);
		this.#drivers();
		socket.on('close', (code) => {
			this.#pages.delete(page);
			page.close();
			if (code === broken) this.#sessions.lost(page);
			else this.#sessions.left(page);
			this.#drivers();
		});
		const past = await listRuns(this.#options.recordings);
		page.welcome(
			{
				type: 'welcome',
				role,
				...this.#options.welcome(),
				held: role === 'driver' ? this.#options.held() : []
			},
			[...past, ...[...this.#live.values()].map(summaryOf)].filter((run) =>
				this.#options.mayRead(role, run.owner)
			)
		);
	}

	close(): void {
		this.#sessions.close();
		for (const page of this.#pages) page.end();
	}

	#drivers(): void {
		this.#options.drivers([...this.#pages].filter((page) => page.role === 'driver').length);
	}

	/** All lines of a run, as far as they are written; undefined when there is no such run for this role. */
	async #read(id: string, role: string): Promise<string[] | undefined> {
		const kept = this.#lines.get(id);
		if (kept) return this.#options.mayRead(role, kept.owner) ? kept.lines : undefined;
		if (!/^[\w.-]+$/.test(id)) return undefined;
		const text = await readFile(join(this.#options.recordings, `${id}.execscope`), 'utf8').catch(
			() => undefined
		);
		const all = text?.split(/(?<=\n)/);
		const owner = all?.[0] ? ownerOf(all[0]) : undefined;
		return owner !== undefined && this.#options.mayRead(role, owner) ? all : undefined;
	}
}

/** How far a page has been told a run; `busy` while its lines are read, `more` when some came meanwhile. */
interface Follow {
	next: number;
	soon: boolean;
	busy: boolean;
	more: boolean;
}

interface PageParts {
	socket: FeedSocket;
	role: string;
	who: string;
	/** All lines of a run, as far as they are written and as this page may read them. */
	read(id: string): Promise<string[] | undefined>;
	hold(request: HoldRequest): void;
	sessions: PromptSessions;
}

/** One open page: what it follows and how far it has been told, and what it asks for. */
class Page implements SessionPage {
	readonly role: string;
	readonly who: string;
	#socket: FeedSocket;
	#parts: PageParts;
	#follows = new Map<string, Follow>();
	#timers = new Set<NodeJS.Timeout>();
	/** Runs that changed while the page was still to be welcomed: the files were read before. */
	#unheard: RunSummary[] | undefined = [];

	constructor(parts: PageParts) {
		const { socket } = parts;
		this.#socket = socket;
		this.#parts = parts;
		this.role = parts.role;
		this.who = parts.who;
		socket.on('message', (data, binary) => {
			if (binary) return socket.close(1003, 'text only');
			const message = parse(String(data));
			if (message) this.#take(message);
			else socket.close(1007, 'not understood');
		});
	}

	send(message: object): void {
		this.#socket.send(JSON.stringify(message));
	}

	/** Says what runs there are. What is known of one last is so. */
	welcome(message: object, known: readonly RunSummary[]): void {
		const runs = new Map([...known, ...(this.#unheard ?? [])].map((run) => [run.id, run]));
		this.#unheard = undefined;
		this.send({ ...message, runs: [...runs.values()] });
	}

	changed(run: RunSummary): void {
		if (this.#unheard) this.#unheard.push(run);
		else this.send({ type: 'run', run });
	}

	/** Lines of a burst leave together. */
	soon(run: string): void {
		const follow = this.#follows.get(run);
		if (!follow || follow.soon) return;
		follow.soon = true;
		setImmediate(() => {
			follow.soon = false;
			this.pump(run);
		});
	}

	/** Sends what a followed run has beyond what was sent, in batches, while the socket takes it. */
	pump(run: string): void {
		const follow = this.#follows.get(run);
		if (!follow) return;
		follow.more = follow.busy;
		if (follow.busy) return;
		follow.busy = true;
		void this.#parts
			.read(run)
			.then((lines) => this.#batches(run, follow, lines ?? []))
			.finally(() => {
				follow.busy = false;
				if (follow.more) this.pump(run);
			});
	}

	#batches(run: string, follow: { next: number }, lines: string[]): void {
		while (follow.next < lines.length) {
			if (this.#socket.bufferedAmount > highWater) return this.#later(run);
			const batch: string[] = [];
			for (let size = 0; follow.next < lines.length && size < batchChars; follow.next++) {
				const line = lines[follow.next]!;
				batch.push(line.endsWith('\n') ? line.slice(0, -1) : line);
				size += line.length;
			}
			this.send({ type: 'lines', run, lines: batch });
		}
	}

	#later(run: string): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			this.pump(run);
		}, retryMs);
		this.#timers.add(timer);
	}

	#take(message: Record<string, unknown>): void {
		const { type, run, session } = message;
		if (type === 'follow' && typeof run === 'string') {
			this.#follows.set(run, {
				next: Number(message['from']) || 0,
				soon: false,
				busy: false,
				more: false
			});
			return this.pump(run);
		}
		if (type === 'unfollow' && typeof run === 'string') return void this.#follows.delete(run);
		if (this.role !== 'driver') return;
		if (type === 'hold') return this.#hold(message);
		if (typeof session !== 'string' || session.length > 100) return;
		if (type === 'run') return this.#run(session, message);
		const { sessions } = this.#parts;
		if (type === 'resume') return sessions.resume(this, session, sizeOf(message));
		const open = sessions.of(this, session);
		if (type === 'input' && typeof message['d'] === 'string') open?.input(message['d']);
		if (type === 'resize') open?.resize(...sizeOf(message));
		if (type === 'stop') open?.stop();
	}

	#run(id: string, message: Record<string, unknown>): void {
		const { line } = message;
		if (typeof line !== 'string') return;
		const [cols, rows] = sizeOf(message);
		this.#parts.sessions.run(this, id, { text: line, cols, rows });
	}

	#hold(message: Record<string, unknown>): void {
		const { run, s, action } = message;
		if (typeof run !== 'string' || typeof s !== 'string') return;
		if (!['set', 'clear', 'continue', 'step', 'drop'].includes(String(action))) return;
		const attempt = Number(message['try']);
		this.#parts.hold({
			run,
			s,
			action: action as HoldRequest['action'],
			...(attempt > 0 ? { try: attempt } : {})
		});
	}

	replaced(): void {
		this.#socket.close(replacedCode, 'The page has a new connection');
	}

	/** The connection is gone. */
	close(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#follows.clear();
	}

	end(): void {
		this.#socket.close(1001, 'Execscope has ended');
	}
}

function summaryOf(run: LiveRun): RunSummary {
	return {
		id: run.id,
		cmd: describeCommand({
			...(run.argv ? { argv: run.argv } : {}),
			...(run.query ? { query: run.query } : {})
		}),
		client: run.client,
		owner: run.owner,
		open: run.open,
		streaming: run.code !== undefined || run.query?.['verb'] === 'exec',
		...(run.code === undefined ? {} : { exit: run.code })
	};
}

function sizeOf(message: Record<string, unknown>): [cols: number, rows: number] {
	const whole = (value: unknown, fallback: number) => {
		const size = Math.floor(Number(value));
		return size >= 1 && size <= 1000 ? size : fallback;
	};
	return [whole(message['cols'], 80), whole(message['rows'], 24)];
}

function ownerOf(header: string): string | undefined {
	const line = parse(header);
	return typeof line?.['owner'] === 'string' ? line['owner'] : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}
