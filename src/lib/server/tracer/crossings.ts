import type { Direction } from '../../trace/event.ts';
import type { Exchange } from './conn-tap.ts';
import { cut, overlap, type Range } from './ranges.ts';
import { Tail } from './tail.ts';

/** Bytes of one exchange, where they lie on its connection. */
export interface Spot {
	exchange: Exchange;
	dir: Direction;
	ranges: Range[];
}

/** Bytes of which was told that they are those of a step. */
export interface Told {
	of: number;
	spot: Spot;
	/** They are for a screen, and not yet said to be. */
	screen?: 'o' | 'e';
}

/** `near` to the container and `far` from it: steps are told of near it, and of their bytes farther out from there. */
interface Crossing {
	near: Spot;
	far: Spot;
	/** Byte by byte, as far as they crossed; else the whole of one as the whole of the other. */
	bytewise: boolean;
	/** The steps that were told of the whole of it, where it is not byte by byte. */
	told: Set<number>;
}

/**
 * Which bytes go on as which where a program reads a stream in one framing and writes it in another, and which steps
 * have been told of them. It does not matter what is known first.
 */
export class Crossings {
	readonly #told = new Tails<Told>(({ spot }) => spot);
	readonly #crossings = new Tails<Crossing>(({ near }) => near);

	/** The bytes at `from` go on as those at `to`. Gives what has been told of them already, as it is farther out. */
	join(from: Spot, to: Spot, bytewise: boolean): Told[] {
		if (from.exchange === to.exchange) return [];
		const [near, far] = from.dir === '<' ? [from, to] : [to, from];
		const crossing = { near, far, bytewise, told: new Set<number>() };
		this.#crossings.push(crossing);
		return this.#told.near(near).flatMap((told) => pass(crossing, told));
	}

	/** A step was told of those bytes. Gives it as it is farther out. */
	tell(told: Told): Told[] {
		this.#told.push(told);
		return this.#crossings.near(told.spot).flatMap((crossing) => pass(crossing, told));
	}

	/** Where those bytes are farther out. */
	onward(spot: Spot): Spot[] {
		return this.#crossings.near(spot).flatMap((crossing) => onward(crossing, spot) ?? []);
	}
}

function pass(crossing: Crossing, told: Told): Told[] {
	const spot = onward(crossing, told.spot);
	if (!spot) return [];
	if (!crossing.bytewise) {
		if (crossing.told.has(told.of)) return [];
		crossing.told.add(told.of);
	}
	return [{ ...told, spot }];
}

function onward(crossing: Crossing, spot: Spot): Spot | undefined {
	const { near, far, bytewise } = crossing;
	const common = spot.ranges.flatMap((range) => overlap(near.ranges, range));
	if (common.length === 0) return undefined;
	if (!bytewise) return far;
	const ranges = joined(common.flatMap(({ at, len }) => cut(far.ranges, at, len)));
	return ranges.length > 0 ? { ...far, ranges } : undefined;
}

/** Ranges that lie end to end are one. */
function joined(ranges: Range[]): Range[] {
	const out: Range[] = [];
	for (const [o, len] of ranges) {
		const last = out.at(-1);
		if (last && last[0] + last[1] === o) last[1] += len;
		else out.push([o, len]);
	}
	return out;
}

/** The newest entries of each direction of each connection, by the place that each has there. */
class Tails<Entry> {
	readonly #tails = new Map<string, Tail<Entry>>();
	readonly #place: (entry: Entry) => Spot;

	constructor(place: (entry: Entry) => Spot) {
		this.#place = place;
	}

	push(entry: Entry): void {
		const spot = this.#place(entry);
		const key = keyOf(spot);
		const tail = this.#tails.get(key) ?? new Tail();
		tail.push(entry, spot.ranges[0]?.[0] ?? 0);
		this.#tails.set(key, tail);
	}

	/** Those that may have bytes of that spot: neither ends before it, nor begins behind it. */
	near(spot: Spot): Entry[] {
		const { begin, end } = reach(spot);
		const may = (entry: Entry) => {
			const held = reach(this.#place(entry));
			return held.begin < end && begin < held.end;
		};
		return this.#tails.get(keyOf(spot))?.which(may) ?? [];
	}
}

const keyOf = ({ exchange, dir }: Spot): string => `${exchange.tap.c}${dir}`;

function reach({ ranges }: Spot): { begin: number; end: number } {
	const last = ranges.at(-1);
	return { begin: ranges[0]?.[0] ?? 0, end: last ? last[0] + last[1] : 0 };
}
