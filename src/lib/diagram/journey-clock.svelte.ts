import { beatMs, hopAt, hopBegins, restOf } from './journey-spark.ts';
import type { Journey } from './journey.ts';

/** Where the spark of a journey is, and whether it moves: what the page's buttons drive while one is followed. */
export class JourneyClock {
	/** In beats, so that the spark stays where it is when a live run adds hops. */
	at = $state(0);
	playing = $state(false);
	readonly #journey: () => Journey | undefined;

	constructor(journey: () => Journey | undefined) {
		this.#journey = journey;
	}

	readonly hops = $derived.by(() => this.#journey()?.hops ?? []);
	readonly #end = $derived(hopBegins(this.hops).at(-1)!);
	/** The hop that is looked at; -1 before the first. */
	readonly hop = $derived(hopAt(this.hops, this.at));
	readonly atEnd = $derived(this.at >= this.#end);
	/** It has gone all the way, and nothing more will come. */
	readonly arrived = $derived.by(() => this.#journey()?.settled === true && this.atEnd);

	/** Plays from the start. */
	begin(): void {
		this.at = 0;
		this.playing = true;
	}

	/** Plays on, after the last hop from the start, or stops. */
	toggle(): void {
		if (!this.playing && this.atEnd) this.at = 0;
		this.playing = !this.playing;
	}

	/** Rests at the end of a hop; -1 is before the first. */
	goTo(hop: number): void {
		this.playing = false;
		this.at = restOf(this.hops, hop);
	}

	/** Advances by `ms` of wall time. At the end it waits for hops that a live run may add. */
	tick(ms: number): void {
		if (!this.playing) return;
		this.at = Math.min(this.#end, this.at + ms / beatMs);
		if (this.arrived) this.playing = false;
	}
}
