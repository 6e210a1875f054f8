/** A step's number among its like, and its try; none before the first. */
export interface Numbered {
	repeat: number;
	try?: number;
}

/** Numbers the steps of a run that have the same id, and the tries of a kubectl that asks again in another protocol. */
export class StepNames {
	/** Of each try; what came before the first counts with it. */
	#counts = new Map<number, Map<string, number>>();
	#try: number | undefined;
	#asked = '';
	#refused = false;

	/** Something was asked for that can be refused. */
	get attempted(): boolean {
		return this.#try !== undefined;
	}

	get wasRefused(): boolean {
		return this.#refused;
	}

	/** The same question after a refusal is the next try; any other is a first one, and goes on where that had stopped. */
	attempt(query: string): void {
		const again = this.#refused && query === this.#asked;
		this.#try = again ? (this.#try ?? 1) + 1 : 1;
		this.#asked = query;
		this.#refused = false;
	}

	refused(): void {
		this.#refused = true;
	}

	/**
	 * The number of a step among those of its try with its id, from 1, and what its line says of the try. An answer has
	 * both of what it answers, also when that was an earlier try.
	 */
	number(id: string, answered?: Numbered): Numbered {
		const of = answered?.try ?? this.#try;
		const counts = this.#counts.get(of ?? 1) ?? new Map<string, number>();
		this.#counts.set(of ?? 1, counts);
		const repeat = answered?.repeat ?? (counts.get(id) ?? 0) + 1;
		counts.set(id, Math.max(repeat, counts.get(id) ?? 0));
		return { repeat, ...(of ? { try: of } : {}) };
	}
}
