import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { eras, isEra } from '$lib/trace/eras.ts';
import { whoGivesUp } from '$lib/inspector/explanation.ts';
import { commandText } from '$lib/recording/run-names.ts';
import { hasTerminal } from '$lib/terminal/screen.ts';
import { eraEntries } from './era-entries.ts';
import { startingId, type PageState } from './page-state.svelte.ts';

/** What the hold of the current row says: how long, what ends it, and when. */
export interface HoldWords {
	held: string;
	/** 0 to 1: what is left of the limit that runs meanwhile; undefined when none runs. */
	left: number | undefined;
	limit: readonly string[];
}

/** What the page is doing, and why it cannot do more: the words of its bars. */
export class Status {
	readonly #page: PageState;
	/** The wall clock while a hold counts down. */
	now = $state(Date.now());

	constructor(page: PageState) {
		this.#page = page;
	}

	/** In a word or two, beside Run. */
	readonly doing = $derived.by(() => {
		void this.#page.revision;
		const { m } = i18n;
		const page = this.#page;
		const { answered, heldItem, liveOpen, recording, origin, live } = page;
		if (answered) return m.said;
		if (heldItem) return m.liveHeld;
		if (liveOpen) return recording.items.length === 0 ? m.liveWaiting : m.live;
		if (page.runs) return m.playing;
		if (origin === 'live' && recording.end) {
			const code = recording.exit?.code ?? live.exitOf(recording.id);
			return code === undefined ? m.endedNoCode : m.ended(String(code));
		}
		return m.recording;
	});

	/** How many times slower than it was; undefined when it is not. */
	readonly slowed = $derived.by(() => {
		const { player, liveOpen, runs, lesson } = this.#page;
		const moves = runs || (liveOpen && !lesson.journey);
		if (player.clock !== 'step' || player.slowed < 2 || !moves) return undefined;
		return i18n.m.slowed(i18n.whole(roundly(player.slowed)));
	});

	/** Why Run cannot be pressed; empty when it can. */
	readonly reason = $derived.by(() => {
		const { m } = i18n;
		const { live, driver } = this.#page;
		if (live.state === 'none') return m.withoutServer.why;
		if (live.state === 'connecting') return m.connecting;
		if (live.state === 'lost') return m.lost;
		if (!driver) return live.linkUsed ? m.linkUsed : m.noDriver;
		const { engine } = live.welcome!;
		return engine.ok ? '' : m.engineDown(engine.reason ?? '');
	});

