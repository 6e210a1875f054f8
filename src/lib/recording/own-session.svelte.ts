import type { FromPage, FromServer, Resumed } from './live-protocol.ts';
import { rememberRun } from './own-runs.ts';
import { pieces, TypedInput } from './typed-input.ts';

/**
 * How the page hangs together with its session: `lost` while the connection is broken, `back` from then on until
 * somebody types, `cut` when the server has given up waiting.
 */
export type Tie = 'whole' | 'lost' | 'back' | 'cut';

/** A command that was given at the page's prompt. */
export interface Session {
	id: string;
	line: string;
	run: string | undefined;
	/** What was answered without a run: a refusal, or output of a command that asked no server. */
	said: string;
	code: number | undefined;
	ended: boolean;
	tie: Tie;
	/** Characters that were typed while the connection is lost, and wait for it. */
	kept: number;
	/** No more of them are kept, or were when the connection came back. */
	full: boolean;
	/** The command ended without what was typed meanwhile. */
	unsent: boolean;
}

type OfSession = Extract<FromServer, { session: string }>;

/** The last command of the page's prompt: what is typed into it, and how it fares, over lost connections too. */
export class OwnSession {
	current = $state.raw<Session>();
	/** Exit codes of our own kubectl, by run. */
	codes = $state.raw<ReadonlyMap<string, number>>(new Map());
	#typed = new TypedInput();
	#size: readonly [cols: number, rows: number] = [80, 24];
	readonly #send: (message: FromPage) => void;

	constructor(send: (message: FromPage) => void) {
		this.#send = send;
	}

	run(line: string, cols: number, rows: number): void {
		const id = crypto.randomUUID();
		this.#typed = new TypedInput();
		this.#size = [cols, rows];
		this.current = {
			...{ id, line, run: undefined, said: '', code: undefined, ended: false },
			...{ tie: 'whole', kept: 0, full: false, unsent: false }
		};
		this.#send({ type: 'run', session: id, line, cols, rows });
	}

	input(text: string): void {
		const session = this.current;
		if (!session || session.ended) return;
		const taken = this.#typed.type(text);
		if (session.tie === 'lost') {
			const { sinceAway, full } = this.#typed;
			this.current = { ...session, kept: sinceAway, full };
		} else if (taken) {
			if (session.tie === 'back') this.current = { ...session, tie: 'whole', full: false };
			this.#feed(session.id, text);
		}
	}

	/** The same size again would be one more step on every hop. */
	resize(cols: number, rows: number): void {
		const session = this.current;
		if (cols === this.#size[0] && rows === this.#size[1]) return;
		this.#size = [cols, rows];
		if (session && !session.ended) this.#send({ type: 'resize', session: session.id, cols, rows });
	}

	stop(): void {
		if (this.current) this.#send({ type: 'stop', session: this.current.id });
	}

	/** The connection is broken. */
	lost(): void {
		const session = this.current;
		if (!session || session.ended) return;
		this.#typed.leave();
		this.current = { ...session, tie: 'lost' };
	}

	/** There is a connection again: the session is asked for, and the terminal may have another size by now. */
	resume(): void {
		const session = this.current;
		const [cols, rows] = this.#size;
		if (session?.tie === 'lost') this.#send({ type: 'resume', session: session.id, cols, rows });
	}

	take(message: OfSession): void {
		const session = this.current;
		if (session?.id !== message.session) return;
		switch (message.type) {
			case 'started':
				return this.#begun({ ...session, run: message.run ?? session.run });
			case 'said':
				this.current = { ...session, said: session.said + message.text };
				return;
			case 'taken':
				return this.#typed.took(message.count);
			case 'resumed':
				return this.#resumed(session, message);
			case 'gone':
				this.current = { ...this.#over(session), tie: 'cut' };
				return;
			case 'ended':
				return this.#ended({ ...session, ended: true }, message.code);
		}
	}

	#begun(session: Session): void {
		this.current = session;
		if (session.run !== undefined) rememberRun(session.run);
	}

	#resumed(session: Session, { run, said, taken, code, late }: Resumed): void {
		this.#typed.comeBack(taken);
		const back = { ...session, run, said, kept: 0 };
		if (run !== undefined) rememberRun(run);
		if (code !== undefined)
			return this.#ended({ ...this.#over(back), tie: late ? 'cut' : 'whole' }, code);
		this.current = { ...back, tie: 'back' };
		this.#feed(session.id, this.#typed.waiting);
	}

	/** A session that ended while the page was away. */
	#over(session: Session): Session {
		return { ...session, ended: true, unsent: this.#typed.waiting !== '' };
	}

	#ended(session: Session, code: number): void {
		this.current = { ...session, code };
		if (session.run !== undefined) this.codes = new Map([...this.codes, [session.run, code]]);
	}

	#feed(session: string, text: string): void {
		for (const d of pieces(text)) this.#send({ type: 'input', session, d });
	}
}
