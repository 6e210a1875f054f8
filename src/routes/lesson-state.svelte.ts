import { JourneyClock } from '$lib/diagram/journey-clock.svelte.ts';
import { followExit } from '$lib/diagram/journey-exit.ts';
import { followKey, latestKey } from '$lib/diagram/journey.ts';
import type { Item, Recording } from '$lib/recording/recording.ts';

/** What the reader follows on its way, and the guessing game: neither changes what is shown of the run itself. */
export class LessonState {
	/** A byte or an exit code that is followed; an item: the byte that it carried first. */
	following = $state.raw<'key' | 'exit' | Item>();
	/** The reader guesses what comes next. */
	guessing = $state(false);
	/** The step from which on nothing may be in sight while somebody guesses. */
	hidden = $state<number>();
	/** The game is offered after a run, once. */
	offered = $state(true);
	/** Once closed, a way is shown only when it is asked for. */
	#hasFollowed = false;
	/** The keys that are followed are being typed now, not read in a recording. */
	#typing = false;
	readonly #shown: () => Recording;

	/** `shown` is read again whenever the recording that is shown has grown or changed. */
	constructor(shown: () => Recording) {
		this.#shown = shown;
	}

	readonly journey = $derived.by(() => {
		const recording = this.#shown();
		const { following } = this;
		if (following === undefined) return undefined;
		if (following === 'exit') return followExit(recording);
		const item = following === 'key' ? latestKey(recording) : following;
		return item && followKey(recording, item);
	});

	/** It has a clock of its own; the run's stands still as long as a journey is open. */
	readonly clock = new JourneyClock(() => this.journey);

	/** Somebody types: the first time, the way of what he types is shown unasked. */
	typed(): void {
		if (this.following === undefined && !this.#hasFollowed) this.following = 'key';
		this.#typing = this.following === 'key';
	}

	/** Whoever followed the keys that he typed sees, at the end of the run, the way of the exit code. */
	ended(recording: Recording): void {
		if (!this.#typing || !recording.end || !recording.exit) return;
		if (this.following === 'key') this.following = 'exit';
		this.#typing = false;
	}

	toggleFollowing(): void {
		if (this.following === undefined) this.following = 'key';
		else this.stopFollowing();
	}

	stopFollowing(): void {
		this.following = undefined;
		this.#hasFollowed = true;
	}

	/** The reader goes elsewhere in the run, and wants to see it. Closed for good it is only by hand. */
	leaveJourney(): void {
		if (this.journey) this.following = undefined;
	}

	startGuessing(): void {
		this.offered = false;
		this.following = undefined;
		this.guessing = true;
	}

	stopGuessing(): void {
		this.guessing = false;
		this.hidden = undefined;
	}

	/** Another recording is shown. */
	reset(): void {
		this.#typing = false;
		this.following = undefined;
		this.stopGuessing();
	}
}