	/** The cluster versions that this page may choose from. */
	readonly eras = $derived.by(() => (this.#page.driver ? eraEntries(eras) : []));

	/** The cluster version that the shown run met, where it is not the only one there is. */
	readonly met = $derived.by(() => {
		void this.#page.revision;
		const era = this.#page.recording.header?.era;
		if (era === undefined || (this.eras.length === 0 && era === Object.keys(eras)[0]))
			return undefined;
		const { names, short } = i18n.m.eras;
		return isEra(era) ? { name: names[era], short: short[era] } : { name: era, short: era };
	});

	/** What stands in the strip above the ladder, if anything. */
	readonly notice = $derived.by(() => {
		const { m } = i18n;
		const { notice, live, origin, cutShort, damaged, altered, rows } = this.#page;
		if (notice?.kind === 'no-run') return m.noSuchRun(notice.id);
		if (notice?.kind === 'no-file') return m.noSuchFile(notice.id);
		if (notice) return notice.kind === 'too-new' ? m.tooNew : m.notARecording;
		if (live.state === 'lost' && origin === 'live') return this.#lost;
		if (live.state === 'refused' && origin === 'live') return m.restarted;
		if (this.#ofSession) return this.#ofSession;
		if (altered || damaged > 0)
			return [
				...(damaged > 0 ? [m.damaged(i18n.whole(damaged))] : []),
				...(altered ? [m.altered] : [])
			].join(m.blank);
		if (cutShort) return m.cutShort;
		return rows.unframed ? m.unframed : undefined;
	});

	/** Whose terminal is shown, and whether it has begun. */
	readonly #shell = $derived.by(() => {
		void this.#page.revision;
		const { recording, own, origin, answered, live, liveOpen } = this.#page;
		const printed = recording.tty.some((mark) => mark.on === 'o');
		if (own) return hasTerminal(recording) && printed ? 'live' : 'waiting';
		if (origin !== 'live') return 'recorded';
		if (answered || live.session?.run === recording.id) return 'over';
		if (recording.id === startingId) return 'waiting';
		if (live.earlier.has(recording.id)) return 'reloaded';
		return liveOpen ? 'watching' : 'recorded';
	});

	/** The page's own command, where it is what is shown. */
	readonly #session = $derived.by(() => {
		const { live, recording, origin } = this.#page;
		const { session } = live;
		const shown = recording.id === startingId || session?.run === recording.id;
		return origin === 'live' && shown ? session : undefined;
	});
	/** What is said while the connection is lost: of keys too, where there is a shell to type into. */
	readonly #lost = $derived.by(() => {
		const { m } = i18n;
		if (this.terminal !== 'lost' || !this.#typing) return m.lost;
		return m.lost + m.blank + (this.#session?.full ? m.keysFull : m.keysKept);
	});
	/** What a lost connection has done to the session, once there is one again. */
	readonly #ofSession = $derived.by(() => {
		const { m } = i18n;
		const session = this.#session;
		if (session?.tie === 'back' && !session.ended)
			return session.full ? m.backWithout : m.backAgain;
		const cut = session?.tie === 'cut' ? [m.terminalCut] : [];
		return [...cut, ...(session?.unsent ? [m.notSent] : [])].join(m.blank);
	});

	readonly terminal = $derived.by(() => {
		const yours = this.#shell === 'live' || this.#shell === 'waiting';
		return yours && this.#session?.tie === 'lost' ? 'lost' : this.#shell;
	});
	/** Our own command has not answered yet. */
	readonly awaited = $derived(this.#shell === 'waiting');
	/** The page may stop what runs here. */
	readonly stoppable = $derived(this.terminal === 'live' || this.terminal === 'waiting');
	readonly aboutTerminal = $derived.by(() => {
		const { m } = i18n;
		return {
			lost: this.#typing ? m.terminalLost(i18n.whole(this.#session?.kept ?? 0)) : m.lost,
			recorded: m.terminalRecorded,
			waiting: m.terminalWaiting,
			live: m.terminalLive,
			watching: m.terminalWatching,
			over: m.terminalOver,
			reloaded: m.terminalReloaded
		}[this.terminal];
	});
	/** Keys go to the run: from the beginning on where it asked for a terminal, so that none is lost. */
	readonly interactive = $derived.by(() => {
		const noRoom = this.terminal === 'lost' && this.#session?.full;
		return this.#typing && !noRoom;
	});
	readonly #typing = $derived.by(() => {
		void this.#page.revision;
		if (this.#shell === 'live') return true;
		return (
			this.#shell === 'waiting' && (hasTerminal(this.#page.recording) || asksTerminal(this.typed))
		);
	});
	/** The shell has something to show: then it gets the room to show it. */
	readonly speaking = $derived.by(() => {
		void this.#page.revision;
		const first = this.#page.recording.tty.find((mark) => mark.on === 'o');
		const shown = first !== undefined && first.t <= this.#page.shownUntil;
		return this.#shell === 'live' && shown;
	});

	/** An answer of the prompt that became no run is drawn in the terminal, and nowhere else. */
	readonly said = $derived.by(() => {
		const { live, recording } = this.#page;
		const { session } = live;
		return session && session.run === undefined && recording.id === startingId ? session.said : '';
	});

	/** The command of the run, as it was typed or as its query says it. */
	readonly typed = $derived.by(() => {
		void this.#page.revision;
		const { live, recording } = this.#page;
		const own = live.session?.run === recording.id || recording.id === startingId;
		return commandText(recording.command) ?? (own ? live.session?.line : undefined);
	});

	readonly hold = $derived.by<HoldWords | undefined>(() => {
		const { m } = i18n;
		const { heldItem, recording } = this.#page;
		const mark = heldItem?.holds.at(-1);
		if (!heldItem || !mark) return undefined;
		const t = (this.now - Date.parse(recording.header?.t0 ?? '')) * 1000;
		const held = i18n.clock(Math.max(0, (t - mark.t) / 1e6));
		if (mark.until === null) return { held, left: undefined, limit: [m.noLimit] };
		const left = Math.max(0, (mark.until - t) / 1e6);
		const whole = (mark.until - mark.t) / 1e6;
		const limit = m.givesUp(m.inLane[whoGivesUp(heldItem)], i18n.clock(left));
		return { held, left: Math.min(1, left / whole), limit };
	});
}

/** Whether a command that has no recording yet will have a terminal. */
function asksTerminal(line: string | undefined): boolean {
	return /\s-(-tty|[a-z]*t[a-z]*)(\s|$)/.test((line ?? '').split(' -- ')[0]!);
}

/** To two digits: nobody wants to know that it was 4,137 times. */
function roundly(times: number): number {
	const unit = 10 ** Math.max(0, Math.floor(Math.log10(times)) - 1);
	return Math.round(times / unit) * unit;
}
