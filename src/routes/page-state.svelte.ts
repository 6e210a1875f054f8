import { Rows, type Detail, type Row } from '$lib/diagram/rows.ts';
import { Waits } from '$lib/diagram/waits.ts';
import { stillToCome, wholePath } from '$lib/diagram/promise.ts';
import { bundled, isBundled, loadBundled, loadFile } from '$lib/recording/file-source.ts';
import type { Link } from '$lib/recording/link.ts';
import { LiveSource } from '$lib/recording/live-source.svelte.ts';
import { Player } from '$lib/recording/player.svelte.ts';
import { serverOrigin } from '$lib/recording/server-origin.ts';
import { findItem, isEarlierTry, waitingItem } from '$lib/recording/find-item.ts';
import { printedAt } from '$lib/recording/payload.ts';
import { emptyRecording, type Item, type Recording } from '$lib/recording/recording.ts';
import type { LaneId } from '$lib/trace/lanes.ts';
import { entryAt, pushEntry, writeEntry, type Entry } from './address.ts';
import { LadderView } from './ladder-view.svelte.ts';
import { LessonState } from './lesson-state.svelte.ts';
import { Openings } from './openings.ts';
import { Steering } from './steering.ts';

/**
 * What the page shows: one recording, a cursor over its rows, and the live link. Everything drawn is derived from
 * here; the components only draw and call back.
 */
export type Origin = 'bundled' | 'file' | 'live' | 'none';
export type Notice =
	{ kind: 'no-run' | 'no-file'; id: string } | { kind: 'not-a-recording' | 'too-new' };

/** A run of fewer steps is no game. */
const fewestToGuess = 8;

/** Stands for a run that the server has not named yet. */
export const startingId = 'starting';

export class PageState {
	readonly player = new Player();
	readonly live = new LiveSource(serverOrigin());
	readonly view = new LadderView();
	readonly steer = new Steering(this);
	recording = $state.raw<Recording>(emptyRecording('none'));
	origin = $state<Origin>('none');
	/** A promised row that is looked at; the cursor is elsewhere. */
	pickedKey = $state<string>();
	/** An item that is looked at while somebody types what he searches; the cursor is elsewhere. */
	peeked = $state<number>();
	/** Nothing was played or stepped yet: the page still greets. */
	fresh = $state(true);
	notice = $state.raw<Notice>();
	/** The step clock goes with the terminal until somebody types. */
	terminalNow = $state(false);
	dismissed = $state.raw<ReadonlySet<string>>(new Set());
	/** Bytes of the shown step that the reader selected: from, and the one after the last. */
	bytes = $state.raw<readonly [number, number]>();
	/** The row whose bytes are selected. */
	#bytesOf = $state<string>();
	/** The file that is still being read. */
	#reading = $state.raw<File>();
	/** Counts up each time that more is known of a file. */
	#grown = $state(0);

