/** Numbers the steps of a run that have the same id, and the tries of a kubectl that asks again in another protocol. */
export class StepNames {
	#counts = new Map<string, number>();
	#try: number | undefined;
	#asked = '';
	#refused = false;

	/** What a line says of its try; nothing before the first. */
	get try(): { try?: number } {
		return this.#try ? { try: this.#try } : {};
	}

	/** Something was asked for that can be refused. */
	get attempted(): boolean {
		return this.#try !== undefined;
	}

	get wasRefused(): boolean {
		return this.#refused;
	}

	/** The same question after a refusal is the next try, which counts from the start; any other is a first one. */
	attempt(query: string): void {
		const again = this.#refused && query === this.#asked;
		this.#try = again ? (this.#try ?? 1) + 1 : 1;
		if (again) this.#counts.clear();
		this.#asked = query;
		this.#refused = false;
	}

	refused(): void {
		this.#refused = true;
	}

	/** The number of a step among those with its id, from 1; an answer has the number of what it answers. */
	number(id: string, known: number | undefined): number {
		const count = known ?? (this.#counts.get(id) ?? 0) + 1;
		this.#counts.set(id, Math.max(count, this.#counts.get(id) ?? 0));
		return count;
	}
}
