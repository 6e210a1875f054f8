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

interface Exec {
	run: AuditedRun;
	id: string;
	user: string | undefined;
}

/**
 * One line for every process that an exec starts in a container, and one for its end: role, user, client, container and
 * command. It goes by what the engine announces, so that an exec is told of whichever door it came through: page,
 * API server, kubelet, CRI or the Docker socket. What a stranger chose is quoted, so that nobody writes a line of his
 * own.
 */
export class Audit {
	#write: (line: string) => void;
	#now: () => Date;
	#users = new WeakMap<AuditedRun, string>();
	#open = new Map<string, Exec>();

	constructor(write: (line: string) => void, now: () => Date) {
		this.#write = write;
		this.#now = now;
	}

	/** Steps and calls of all runs once no hold stops them, by their ids; steps also when the run is over already. */
	heard(run: AuditedRun, id: string, facts: Facts, dropped: boolean): void {
		if (id === 'authorize') this.#users.set(run, String(facts['user']));
		// A process whose start was dropped never came to its command.
		if (id === 'process-start' && !dropped) this.#started(run, facts);
		if (id === 'process-exit') this.#ended(String(facts['execId']), String(facts['exitCode']));
	}

	/** The server stops, and with it what still runs. */
	close(): void {
		for (const id of this.#open.keys()) this.#ended(id, 'none (the server stopped)');
	}

	#started(run: AuditedRun, { execId, containerId, argv, tty }: Facts): void {
		const exec = { run, id: String(execId), user: this.#users.get(run) };
		this.#open.set(exec.id, exec);
		this.#say('started', exec, [
			`container=${String(containerId).slice(0, 12)}`,
			`command=${quote(Array.isArray(argv) ? argv.map(String) : [])}`,
			...(tty === true ? ['tty'] : []),
			`client=${quote(run.client)}`
		]);
	}

	#ended(id: string, code: string): void {
		const exec = this.#open.get(id);
		if (!exec) return;
		this.#open.delete(id);
		this.#say('ended', exec, [`exit=${code}`]);
	}

	#say(what: 'started' | 'ended', { run, id, user }: Exec, rest: string[]): void {
		this.#write(
			[
				`${this.#now().toISOString()} exec ${what}`,
				`role=${run.owner}`,
				`user=${user === undefined ? 'unknown' : quote(user)}`,
				`exec=${id.slice(0, 12)}`,
				...rest,
				`run=${run.id}`
			].join(' ')
		);
	}
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
