import type { Runtime } from '../trace/eras.ts';
import { firstLanguage } from './language.ts';
import { messagesOf } from './messages-of.ts';
import { languageTags, type Language } from './messages.ts';

/** The page's language: its words, its numbers and times, and the choice that is remembered. */
const storageKey = 'execscope.language';

class I18n {
	language = $state<Language>('en');
	/** What stands between kubelet and Docker in the run that is shown. */
	runtime = $state<Runtime>('dockershim');
	readonly m = $derived(messagesOf(this.language, this.runtime));
	readonly tag = $derived(languageTags[this.language]);
	readonly #whole = $derived(new Intl.NumberFormat(this.tag, { maximumFractionDigits: 0 }));
	readonly #short = $derived(new Intl.NumberFormat(this.tag, { maximumFractionDigits: 2 }));
	readonly #tenths = $derived(
		new Intl.NumberFormat(this.tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
	);

	readonly #timeOfDay = $derived(new Intl.DateTimeFormat(this.tag, { timeStyle: 'medium' }));

	/** Reads the choice that was remembered, or what the browser asks for. */
	start(): void {
		this.language = firstLanguage(remembered(), navigator.languages);
	}

	switch(): void {
		this.language = this.language === 'en' ? 'zh' : 'en';
		try {
			localStorage.setItem(storageKey, this.language);
		} catch {
			// A browser that keeps nothing still shows the page; only the memory of the choice is lost.
		}
	}

	whole(value: number): string {
		return this.#whole.format(value);
	}

	/** Microseconds as milliseconds with one decimal. */
	ms(t: number): string {
		return this.#tenths.format(t / 1000);
	}

	/** How long something took, in the unit that fits: `0.4 ms`, `12 ms`, `2.3 s`, `1 min 5 s`. */
	duration(ms: number): string {
		if (ms < 10) return this.m.durationMs(this.#short.format(ms));
		if (ms < 1000) return this.m.durationMs(this.#whole.format(ms));
		if (ms < 60_000) return this.m.durationS(this.#tenths.format(ms / 1000));
		const minutes = Math.floor(ms / 60_000);
		const seconds = Math.floor((ms % 60_000) / 1000);
		return this.m.durationMin(this.whole(minutes), this.whole(seconds));
	}

	/** A moment of a run in microseconds: milliseconds with one decimal, or from ten seconds on seconds with their unit. */
	moment(t: number): string {
		return t < 10_000_000 ? this.ms(t) : this.m.durationS(this.#tenths.format(t / 1e6));
	}

	bytes(count: number): string {
		return this.m.bytes(this.whole(count), count === 1);
	}

	/** Seconds as minutes and seconds: `1:52`. */
	clock(seconds: number): string {
		const whole = Math.max(0, Math.floor(seconds));
		return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
	}

	/** The reader's own time of day, to the second. */
	timeOfDay(at: Date): string {
		return this.#timeOfDay.format(at);
	}

	/** Names joined as the language joins them. */
	list(names: readonly string[]): string {
		return new Intl.ListFormat(this.tag, { type: 'conjunction' }).format(names);
	}
}

function remembered(): string | null {
	try {
		return localStorage.getItem(storageKey);
	} catch {
		return null;
	}
}

export const i18n = new I18n();
