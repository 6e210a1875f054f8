/** Opens something; after each wait it asks whether that is still `wanted`, and shows nothing when it is not. */
type Open = (wanted: () => boolean) => Promise<void>;

/**
 * All that is asked to be opened goes through here, so that what was asked for last is shown last, however long each
 * takes to load.
 */
export class Openings {
	#last: Promise<void> = Promise.resolve();
	#newest = 0;

	/** What names a recording: at once, instead of all that is still being opened. */
	instead(open: Open): Promise<void> {
		this.drop();
		return this.after(open, Promise.resolve());
	}

	/** What is a place in whatever is being opened: once that is shown, or could not be. */
	after(open: Open, last: Promise<void> = this.#last): Promise<void> {
		const asked = this.#newest;
		const wanted = () => asked === this.#newest;
		this.#last = last.catch(() => {}).then(() => (wanted() ? open(wanted) : undefined));
		return this.#last;
	}

	/** Nothing that was asked for is wanted any more: something else is shown. */
	drop(): void {
		this.#newest++;
	}
}
