/** Bytes that lie this far behind the newest of a connection have crossed every hop. */
export const tailBytes = 8 * 1024 * 1024;
/** More entries than these are never of use: a socket holds fewer of the smallest messages. */
const tailEntries = 16_384;

/** The newest entries of a growing list, each with its offset on a connection, which never goes down. */
export class Tail<Entry> {
	readonly #entries: { entry: Entry; o: number }[] = [];
	#forgotten = 0;

	push(entry: Entry, o: number): void {
		const entries = this.#entries;
		entries.push({ entry, o });
		while (entries.length > tailEntries || o - entries[0]!.o > tailBytes) {
			entries.shift();
			this.#forgotten++;
		}
	}

	get last(): Entry | undefined {
		return this.#entries.at(-1)?.entry;
	}

	/** By its number from the first that was ever pushed; undefined for one that is yet to come. */
	nth(n: number): Entry | 'forgotten' | undefined {
		return n < this.#forgotten ? 'forgotten' : this.#entries[n - this.#forgotten]?.entry;
	}

	/** The oldest first, but for those at the beginning of which all are `before`. */
	from(before: (entry: Entry) => boolean): Entry[] {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (before(this.#entries[middle]!.entry)) low = middle + 1;
			else high = middle;
		}
		return this.#entries.slice(low).map(({ entry }) => entry);
	}

	/** The oldest first. */
	which(test: (entry: Entry) => boolean): Entry[] {
		const out: Entry[] = [];
		for (const { entry } of this.#entries) if (test(entry)) out.push(entry);
		return out;
	}
}
