import { createHash } from 'node:crypto';
import type { Clock, Limits } from './limits.ts';

/** One embedded kubectl that runs for a page. */
export interface PromptSession {
	input(text: string): void;
	resize(cols: number, rows: number): void;
	stop(): void;
}

/** The one line that the prompt took, and what is told of it. */
export interface PromptLine {
	text: string;
	cols: number;
	rows: number;
	began(run: string): void;
	said(text: string, code?: string): void;
	ended(code: number): void;
}

/** A page, as its sessions see it. */
export interface SessionPage {
	/** Which signed-in browser it is in. */
	readonly who: string;
	send(message: object): void;
	/** Another connection of the same page has taken over. */
	replaced(): void;
}

export interface PromptSessionsOptions {
	/** Starts the one line that the prompt took. */
	prompt(line: PromptLine): PromptSession;
	clock: Clock;
	limits: Pick<Limits, 'lostPageMs'>;
}

/**
 * What pages run at their prompts. A session whose page has lost its connection goes on for a while, and is taken up
 * again by whoever comes from the same browser and knows its id, which only its page does.
 */
export class PromptSessions {
	#options: PromptSessionsOptions;
	#sessions = new Map<string, Session>();
	#closed = false;

	constructor(options: PromptSessionsOptions) {
		this.#options = options;
	}

	/** Starts a line for a page; an id that is taken starts nothing. */
	run(page: SessionPage, id: string, line: { text: string; cols: number; rows: number }): void {
		const key = keyOf(page.who, id);
		if (this.#closed || this.#sessions.has(key)) return;
		const { prompt, clock, limits } = this.#options;
		const session = new Session({
			id,
			page,
			later: (act) => clock.after(limits.lostPageMs, act),
			forget: () => this.#sessions.delete(key)
		});
		this.#sessions.set(key, session);
		session.start(prompt, line);
	}

	/** Gives a page its session back and says how it stands, or that there is none any more. */
	resume(page: SessionPage, id: string, size: [cols: number, rows: number]): void {
		const session = this.#sessions.get(keyOf(page.who, id));
		if (session) session.attach(page, size);
		else page.send({ type: 'gone', session: id });
	}

	/** The session of that id, if this page holds it. */
	of(page: SessionPage, id: string): Session | undefined {
		const session = this.#sessions.get(keyOf(page.who, id));
		return session?.page === page ? session : undefined;
	}

	/** The connection of a page broke: its sessions wait for it. */
	lost(page: SessionPage): void {
		for (const session of this.#heldBy(page))
			if (this.#closed) session.leave();
			else session.wait();
	}

	/** A page was closed or left: a terminal that nobody reads is closed, as when a window is closed. */
	left(page: SessionPage): void {
		for (const session of this.#heldBy(page)) session.leave();
	}

	/** Ends all there are. */
	close(): void {
		this.#closed = true;
		for (const session of this.#sessions.values()) session.leave();
	}

	#heldBy(page: SessionPage): Session[] {
		return [...this.#sessions.values()].filter((session) => session.page === page);
	}
}

interface SessionStart {
	id: string;
	page: SessionPage;
	/** Calls back when a lost page has been waited for long enough. */
	later(act: () => void): () => void;
	forget(): void;
}

/** One command line: who holds it, and all that a page which comes back must be told. */
class Session {
	page: SessionPage | undefined;
	#start: SessionStart;
	#kubectl: PromptSession | undefined;
	#run: string | undefined;
	#said = '';
	/** How much of what was typed has come, in characters of JavaScript. */
	#taken = 0;
	#code: number | undefined;
	#size = '';
	/** Its page stayed away too long. */
	#late = false;
	/** Its page left it: nobody will ask for it again. */
	#left = false;
	#stopTimer: () => void = () => {};

	constructor(start: SessionStart) {
		this.#start = start;
		this.page = start.page;
	}

	start(prompt: PromptSessionsOptions['prompt'], line: Parameters<PromptSessions['run']>[2]): void {
		const session = this.#start.id;
		this.#size = `${line.cols}x${line.rows}`;
		this.#kubectl = prompt({
			...line,
			began: (run) => {
				this.#run = run;
				this.page?.send({ type: 'started', session, run });
			},
			said: (text, code) => {
				this.#said += text;
				this.page?.send({ type: 'said', session, text, ...(code ? { code } : {}) });
			},
			ended: (code) => this.#ended(code)
		});
	}

	input(text: string): void {
		if (this.#code !== undefined) return;
		this.#taken += text.length;
		this.#kubectl?.input(text);
		this.page?.send({ type: 'taken', session: this.#start.id, count: this.#taken });
	}

	/** The same size again would be one more step on every hop. */
	resize(cols: number, rows: number): void {
		const size = `${cols}x${rows}`;
		if (size === this.#size || this.#code !== undefined) return;
		this.#size = size;
		this.#kubectl?.resize(cols, rows);
	}

	stop(): void {
		this.#kubectl?.stop();
	}

	/** The page that comes may be back before the server has seen that its old connection is dead. */
	attach(page: SessionPage, size: [cols: number, rows: number]): void {
		const before = this.page;
		this.page = page;
		if (before && before !== page) before.replaced();
		if (this.#code === undefined) this.#stopTimer();
		this.resize(...size);
		page.send({
			type: 'resumed',
			session: this.#start.id,
			said: this.#said,
			taken: this.#taken,
			...(this.#run === undefined ? {} : { run: this.#run }),
			...(this.#code === undefined ? {} : { code: this.#code }),
			...(this.#late ? { late: true } : {})
		});
	}

	wait(): void {
		this.page = undefined;
		if (this.#code !== undefined) return;
		this.#stopTimer();
		this.#stopTimer = this.#start.later(() => {
			this.#late = true;
			this.stop();
		});
	}

	leave(): void {
		this.page = undefined;
		this.#left = true;
		this.#stopTimer();
		this.#start.forget();
		if (this.#code === undefined) this.stop();
	}

	/** The page may not have heard of the end: it is remembered as long as a lost page is waited for. */
	#ended(code: number): void {
		this.#code = code;
		this.page?.send({ type: 'ended', session: this.#start.id, code });
		this.#stopTimer();
		if (!this.#left) this.#stopTimer = this.#start.later(() => this.#start.forget());
	}
}

/** Digests only, as the guard keeps them: the time of a look-up tells nothing of an id. */
function keyOf(who: string, id: string): string {
	return createHash('sha256').update(`${who} ${id}`).digest('hex');
}
