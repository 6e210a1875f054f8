import type { Row } from '$lib/diagram/rows.ts';
import type { PageState } from './page-state.svelte.ts';

/** All ways in which a reader moves through a run by hand, each of which stops what plays; and what plays over and over. */
export class Steering {
	readonly #page: PageState;

	constructor(page: PageState) {
		this.#page = page;
	}

	/** Moves by one step, or by one hop of the journey that is open. */
	step(by: 1 | -1): void {
		const { journey, clock } = this.#page.lesson;
		if (journey) return clock.goTo(Math.max(0, clock.hop + by));
		const { player } = this.#taken();
		if (by > 0) player.next();
		else player.back();
	}

	/** Moves by one item, through what is folded too. */
	event(by: 1 | -1): void {
		const { player, recording } = this.#taken();
		player.seek(Math.max(-1, Math.min(recording.items.length - 1, player.cursor + by)));
	}

	/** Moves to the next or previous first row of a chapter. */
	chapter(by: 1 | -1): void {
		const { rows, player } = this.#taken();
		let to: number | undefined;
		for (let k = 0; k < rows.happened; k++) {
			if (!rows.opensAt(rows.rowOf(k))) continue;
			if (by < 0 && k < player.stop) to = k;
			if (by > 0 && k > player.stop) to ??= k;
		}
		if (to !== undefined) player.seekStop(to);
		else if (by < 0) player.seekStop(-1);
	}

	/** Moves to a stop; -1 is before the first. */
	seekStop(stop: number): void {
		this.#taken().player.seekStop(stop);
	}

	/** Moves to an item. */
	seek(item: number): void {
		this.#taken().player.seek(item);
	}

	/** Moves to a share of the run's length, or to its end. */
	jump(share: number): void {
		const { player } = this.#taken();
		if (share >= 1) player.seekStop(player.stops.length - 1);
		else player.scrub(share);
	}

	/** Moves by milliseconds of the recording's own time. */
	seekBy(ms: number): void {
		this.#taken().player.seekBy(ms);
	}

	/** Shows the newest of a run. What somebody types now is followed there already. */
	newest(): void {
		const { lesson, liveOpen, player } = this.#page;
		if (lesson.following !== 'key' || !liveOpen) lesson.leaveJourney();
		player.catchUp();
	}

	/** Moves to a row, or looks at one that is only promised, or no longer. */
	pick(row: Row): void {
		const before = this.#page.pickedKey;
		const { player } = this.#taken();
		if (row.item) player.seek(row.last);
		else if (before !== row.key) this.#page.pickedKey = row.key;
	}

	/** Plays the chapter of the current step over and over, or no longer. */
	toggleLoop(): void {
		const { rows, player } = this.#page;
		const now = Math.max(0, player.stop);
		if (player.loop) {
			player.loop = undefined;
			return;
		}
		let first = now;
		while (first > 0 && !rows.opensAt(rows.rowOf(first))) first--;
		let last = now;
		while (last + 1 < rows.happened && !rows.opensAt(rows.rowOf(last + 1))) last++;
		player.loop = { first, last };
	}

	/** The reader has taken the helm: no greeting, no promised row, no journey over the rows, and the terminal goes with the steps again. */
	#taken(): PageState {
		const page = this.#page;
		page.fresh = false;
		page.pickedKey = undefined;
		page.peeked = undefined;
		page.terminalNow = false;
		page.lesson.leaveJourney();
		return page;
	}
}
