/** Something that came with one item of a run and left with another. */
export interface Lasting {
	readonly from: number;
	/** Index of the item with which it left; Infinity while it has not. */
	to: number;
}

/** How many there are between two snapshots: what one look at most goes through, besides what is there. */
const apart = 256;

/**
 * Things in the order in which they came, to be asked which of them are there at an item. Each `apart` of them a
 * snapshot keeps those that had not left, so that a question does not go through all that ever were.
 */
export class LastingList<T extends Lasting> {
	readonly all: T[] = [];
	readonly #snapshots: T[][] = [];

	add(one: T): T {
		if (this.all.length % apart === 0)
			this.#snapshots.push(this.#recent().filter(({ to }) => to >= one.from));
		this.all.push(one);
		return one;
	}

	/** Those that are there at an item, and those that leave with it. */
	at(cursor: number): T[] {
		const end = upTo(this.all, cursor, ({ from }) => from);
		if (end === 0) return [];
		const block = Math.floor((end - 1) / apart);
		return [...this.#snapshots[block]!, ...this.all.slice(block * apart, end)].filter(
			({ to }) => to >= cursor
		);
	}

	#recent(): T[] {
		return [...(this.#snapshots.at(-1) ?? []), ...this.all.slice(-apart)];
	}
}

/** How many of a sorted list are at or before a number. */
export function upTo<T>(list: readonly T[], most: number, of: (one: T) => number): number {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (of(list[middle]!) <= most) low = middle + 1;
		else high = middle;
	}
	return low;
}
