import { voiceFor } from './voice.ts';

/** Speaks the narration, when wanted, with whatever voice the browser has for the page's language. */
const storageKey = 'execscope.speak';

export type Silence = 'no-speech' | 'no-voice';

class Speaker {
	on = $state(false);
	/** Why nothing is heard. */
	silence = $state<Silence>();
	#said = '';

	start(): void {
		this.on = remembered() === 'on';
	}

	switch(): void {
		this.on = !this.on;
		this.silence = undefined;
		this.#said = '';
		if (!this.on) this.stop();
		try {
			localStorage.setItem(storageKey, this.on ? 'on' : 'off');
		} catch {
			// A browser that keeps nothing holds the choice until the page is closed.
		}
	}

	/** Says a text, and no longer what was said before. The same text twice in a row is said once. */
	say(text: string, tag: string): void {
		if (!this.on || text === this.#said) return;
		this.stop();
		this.#said = text;
		if (text === '') return;
		if (!('speechSynthesis' in globalThis)) {
			this.silence = 'no-speech';
			return;
		}
		// Some browsers load their voices only when first asked, and say later that they have.
		const voices = speechSynthesis.getVoices();
		if (voices.length === 0) return this.#wait(text, tag);
		this.#speak(text, tag, voices);
	}

	stop(): void {
		if ('speechSynthesis' in globalThis) speechSynthesis.cancel();
	}

	#wait(text: string, tag: string): void {
		this.silence = 'no-voice';
		speechSynthesis.addEventListener(
			'voiceschanged',
			() => {
				if (this.on && text === this.#said) this.#speak(text, tag, speechSynthesis.getVoices());
			},
			{ once: true }
		);
	}

	#speak(text: string, tag: string, voices: readonly SpeechSynthesisVoice[]): void {
		const voice = voiceFor(voices, tag);
		this.silence = voice ? undefined : 'no-voice';
		if (!voice) return;
		const utterance = new SpeechSynthesisUtterance(text);
		utterance.lang = voice.lang;
		utterance.voice = voice;
		speechSynthesis.speak(utterance);
	}
}

function remembered(): string | null {
	try {
		return localStorage.getItem(storageKey);
	} catch {
		return null;
	}
}

export const speaker = new Speaker();
