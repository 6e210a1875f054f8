import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCommand } from '../recording/describe-command.ts';
import { listRuns, type RunSummary } from './library.ts';
import { parseMessage } from './feed/parse-message.ts';
import { Page, type FeedSocket, type HoldRequest } from './feed/page.ts';
import { PromptSessions, type PromptSessionsOptions } from './prompt-sessions.ts';

export type { FeedSocket, HoldRequest } from './feed/page.ts';

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

export interface FeedOptions extends PromptSessionsOptions {
	recordings: string;
	/** Runs that are open already when the feed begins. */
	running(): readonly LiveRun[];
	mayRead(role: string, owner: string): boolean;
	welcome(): object;
	hold(request: HoldRequest, by: string): void;
	/** A driver asks for an era by a name that may be none. */
	era(name: string): void;
	held(): object[];
	drivers(count: number): void;
}

/** How a connection ends on which nobody said goodbye. A page that is closed, reloaded or left for another says 1001. */
const broken = 1006;
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
		this.#tellDrivers({ type: 'held', held: this.#options.held() });
	}

	eraChanged(era: string): void {
		this.#tellDrivers({ type: 'era', era });
	}

	/** Serves one page, which is in the signed-in browser `who`, until its socket closes. */
	async connect(socket: FeedSocket, role: string, who: string): Promise<void> {
		const page = new Page({
			socket,
			role,
			who,
			read: (id) => this.#read(id, role),
			hold: (request) => this.#options.hold(request, role),
			era: (name) => this.#options.era(name),
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

	#tellDrivers(message: object): void {
		for (const page of this.#pages) if (page.role === 'driver') page.send(message);
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

function ownerOf(header: string): string | undefined {
	const line = parseMessage(header);
	return typeof line?.['owner'] === 'string' ? line['owner'] : undefined;
}
