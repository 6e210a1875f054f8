import type { Facts } from '../trace/event.ts';

/** Longer than any command that is typed; a script in `-c` is cut, so that a line stays a line. */
const longestText = 500;

/** What the audit knows of the run in which an exec happens. */
export interface AuditedRun {
	id: string;
	/** Role of who began it. */
	owner: string;
	/** What its client calls itself. */
	client: string;
}

/** What somebody opened into a container or a pod. */
interface Opened {
	kind: 'exec' | 'attach' | 'forward';
	run: AuditedRun;
	/** What its end names: the exec's id, the container's, the forwarded connection's. */
	id: string;
	user: string | undefined;
	/** How both of its lines name it. */
	label: string;
}

const verbs = {
	exec: ['started', 'ended'],
	attach: ['started', 'ended'],
	forward: ['opened', 'closed']
} as const;

/**
 * One line for every process that an exec starts in a container, for every attach to one that runs, and for every
 * connection forwarded to a pod, and one for the end of each: role, user, client, and what it was for. It goes by what
 * the engine announces (of a forward, by what opens the port), so that it is told of whichever door it came through:
 * page, API server, kubelet, CRI or the Docker socket. What a stranger chose is quoted, so that nobody writes a line of
 * his own.
 */
export class Audit {
	#write: (line: string) => void;
	#now: () => Date;
	#users = new WeakMap<AuditedRun, string>();
	#open = new Set<Opened>();

	constructor(write: (line: string) => void, now: () => Date) {
		this.#write = write;
		this.#now = now;
	}

	/** Steps and calls of all runs once no hold stops them, by their ids; steps also when the run is over already. */
	heard(run: AuditedRun, id: string, facts: Facts, dropped: boolean): void {
		if (id === 'authorize') this.#users.set(run, String(facts['user']));
		// What was dropped never came to its command, its streams or its port.
		if (!dropped) this.#begun(run, id, facts);
		if (id === 'process-exit') this.#exited(run, facts);
		if (id === 'close') this.#closed(run, facts);
	}

	/** The run is over: its connections are closed. A process that an exec started may outlive them. */
	over(run: AuditedRun): void {
		for (const opened of this.#of(run)) if (opened.kind !== 'exec') this.#end(opened);
	}

	/** The server stops, and with it what still runs. */
	close(): void {
		for (const opened of [...this.#open])
			this.#end(opened, [...(opened.kind === 'exec' ? ['exit=none'] : []), '(the server stopped)']);
	}

	#begun(run: AuditedRun, id: string, facts: Facts): void {
		const { execId, containerId, argv, tty, stdin, port, requestid } = facts;
		const terminal = tty === true ? ['tty'] : [];
		const container = `container=${short(containerId)}`;
		if (id === 'process-start') {
			const command = `command=${quote(Array.isArray(argv) ? argv.map(String) : [])}`;
			const label = `exec=${short(execId)}`;
			this.#begin('exec', run, { id: String(execId), label }, [container, command, ...terminal]);
		}
		// The answer to the start of an exec names the exec; that to an attach has only the container.
		if (id === 'hijack' && execId === undefined) {
			const rest = [...(stdin === true ? ['stdin'] : []), ...terminal];
			this.#begin('attach', run, { id: String(containerId), label: container }, rest);
		}
		if (id === 'forward-port') {
			const label = `${container} port=${short(port)}`;
			this.#begin('forward', run, { id: String(requestid), label }, []);
		}
	}

	#begin(
		kind: Opened['kind'],
		run: AuditedRun,
		named: Pick<Opened, 'id' | 'label'>,
		rest: string[]
	): void {
		const opened = { kind, run, user: this.#users.get(run), ...named };
		this.#open.add(opened);
		this.#say(opened, verbs[kind][0], [...rest, `client=${quote(run.client)}`]);
	}

	/** A process has ended: that of an exec, whichever run hears of it, or the container's own, to which runs attached. */
	#exited(run: AuditedRun, { execId, containerId, exitCode }: Facts): void {
		const exit = `exit=${String(exitCode)}`;
		for (const opened of [...this.#open]) {
			const ends =
				execId === undefined
					? opened.kind === 'attach' && opened.run === run && opened.id === String(containerId)
					: opened.kind === 'exec' && opened.id === String(execId);
			if (ends) this.#end(opened, [exit]);
		}
	}

	/** One forwarded connection is closed, or the whole of it that a run opened. */
	#closed(run: AuditedRun, { requestid }: Facts): void {
		for (const opened of this.#of(run)) {
			if (opened.kind === 'exec') continue;
			const one = opened.kind === 'forward' && opened.id === String(requestid);
			if (requestid === undefined || one) this.#end(opened);
		}
	}

	#of(run: AuditedRun): Opened[] {
		return [...this.#open].filter((opened) => opened.run === run);
	}

	#end(opened: Opened, rest: string[] = []): void {
		if (this.#open.delete(opened)) this.#say(opened, verbs[opened.kind][1], rest);
	}

	#say({ kind, run, user, label }: Opened, what: string, rest: string[]): void {
		this.#write(
			[
				`${this.#now().toISOString()} ${kind} ${what}`,
				`role=${run.owner}`,
				`user=${user === undefined ? 'unknown' : quote(user)}`,
				label,
				...rest,
				`run=${run.id}`
			].join(' ')
		);
	}
}

/** As much of an id or a number as tells it apart; what is neither is quoted. */
function short(id: unknown): string {
	const text = String(id).slice(0, 12);
	return /^[\w-]+$/.test(text) ? text : quote(text);
}

/** JSON, in printable ASCII alone: no line break, no terminal sequence, no letter that turns the line around. */
function quote(value: string | string[]): string {
	return JSON.stringify(typeof value === 'string' ? cut(value) : words(value)).replace(
		/[^ -~]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
	);
}

const cut = (text: string, room = longestText): string =>
	text.length > room ? `${text.slice(0, room)}...` : text;

/** As many words as there is room for, the last of them cut; a line with them is still JSON. */
function words(argv: string[]): string[] {
	const shown: string[] = [];
	let room = longestText;
	for (const word of argv) {
		if (room <= 0) return [...shown, '...'];
		shown.push(cut(word, room));
		room -= word.length + 1;
	}
	return shown;
}
