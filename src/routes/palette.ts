import type { Language } from '$lib/i18n/messages.ts';

/** One thing that the palette finds: its name in both languages, which both always match. */
export interface Entry {
	/** Unique among the entries. */
	id: string;
	kind: 'action' | 'step' | 'chapter' | 'lane' | 'recording' | 'setting';
	name: Readonly<Record<Language, string>>;
	/** Said beside the name, and found as well: a step's id, a command. */
	also?: string;
	/** Found by these as well, which are not said. */
	alias?: readonly string[];
	/** How its key is written. */
	key?: string;
	choose: () => void;
}

export const shownEntries = 50;

/** The entries that match all words of a text, best first; with no text all, in their order. */
export function ranked(entries: readonly Entry[], text: string): Entry[] {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0) return [...entries];
	return entries
		.map((entry) => ({ entry, score: score(entry, words) }))
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score)
		.map(({ entry }) => entry);
}

/** 0: does not match. A word at a beginning is worth more than one inside, letters with gaps the least. */
function score({ name, also, alias = [] }: Entry, words: readonly string[]): number {
	const texts = [name.en, name.zh, also ?? '', ...alias].map((text) => text.toLowerCase());
	let sum = 0;
	for (const word of words) {
		const best = Math.max(...texts.map((text) => worth(text, word)));
		if (best === 0) return 0;
		sum += best;
	}
	return sum;
}

function worth(text: string, word: string): number {
	if (text === word) return 100;
	const at = text.indexOf(word);
	if (at === 0) return 60;
	if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) && isLatin(word) ? 20 : 40;
	return isLatin(word) && word.length > 1 && inOrder(text, word) ? 5 : 0;
}

/** Whether the letters come in this order, each at the beginning of a word or right after the last. */
function inOrder(text: string, letters: string): boolean {
	let at = -2;
	for (const letter of letters) {
		let next = text.indexOf(letter, Math.max(0, at + 1));
		while (next >= 0 && next !== at + 1 && next > 0 && /[\p{L}\p{N}]/u.test(text[next - 1]!))
			next = text.indexOf(letter, next + 1);
		if (next < 0) return false;
		at = next;
	}
	return true;
}

const isLatin = (word: string): boolean => /^[\u0020-\u024F]+$/.test(word);
