import { lastUpTo } from './column.ts';
import { Stops } from './stops.ts';
import { slowedBy, stopAt, timeline, type ClockName } from './timeline.ts';

/**
 * A cursor over a recording's steps and a clock that moves it. What the page draws follows from `cursor` and
 * `progress` alone, so seeking is the same as playing. Stops are what one press of Next moves over: a row of the
 * ladder, which may fold many items.
 */
export class Player {
	/** Index of the newest item shown; -1 before the first. */
	cursor = $state(-1);
	playing = $state(false);
	clock = $state<ClockName>('step');
	/** How many times faster than the clock; slower below 1. */
	speed = $state<Speed>(1);
	/** Stops that are played over and over. */
	loop = $state.raw<{ first: number; last: number }>();
	/** The run is still going on: reaching the end means waiting, not stopping. */
	live = $state(false);
	/** 0 to 1: how far the drawing of the newest arrow has come. */
	progress = $state(1);
	stops = $state.raw(new Stops());

	#position = 0;
	readonly begins = $derived(timeline(this.stops, this.clock));
	readonly slowed = $derived(this.clock === 'step' ? slowedBy(this.stops) : 1);
	/** Place of the cursor among the stops; -1 before the first. */
	readonly stop = $derived(this.stops.of(this.cursor));
	readonly atEnd = $derived(this.stop >= this.stops.length - 1);
	/** Live and showing, or on the way to, the newest. */
	readonly following = $derived(this.live && this.playing);

	/** What Next moves over. The cursor stays on its item, or at the end of the row that now folds it. */
	setStops(stops: Stops): void {
		this.stops = stops;
	}

	play(): void {
		if (this.atEnd && !this.live) this.#show(-1);
		this.#position = this.begins[Math.max(0, this.stop)] ?? 0;
		if (this.stop >= 0) this.#position += drawMs;
		this.playing = true;
	}

	/** Stops the clock; an arrow half drawn is completed. */
	pause(): void {
		this.playing = false;
		this.progress = 1;
	}

	toggle(): void {
		if (this.playing) this.pause();
		else this.play();
	}

	next(): void {
		this.seekStop(this.stop + 1);
	}

	back(): void {
		this.seekStop(this.stop - 1);
	}

	/** Moves to a stop by hand, which pauses. -1 is before the first step. */
	seekStop(stop: number): void {
		this.pause();
		const last = this.stops.length - 1;
		const to = Math.max(-1, Math.min(last, stop));
		this.#show(to < 0 ? -1 : this.stops.at[to]!);
	}

	/** Moves to an item by hand, which pauses. */
	seek(item: number): void {
		this.pause();
		this.#show(item);
	}

	/** Moves to a share (0 to 1) of the shown clock's length. */
	scrub(share: number): void {
		const length = this.begins.at(-1) ?? 0;
		this.seekStop(share <= 0 ? -1 : stopAt(this.begins, share * length));
	}

	/** Moves to the stop that stood `ms` of the recording's own time later, or earlier. */
	seekBy(ms: number): void {
		const { t, length } = this.stops;
		if (length === 0) return;
		const now = this.stop < 0 ? t[0]! : t[this.stop]!;
		const to = lastUpTo(t, length, now + ms * 1000);
		// From a stop in a long silence it goes at least one on, or it would never get out.
		this.seekStop(
			ms > 0 ? Math.max(to, Math.min(length - 1, this.stop + 1)) : Math.min(to, this.stop - 1)
		);
	}

	/** The next slower or faster speed. */
	changeSpeed(by: 1 | -1): void {
		const at = speeds.indexOf(this.speed) + by;
		this.speed = speeds[Math.max(0, Math.min(speeds.length - 1, at))]!;
	}

	/** Shows a recording from before its first step. */
	rewind(): void {
		this.pause();
		this.loop = undefined;
		this.#show(-1);
		this.#position = 0;
	}

	/** Begins to follow a live run; `from` is -1 to see it all, or the item to go on from. */
	follow(from = -1): void {
		this.live = true;
		this.#show(from);
		this.#position = 0;
		this.playing = true;
	}

	/** Shows the newest at once. */
	catchUp(): void {
		const last = this.stops.length - 1;
		if (last >= 0) this.#show(this.stops.at[last]!);
		this.#position = (this.begins[this.stops.length - 1] ?? 0) + drawMs;
		this.progress = 1;
		this.playing = this.live;
	}

	/** Advances the clock by `ms` of wall time. Called once a frame while playing. */
	tick(ms: number): void {
		if (!this.playing || this.stops.length === 0) return;
		const last = this.stops.length - 1;
		const end = this.begins[last]! + drawMs;
		this.#position = Math.min(end, this.#position + ms * this.speed * this.#haste());
		this.#comeRound();
		const stop = stopAt(this.begins, this.#position);
		const at = this.stops.at[stop] ?? -1;
		if (at !== this.cursor) this.cursor = at;
		const drawn = (this.#position - (this.begins[stop] ?? 0)) / drawMs;
		this.progress = Math.max(0, Math.min(1, drawn));
		if (this.#position >= end && !this.live) this.pause();
	}

	/** Past the end of the loop it begins again. */
	#comeRound(): void {
		const { loop, begins } = this;
		if (!loop) return;
		const from = begins[loop.first] ?? 0;
		const to = begins[loop.last + 1] ?? begins.at(-1)!;
		if (this.#position < from || this.#position >= to) this.#position = from;
	}

	/** Far behind a live run the step clock hurries, so that a typed key is not minutes away. */
	#haste(): number {
		if (!this.live || this.clock === 'real') return 1;
		const behind = this.stops.length - 1 - this.stop;
		return behind > 60 ? 4 : behind > 24 ? 1.6 : 1;
	}

	#show(item: number): void {
		this.cursor = item;
		this.progress = 1;
	}
}

export const speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16] as const;
export type Speed = (typeof speeds)[number];

/** An arrow is drawn in this many milliseconds. */
export const drawMs = 240;