	/** Recordings grow in place; this says when. */
	readonly revision = $derived(this.live.revision + this.#grown);
	/** The prompt answered by itself: no run came of the command. */
	readonly answered = $derived(
		this.recording.id === startingId && this.live.session?.ended === true
	);
	readonly liveOpen = $derived.by(() => {
		void this.revision;
		const gone = this.live.state === 'refused';
		return this.origin === 'live' && !this.recording.end && !this.answered && !gone;
	});
	/** The rows as they were, for the next ones to go on from. */
	#before: Rows | undefined;
	readonly rows = $derived.by(() => {
		void this.revision;
		const { recording } = this;
		const promises =
			this.origin === 'none' ? wholePath : this.origin === 'live' ? stillToCome(recording) : [];
		const { detail, opened } = this.view;
		const frames = this.view.framesOf(recording);
		const unfolded = this.player.clock === 'real';
		const after = this.#before;
		this.#before = new Rows(recording, detail, { opened, promises, frames, unfolded, after });
		return this.#before;
	});
	/** Who began the run is not kubectl: then it has a lane of its own. */
	readonly hasClient = $derived.by(() => {
		void this.revision;
		return this.recording.items.hasLane('client');
	});
	readonly stops = $derived(this.rows.stops());
	readonly lesson = new LessonState(() => (void this.revision, this.recording));
	/** The row from which on nothing may be in sight while somebody guesses. */
	readonly hideFrom = $derived(
		this.lesson.hidden === undefined ? undefined : this.rows.rowOf(this.lesson.hidden)
	);
	/** The run moves on; while a journey is open it stands still, and goes on from there afterwards. */
	readonly runs = $derived(this.player.playing && !this.lesson.journey);
	/** What the button for it would pause. */
	readonly playing = $derived(this.lesson.journey ? this.lesson.clock.playing : this.runs);
	#waitsBefore: Waits | undefined;
	readonly waits = $derived.by(() => {
		void this.revision;
		this.#waitsBefore = new Waits(this.recording.items, this.#waitsBefore);
		return this.#waitsBefore;
	});
	readonly current = $derived(this.rows.of(this.player.cursor));
	readonly currentRow = $derived<Row | undefined>(this.rows.at(this.current));
	readonly shownRow = $derived<Row | undefined>(this.#promised(this.pickedKey) ?? this.currentRow);
	/** Of a folded row the newest item that is shown. */
	readonly shownItem = $derived<Item | undefined>(
		this.shownRow?.item &&
			(this.shownRow.fold?.kind === 'io' && !this.shownRow.fold.open
				? this.recording.items.at(Math.min(this.shownRow.last, this.player.cursor))
				: this.shownRow.item)
	);
	readonly heldItem = $derived.by(() => {
		void this.revision;
		return this.origin === 'live' ? waitingItem(this.recording) : undefined;
	});
	readonly heldRow = $derived(this.heldItem && this.rows.at(this.rows.of(this.heldItem.index)));
	/** Who waits for whom while a step is held, outermost first. */
	readonly waiters = $derived.by<LaneId[]>(() => {
		const { heldItem } = this;
		if (!heldItem) return [];
		const chain = this.waits.chain(this.rows, this.player.cursor);
		return [...chain.filter((lane) => lane !== heldItem.from), heldItem.from];
	});
	/** The held step is the one that is shown. */
	readonly heldHere = $derived(
		this.heldRow !== undefined && this.heldRow.key === this.currentRow?.key
	);
	/** The capture of a run that is over breaks off: its writer was stopped. */
	readonly cutShort = $derived.by(() => {
		void this.revision;
		const { recording, origin } = this;
		if (recording.end || recording.next === 0 || origin === 'none') return false;
		if (origin !== 'live') return !this.#reading;
		return this.live.runs.some((run) => run.id === recording.id && !run.open);
	});
	/** The capture is not what the recorder closed. */
	readonly altered = $derived.by(() => {
		void this.revision;
		return this.recording.altered;
	});
	/** Lines of the recording that could not be read. */
	readonly damaged = $derived.by(() => {
		void this.revision;
		return this.recording.problems.length;
	});
	readonly driver = $derived(this.live.state === 'open' && this.live.welcome?.role === 'driver');
	readonly canRun = $derived(this.driver && this.live.welcome?.engine.ok === true);
	/** This page's own command is the run that is shown, and it is open. */
	readonly own = $derived(
		this.liveOpen &&
			this.live.session?.run === this.recording.id &&
			this.live.session?.ended === false
	);
	/** Microseconds of the recording up to which everything is shown. */
	readonly shownUntil = $derived.by(() => {
		void this.revision;
		const { player, recording } = this;
		if (this.origin === 'live' && (this.terminalNow || player.following) && this.caughtUp)
			return Infinity;
		if (player.cursor < 0) return -1;
		const next = recording.items.at(player.cursor + 1);
		// A chunk is on the screen a moment after it was read; the next step may have begun by then.
		return next ? Math.max(next.t - 1, printedAt(recording, player.cursor)) : Infinity;
	});
	readonly caughtUp = $derived(this.terminalNow || this.player.atEnd);
	/** Another run that is open and not the one shown: one that stands still, else the newest. */
	readonly other = $derived.by(() => {
		if (this.#ownRunIsToCome) return undefined;
		const others = this.live.runs.filter(
			(run) =>
				run.open &&
				!/^boot\b/.test(run.cmd) &&
				run.id !== this.recording.id &&
				run.id !== this.live.session?.run &&
				!this.dismissed.has(run.id)
		);
		const held = this.live.standing.find(({ run }) => others.some(({ id }) => id === run));
		const run = others.find(({ id }) => id === held?.run) ?? others.at(-1);
		return run && { ...run, held: held?.run === run.id ? held.s : undefined };
	});

	/** The reader does not want to watch that run. */
	dismiss(run: string): void {
		this.dismissed = new Set([...this.dismissed, run]);
	}

	/** A command was given whose run the server has not named yet. */
	get #ownRunIsToCome(): boolean {
		const { session } = this.live;
		return session !== undefined && !session.ended && session.run === undefined;
	}

	/** Opens what the address names, and goes live. */
	async start(): Promise<() => void> {
		const entry = entryAt(location.href);
		const { token } = entry.link;
		if (token !== undefined) writeEntry(entry);
		this.live.began = (run) => this.#began(run.id);
		void this.live.open(token);
		const first = this.#follow(entry);
		// By the time that it is opened, the address may be written anew: what was asked for is in the event alone.
		const changed = ({ newURL }: HashChangeEvent) => void this.#follow(entryAt(newURL));
		addEventListener('hashchange', changed);
		await first;
		return () => {
			removeEventListener('hashchange', changed);
			this.live.close();
		};
	}

	/** Keeps the address at the current step, without a new entry in the history. */
	writeLink(): void {
		if (this.origin === 'none') return;
		if (this.fresh && this.player.cursor < 0) return;
		const file = this.origin === 'file' ? this.recording.id : undefined;
		writeEntry({ link: this.linkTo(this.currentRow), file });
	}

	/** Of a file the moment alone: the same step of whatever is open where the link is followed. */
	linkTo(row: Row | undefined): Link {
		const { recording } = this;
		const step = row?.item?.s ?? row?.s;
		const attempt = row?.item && isEarlierTry(recording, row.item) ? row.item.try : undefined;
		const named = this.#isNamed && recording.id !== startingId;
		return {
			run: named ? recording.id : undefined,
			step,
			try: attempt,
			level: this.view.chosenDetail,
			bytes: row && row.key === this.#bytesOf ? this.bytes : undefined
		};
	}

	get shownBytes(): readonly [number, number] | undefined {
		return this.shownRow?.key === this.#bytesOf ? this.bytes : undefined;
	}

	/** Selects bytes of the shown step. */
	selectBytes(bytes: readonly [number, number] | undefined): void {
		this.bytes = bytes;
		this.#bytesOf = this.shownRow?.key;
	}

	/** Gives a line to our own kubectl. */
	run(line: string, cols: number, rows: number): void {
		this.#openings.drop();
		this.fresh = false;
		this.terminalNow = false;
		this.pickedKey = undefined;
		this.live.run(line, cols, rows);
		this.#show(emptyRecording(startingId), 'live');
		this.player.follow();
	}

	/** The server has said which run the command became. Whoever opened something else meanwhile keeps it. */
	adopt(run: string): void {
		if (this.recording.id !== startingId) return;
		this.#show(this.live.follow(run), 'live');
		this.player.follow();
	}

	/** Watches a run of somebody else, from a step if one is named, or opens one that is over. */
	openRun(id: string, step?: string): Promise<void> {
		return this.#openings.instead((wanted) => this.#openRun(wanted, id, step));
	}

	openFile(file: File): Promise<void> {
		return this.#openings.instead((wanted) => this.#openFile(wanted, file));
	}

	async #openRun(wanted: () => boolean, id: string, step?: string): Promise<void> {
		await this.#open(wanted, { link: { run: id, step } });
		if (!wanted()) return;
		this.fresh = false;
		if (this.origin === 'bundled') this.player.rewind();
	}

	async #openFile(wanted: () => boolean, file: File): Promise<void> {
		this.#reading = file;
		const over = () => {
			if (this.#reading === file) this.#reading = undefined;
		};
		// A folder is no file, and one may not be allowed to read it: either way there is no recording to be had.
		const recording = await loadFile(file, (whole) => {
			this.#grown++;
			if (whole) over();
		}).catch(() => undefined);
		if (!wanted()) return over();
		if (!recording || recording.unreadable) {
			over();
			this.notice = { kind: recording ? 'too-new' : 'not-a-recording' };
			return;
		}
		this.fresh = false;
		const again = this.notice?.kind === 'no-file' && this.notice.id === recording.id;
		const { step, try: attempt } = this.linkTo(this.currentRow);
		pushEntry(recording.id);
		this.#file = recording;
		this.#show(recording, 'file');
		if (again && step !== undefined) this.#goTo({ step, try: attempt });
	}

	/** Plays or pauses what is in sight: the journey that is open, or else the run. */
	toggle(): void {
		if (this.lesson.journey) return this.lesson.clock.toggle();
		this.fresh = false;
		this.pickedKey = undefined;
		this.player.toggle();
	}

	/** Somebody types into the shell. */
	type(text: string): void {
		this.terminalNow = true;
		this.lesson.typed();
		this.live.input(text);
	}

	/** The guessing game begins at the shown step, or after the last one, and where it is offered, from the start. */
	startGuessing(): void {
		this.fresh = false;
		this.player.clock = 'step';
		if (this.player.atEnd || this.mayGuess) this.player.rewind();
		else this.player.pause();
		this.lesson.startGuessing();
	}
	readonly mayGuess = $derived.by(() => {
		void this.revision;
		const ours = this.live.session?.run === this.recording.id;
		// Whoever followed the exit code home has seen the end, too.
		const seen = this.lesson.following === 'exit' && this.lesson.clock.arrived;
		const over = this.recording.end !== undefined && (this.player.atEnd || seen);
		return this.lesson.offered && ours && over && this.stops.length >= fewestToGuess;
	});

	#promised(key: string | undefined): Row | undefined {
		if (key === undefined) return undefined;
		for (let k = this.rows.rowOf(this.rows.happened - 1) + 1; k < this.rows.length; k++)
			if (this.rows.at(k)?.key === key) return this.rows.at(k);
		return undefined;
	}

