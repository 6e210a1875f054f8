import { Column, lastUpTo } from './column.ts';
import { idleAfterMs, stepMs, type ClockName } from './timeline.ts';

/** What one press of Next moves over. */
export interface Stop {
	/** Index of the last item that is shown once the stop is reached. */
	at: number;
	/** Microseconds of the recording at which it began. */
	t: number;
	/** When the last of its items began. */
	end: number;
	/** A call inside one program, which is quicker to take in than an arrow. */
	call: boolean;
}

/**
 * The stops of a recording in columns, and what is reckoned from one to the next. They grow with it: what was reckoned
 * for the stops before is taken over, so that a million of them can come a few thousand at a time.
 */
export class Stops {
	#at: Column<Int32Array>;
	#t: Column<Float64Array>;
	#end: Column<Float64Array>;
	#call: Column<Uint8Array>;
	/** Stops that begin after an idle wait. */
	#idle = new Column(Int32Array, 16);
	/** Where stops begin on either clock, as far as anybody has asked. */
	#begins = { step: new Column(Float64Array, 16), real: new Column(Float64Array, 16) };
	#real = 0;
	#shown = 0;

	/** `room`: so many stops are known to come. */
	constructor(room = 16) {
		this.#at = new Column(Int32Array, room);
		this.#t = new Column(Float64Array, room);
		this.#end = new Column(Float64Array, room);
		this.#call = new Column(Uint8Array, room);
	}

	get length(): number {
		return this.#at.length;
	}

	/** Columns of the four fields of a stop: their first `length` numbers. A call is 1. */
	get at(): Int32Array {
		return this.#at.array;
	}
	get t(): Float64Array {
		return this.#t.array;
	}
	get end(): Float64Array {
		return this.#end.array;
	}
	get call(): Uint8Array {
		return this.#call.array;
	}

	/** Stops before which nothing was said for long, ascending. */
	get idle(): Int32Array {
		return this.#idle.array.subarray(0, this.#idle.length);
	}

	/** How long all waits that are not idle took: microseconds that they were, milliseconds on the step clock. */
	get spoken(): { real: number; shown: number } {
		return { real: this.#real, shown: this.#shown };
	}

	/** The newest stop that an item has reached; -1 before the first. */
	of(item: number): number {
		return lastUpTo(this.at, this.length, item);
	}

	push({ at, t, end, call }: Stop): void {
		this.#at.push(at);
		this.#t.push(t);
		this.#end.push(end);
		this.#call.push(call ? 1 : 0);
		const k = this.length - 1;
		if (k === 0) return;
		this.#count(k, 1);
		if (this.quietBefore(k) > idleAfterMs) this.#idle.push(k);
	}

	/** Milliseconds between the last item of the stop before and the first of this one. */
	quietBefore(k: number): number {
		return (this.t[k]! - this.end[k - 1]!) / 1000;
	}

	/** Milliseconds from the beginning of the stop before to that of this one. */
	waitedBefore(k: number): number {
		return (this.t[k]! - this.t[k - 1]!) / 1000;
	}

	/** The column of begins on one clock, which has those that were reckoned before: `timeline` puts the others behind. */
	begins(clock: ClockName): Column<Float64Array> {
		return this.#begins[clock];
	}

	/** The first `length` stops, as ones that go on in the same memory: these must not be used any more. */
	cutTo(length: number): Stops {
		const stops = new Stops(0);
		stops.#real = this.#real;
		stops.#shown = this.#shown;
		stops.#at = this.#at;
		stops.#t = this.#t;
		stops.#call = this.#call;
		// Whole numbers: what is taken away again leaves what was there before.
		for (let k = length; k < this.length; k++) stops.#count(k, -1);
		stops.#at = this.#at.cutTo(length);
		stops.#t = this.#t.cutTo(length);
		stops.#end = this.#end.cutTo(length);
		stops.#call = this.#call.cutTo(length);
		stops.#idle = this.#idle.cutTo(lastUpTo(this.#idle.array, this.#idle.length, length - 1) + 1);
		const { step, real } = this.#begins;
		stops.#begins = {
			step: step.cutTo(Math.min(length, step.length)),
			real: real.cutTo(Math.min(length, real.length))
		};
		return stops;
	}

	/** Adds the wait before a stop to the sums, or with -1 takes it away. */
	#count(k: number, times: 1 | -1): void {
		if (k === 0 || this.waitedBefore(k) > idleAfterMs) return;
		this.#real += times * (this.t[k]! - this.t[k - 1]!);
		this.#shown += times * (this.call[k - 1] === 1 ? stepMs.call : stepMs.arrow);
	}
}
