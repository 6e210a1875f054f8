/**
 * What arrived and nobody has read yet. Its source asks for room before it brings more, so that memory stays bounded
 * by one piece beyond the limit. Read it by `for await`; leaving that loop early means that nobody will want the rest.
 */

/** More unread bytes than this, and the source should wait. */
const unreadBytes = 64 * 1024;
/** Counted for each piece on top of its bytes, so that empty pieces are bounded too. */
const pieceCost = 256;

export class UnreadQueue<Piece> {
	#pieces: { piece: Piece; cost: number }[] = [];
	#cost = 0;
	#ended = false;
	#error: Error | undefined;
	#unwanted = false;
	#wakeReader: () => void = () => {};
	#wakeSources: (() => void)[] = [];

	/** Its source should wait for room. */
	get full(): boolean {
		return this.#cost > unreadBytes;
	}

	/** Keeps a piece of `bytes` bytes, or drops it when nobody will read it. */
	push(piece: Piece, bytes: number): void {
		if (this.#ended || this.#unwanted) return;
		const cost = bytes + pieceCost;
		this.#pieces.push({ piece, cost });
		this.#cost += cost;
		this.#wakeReader();
	}

	/** Resolves when more may be pushed. */
	room(): Promise<void> {
		if (!this.full) return Promise.resolve();
		return new Promise((resolve) => this.#wakeSources.push(resolve));
	}

	/** Nothing more will come. What was pushed before can still be read; then the reader ends, or is thrown `error`. */
	end(error?: Error): void {
		if (this.#ended) return;
		this.#ended = true;
		this.#error = error;
		this.#wakeReader();
	}

	/** Nobody will read any more. */
	abandon(): void {
		this.#unwanted = true;
		this.#pieces = [];
		this.#cost = 0;
		this.#makeRoom();
		this.#wakeReader();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, void> {
		try {
			for (;;) {
				const next = this.#pieces.shift();
				if (next) {
					this.#cost -= next.cost;
					if (!this.full) this.#makeRoom();
					yield next.piece;
				} else if (this.#error && !this.#unwanted) throw this.#error;
				else if (this.#ended || this.#unwanted) return;
				else await new Promise<void>((resolve) => (this.#wakeReader = resolve));
			}
		} finally {
			this.abandon();
		}
	}

	#makeRoom() {
		const waiting = this.#wakeSources;
		this.#wakeSources = [];
		for (const wake of waiting) wake();
	}
}