	/** Sets a hold on the shown step for every next run, or takes it away. */
	toggleHold(): void {
		const row = this.shownRow;
		if (!row || !this.driver) return;
		this.live.hold('*', row.s, undefined, this.live.armed.has(row.s) ? 'clear' : 'set');
	}

	/** Lets the held step go: all the way, one step on, or not at all. */
	release(action: 'continue' | 'step' | 'drop'): void {
		const item = this.heldItem;
		if (!item || !this.driver) return;
		this.live.hold(this.recording.id, item.s, item.try, action);
		if (!this.player.playing) this.player.catchUp();
	}

	/** Rows changed under the cursor: the player's stops follow. */
	syncStops(): void {
		this.player.setStops(this.stops);
		this.player.live = this.liveOpen;
	}

	readonly #openings = new Openings();

	/** A link that names nothing means what is shown once all that was followed before it is open. */
	#follow(entry: Entry): Promise<void> {
		const open = (wanted: () => boolean) => this.#open(wanted, entry);
		const names = entry.link.run !== undefined || entry.file !== undefined;
		return names ? this.#openings.instead(open) : this.#openings.after(open);
	}

	/** The link that was opened last. */
	#asked: Link | undefined;
	/** The file that was opened last: the way back and forth finds it again, a reload does not. */
	#file: Recording | undefined;

	async #open(wanted: () => boolean, { link, file }: Entry): Promise<void> {
		this.#asked = link;
		if (file !== undefined && this.#file?.id === file) {
			if (this.recording !== this.#file) this.#show(this.#file, 'file');
		} else if (!(await this.#openNamed(wanted, link))) return;
		// The level first, which a step that it leaves out may raise; the step at once, while what draws a level may still come.
		const drawn = link.level === undefined ? undefined : this.view.showDetail(link.level as Detail);
		if (link.step !== undefined) this.#goTo(link);
		await drawn;
		if (file !== undefined && this.#file?.id !== file && wanted())
			this.notice = { kind: 'no-file', id: file };
	}

	async #openNamed(wanted: () => boolean, link: Link): Promise<boolean> {
		const named = link.run === startingId ? undefined : link.run;
		if (named === undefined && this.#isOpen(link)) return true;
		// A file may be the recording of the very run that a link names; one that is called as a bundled one is not that.
		if (named === this.recording.id && (this.#isNamed || !isBundled(named))) return true;
		return this.#load(wanted, named);
	}

	/** What is shown has an address of its own. */
	get #isNamed(): boolean {
		return this.origin === 'bundled' || this.origin === 'live';
	}

	/**
	 * A link with a step alone means that step of what is open, or of the bundled recording if that has none; with
	 * nothing it means to leave things as they are, but for a file: its own entry says more.
	 */
	#isOpen({ step, try: attempt, level }: Link): boolean {
		if (this.origin === 'none' || this.origin === 'bundled') return this.origin === 'bundled';
		if (step !== undefined) return findItem(this.recording, step, attempt) >= 0;
		return this.origin === 'live' || level !== undefined;
	}

	async #load(wanted: () => boolean, id: string | undefined): Promise<boolean> {
		if (id !== undefined && !isBundled(id)) {
			this.fresh = false;
			this.#show(this.live.follow(id), 'live');
			this.player.follow();
			this.#opening = true;
			return true;
		}
		for (const name of id === undefined ? bundled.map((one) => one.id) : [id]) {
			const recording = await loadBundled(name);
			if (!wanted()) return false;
			if (!recording) continue;
			this.#show(recording, 'bundled');
			return true;
		}
		if (id !== undefined) this.notice = { kind: 'no-run', id };
		return false;
	}

	#goTo({ step = '', try: attempt, bytes }: Link): void {
		const go = () => {
			const at = findItem(this.recording, step, attempt);
			if (at < 0) return false;
			// A step that the story leaves out is shown all the same when somebody names it.
			const row = this.rows.of(at);
			if (row < 0 || at > this.rows.lastOf(row)) this.view.chosenDetail = 2;
			const fold = this.rows.foldHiding(at);
			if (fold) this.view.fold(fold);
			this.fresh = false;
			this.pickedKey = undefined;
			this.lesson.leaveJourney();
			// Of a row of many chunks its end, where a press of Next and a click lead, too.
			const shown = this.rows.of(at);
			this.player.seek(shown < 0 ? at : Math.max(at, this.rows.lastOf(shown)));
			if (bytes) this.selectBytes(bytes);
			return true;
		};
		if (go() || (this.origin !== 'live' && !this.#reading)) return;
		// The lines of a run on this machine come a moment later, and so do those of a large file.
		this.#wanted = go;
	}

	#wanted: (() => boolean) | undefined;
	#opening = false;

	/** Lines have come: a link may find its step now. */
	arrived(): void {
		const { recording } = this;
		if (recording.next === 0) return;
		this.lesson.ended(recording);
		// A run that is over is read like any recording: from before its first step.
		if (this.#opening && recording.end) this.player.rewind();
		this.#opening = false;
		if (this.#wanted?.()) this.#wanted = undefined;
	}

	/** A run of somebody else: shown at once where the page still greets, else offered. */
	#began(id: string): void {
		const greets = () => this.fresh && !this.#ownRunIsToCome;
		// It is not asked for, and so does not come before what is.
		if (greets())
			void this.#openings.after(async (wanted) => {
				if (greets()) await this.#openRun(wanted, id);
			});
	}

	/** A link to a run that this machine does not have falls back to the bundled recording. */
	missing(): void {
		const { id } = this.recording;
		if (this.origin !== 'live' || this.recording.next > 0 || id === startingId) return;
		const known = this.live.runs.some((run) => run.id === id) || this.live.session?.run === id;
		if (this.live.state === 'connecting' || this.live.state === 'lost' || known) return;
		const link = this.#asked;
		void this.#openings.instead(async (wanted) => {
			await this.#load(wanted, undefined);
			if (!wanted()) return;
			this.notice = { kind: 'no-run', id };
			// The step is the same in another recording of the same command.
			if (link?.step !== undefined) this.#goTo(link);
		});
	}

	#show(recording: Recording, origin: Origin): void {
		const before = this.recording;
		if (this.origin === 'live' && before.id !== recording.id) this.live.unfollow(before.id);
		this.#wanted = undefined;
		this.#opening = false;
		this.terminalNow = false;
		this.notice = undefined;
		this.view.opened = new Set();
		this.pickedKey = undefined;
		this.peeked = undefined;
		this.lesson.reset();
		this.recording = recording;
		this.origin = origin;
		this.player.live = false;
		this.player.rewind();
		this.syncStops();
	}
}
