/**
 * What was typed into a session and has not been taken by the server yet. It is kept until then, so that a connection
 * which breaks loses no key, neither one on its way nor one that is typed meanwhile.
 */
export class TypedInput {
	#waiting = '';
	#taken = 0;
	#away = false;
	#sinceAway = 0;
	#full = false;

	/** Everything that the server has not taken, in the order in which it was typed. */
	get waiting(): string {
		return this.#waiting;
	}

	/** How many characters were typed since the connection broke. */
	get sinceAway(): number {
		return this.#sinceAway;
	}

	/** More than there is room for was typed while away; from then on nothing is kept, so that no line loses its middle. */
	get full(): boolean {
		return this.#full;
	}

	/** Takes keys, or a paste, whole or not at all. */
	type(text: string): boolean {
		if (this.#away) {
			this.#full ||= this.#sinceAway + text.length > room;
			if (this.#full) return false;
			this.#sinceAway += text.length;
		}
		this.#waiting += text;
		return true;
	}

	/** The server has taken so many characters in all. */
	took(count: number): void {
		this.#waiting = this.#waiting.slice(Math.max(0, count - this.#taken));
		this.#taken = Math.max(this.#taken, count);
	}

	/** The connection broke. */
	leave(): void {
		this.#away = true;
	}

	/** The connection is back, and the server says how much it has taken: what waits is to be sent again. */
	comeBack(count: number): void {
		this.#away = false;
		this.#full = false;
		this.#sinceAway = 0;
		this.took(count);
	}
}

/** Blind typing beyond some lines is a mistake, or a paste that is better made again. */
const room = 4096;

/** Text in pieces that a message may carry, however it is escaped. */
export function pieces(text: string): string[] {
	const parts: string[] = [];
	for (let at = 0; at < text.length; at += pieceChars) parts.push(text.slice(at, at + pieceChars));
	return parts;
}

const pieceChars = 64 * 1024;
