import type { Limits } from '../limits.ts';
import type { RunLog } from './run-log.ts';

/**
 * What leads to a run: its trace, its names (exec ids, tokens), its Kubectl-Session, its client's process. An ended run
 * gets nothing more of a session or a process; its names say for a while yet which run came before.
 */
export class RunIndex {
	readonly traces = new RunKeys();
	readonly names = new RunKeys();
	readonly sessions = new RunKeys();
	readonly processes = new RunKeys();
	/** When each ended, oldest first. */
	readonly #ended = new Map<RunLog, number>();
	readonly #now: () => number;
	readonly #keptMs: number;

	/** @param now milliseconds that never go back */
	constructor(now: () => number, { endedRunMs }: Pick<Limits, 'endedRunMs'>) {
		this.#now = now;
		this.#keptMs = endedRunMs;
	}

	/** A run began. */
	add(run: RunLog): void {
		this.#sweep();
		this.traces.set(run.trace, run);
	}

	/** A name leads to a run from now on, unless the run is forgotten itself. */
	name(name: string, run: RunLog): void {
		if (this.traces.get(run.trace) === run) this.names.set(name, run);
	}

	/** A run ended. */
	end(run: RunLog): void {
		this.#sweep();
		this.sessions.drop(run);
		this.processes.drop(run);
		if (!this.#ended.has(run)) this.#ended.set(run, this.#now());
	}

	/** Whenever a run begins or ends: there is no timer to wait for, and what is left at rest grows no further. */
	#sweep(): void {
		for (const [run, at] of this.#ended) {
			if (this.#now() - at < this.#keptMs) return;
			this.#ended.delete(run);
			this.traces.drop(run);
			this.names.drop(run);
		}
	}
}

/** Keys that lead to runs, and from each run back to its keys. */
class RunKeys {
	readonly #runs = new Map<string, RunLog>();
	readonly #keys = new Map<RunLog, Set<string>>();

	get(key: string): RunLog | undefined {
		return this.#runs.get(key);
	}

	set(key: string, run: RunLog): void {
		this.#runs.set(key, run);
		const keys = this.#keys.get(run) ?? new Set();
		this.#keys.set(run, keys.add(key));
	}

	/** Takes away all that leads to a run, but for keys that lead to another by now. */
	drop(run: RunLog): void {
		for (const key of this.#keys.get(run) ?? [])
			if (this.#runs.get(key) === run) this.#runs.delete(key);
		this.#keys.delete(run);
	}

	/** Every run that a key leads to, in the order in which they came. */
	values(): RunLog[] {
		return [...this.#keys.keys()];
	}
}
