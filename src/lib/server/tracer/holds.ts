import type { HoldState } from '../../trace/event.ts';
import { Dropped } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';

/** A hold that waits for a step: of one run, or of every run (`*`). */
export interface Hold {
	run: string;
	s: string;
	try?: number;
	by: string;
}

/** A program that stands still at a hold. */
export interface Waiting extends Hold {
	resume(how: 'continued' | 'stepped' | 'dropped' | 'lapsed', by: string): void;
}

/** What the run tells the holds, and is told by them. */
export interface Holder {
	id: string;
	say(state: HoldState, hold: Hold, until: number | null): void;
	/** The next step or call of this run, whatever it is, is to be held. */
	stepping: string | undefined;
}

/**
 * Holds stop a program where it announces a step, before its bytes leave. They are per run and never block
 * anything shared. While no driver is connected, a hold lets go after a minute.
 */
export class Holds {
	#set: Hold[] = [];
	#waiting = new Map<Waiting, () => void>();
	#drivers = 0;
	#limits: Pick<Limits, 'orphanHoldMs'>;
	#clock: Clock;
	/** Called whenever what is set or waiting changes. */
	changed: () => void = () => {};

	constructor(limits: Pick<Limits, 'orphanHoldMs'>, clock: Clock) {
		this.#limits = limits;
		this.#clock = clock;
	}

	get set(): readonly Hold[] {
		return this.#set;
	}

	get waiting(): Waiting[] {
		return [...this.#waiting.keys()];
	}

	add(hold: Hold): void {
		this.remove(hold);
		this.#set.push(hold);
		this.changed();
	}

	remove(hold: Pick<Hold, 'run' | 's' | 'try'>): void {
		this.#set = this.#set.filter(
			(other) => other.run !== hold.run || other.s !== hold.s || other.try !== hold.try
		);
		this.changed();
	}

	/** A driver came or went; with none left, what waits gets a minute. */
	drivers(count: number): void {
		this.#drivers = count;
		for (const waiting of this.#waiting.keys()) this.#watch(waiting);
	}

	/** Waits if a hold is on this step; throws Dropped when the driver dropped it. */
	async pass(holder: Holder, s: string, attempt: number | undefined, until: number | null) {
		const hold = this.#find(holder, s, attempt);
		if (!hold) return;
		holder.stepping = undefined;
		holder.say('waiting', hold, until);
		const how = await new Promise<'continued' | 'stepped' | 'dropped' | 'lapsed'>((resolve) => {
			const waiting: Waiting = {
				...hold,
				run: holder.id,
				s,
				resume: (way, by) => {
					this.#waiting.get(waiting)?.();
					this.#waiting.delete(waiting);
					if (way === 'stepped') holder.stepping = by;
					holder.say(way === 'stepped' ? 'continued' : way, { ...hold, by }, null);
					resolve(way);
					this.changed();
				}
			};
			this.#waiting.set(waiting, () => {});
			this.#watch(waiting);
			this.changed();
		});
		if (how === 'dropped') throw new Dropped(s);
	}

	/** Lets everything go, for the end of the cluster. */
	release(): void {
		this.#set = [];
		for (const waiting of this.waiting) waiting.resume('lapsed', 'execscope');
	}

	#find(holder: Holder, s: string, attempt: number | undefined): Hold | undefined {
		if (holder.stepping !== undefined)
			return { run: holder.id, s, ...(attempt ? { try: attempt } : {}), by: holder.stepping };
		return this.#set.find(
			(hold) =>
				(hold.run === '*' || hold.run === holder.id) &&
				hold.s === s &&
				(hold.try === undefined || hold.try === attempt)
		);
	}

	#watch(waiting: Waiting): void {
		this.#waiting.get(waiting)?.();
		const stop =
			this.#drivers > 0
				? () => {}
				: this.#clock.after(this.#limits.orphanHoldMs, () => waiting.resume('lapsed', 'execscope'));
		this.#waiting.set(waiting, stop);
	}
}
