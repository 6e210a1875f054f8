import type { RunSummary } from '../library.ts';
import type { PromptSessions, SessionPage } from '../prompt-sessions.ts';
import { parseMessage } from './parse-message.ts';

/** The part of a WebSocket that the feed uses. */
export interface FeedSocket {
	send(text: string): void;
	close(code?: number, reason?: string): void;
	on(event: 'message', listener: (data: unknown, binary: boolean) => void): unknown;
	on(event: 'close', listener: (code: number) => void): unknown;
	readonly bufferedAmount: number;
}

export interface HoldRequest {
	run: string;
	s: string;
	try?: number;
	action: 'set' | 'clear' | 'continue' | 'step' | 'drop';
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
	era(name: string): void;
	sessions: PromptSessions;
}

/** A slow reader is told nothing new until it has taken what waits; nothing is lost, it is read from the file. */
const highWater = 4 * 1024 * 1024;
const batchChars = 256 * 1024;
const retryMs = 50;
/** Tells the old connection of a page that it has a new one. */
const replacedCode = 4000;

/** One open page: what it follows and how far it has been told, and what it asks for. */
export class Page implements SessionPage {
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
			const message = parseMessage(String(data));
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
		if (type === 'era') return this.#parts.era(String(message['era']));
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

function sizeOf(message: Record<string, unknown>): [cols: number, rows: number] {
	const whole = (value: unknown, fallback: number) => {
		const size = Math.floor(Number(value));
		return size >= 1 && size <= 1000 ? size : fallback;
	};
	return [whole(message['cols'], 80), whole(message['rows'], 24)];
}
