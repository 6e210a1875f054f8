/**
 * A column of numbers that grows. A recording of a million steps is kept as columns, since a million objects would
 * cost ten times the memory and a second of the page's time.
 */
export type Numbers = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

type Make<A extends Numbers> = new (length: number) => A;

export class Column<A extends Numbers> {
	length = 0;
	/** Its first `length` numbers are the column; what follows is room to grow. */
	array: A;
	readonly #make: Make<A>;

	constructor(make: Make<A>, room = 256) {
		this.#make = make;
		this.array = new make(room);
	}

	push(value: number): void {
		if (this.length === this.array.length) this.#reach(this.length + 1);
		this.array[this.length++] = value;
	}

	/** Puts `count` times the same number behind these. */
	extend(count: number, value: number): void {
		this.#reach(this.length + count);
		this.array.fill(value, this.length, this.length + count);
		this.length += count;
	}

	/** Puts other numbers behind these, each with `shift` added. */
	append(values: Numbers, shift = 0): void {
		this.#reach(this.length + values.length);
		this.array.set(values, this.length);
		if (shift !== 0)
			for (let k = this.length; k < this.length + values.length; k++) this.array[k]! += shift;
		this.length += values.length;
	}

	at(k: number): number {
		return this.array[k]!;
	}

	/** The first `length` numbers as a column that goes on in the same memory: this one must not be used any more. */
	cutTo(length: number): Column<A> {
		const column = new Column(this.#make, 0);
		column.array = this.array;
		column.length = length;
		return column;
	}

	/** The numbers alone, in memory of their own, so that they can move to another thread. */
	cut(): A {
		return this.array.slice(0, this.length) as A;
	}

	#reach(length: number): void {
		if (length <= this.array.length) return;
		const larger = new this.#make(Math.max(length, 16, this.array.length * 2));
		larger.set(this.array);
		this.array = larger;
	}
}

/** The last of `length` places for which `fits` holds, where it holds for all before that one; -1 when for none. */
export function lastWhere(length: number, fits: (k: number) => boolean): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (fits(middle)) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/**
 * Index of the last of `length` ascending numbers that is not above `value`; -1 when all are. `lastWhere` over an array, without
 * a call at each look: it is asked for each of a million lines.
 */
export function lastUpTo(ascending: ArrayLike<number>, length: number, value: number): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ascending[middle]! <= value) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
