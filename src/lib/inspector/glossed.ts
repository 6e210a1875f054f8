import { glossary, type TermId } from '../i18n/glossary.ts';
import type { Language } from '../i18n/messages.ts';

/** A piece of prose; with `term` it is a word that the glossary explains. */
export interface Piece {
	readonly text: string;
	readonly term?: TermId;
}

/** Cuts prose into pieces, the first occurrence of each known word apart. Words in `skip` stay plain. */
export function glossed(
	text: string,
	language: Language,
	skip: ReadonlySet<TermId> = nothing
): Piece[] {
	const { terms } = matchers[language];
	const pieces: Piece[] = [];
	const explained = new Set(skip);
	let at = 0;
	for (const { 0: word, index } of matchesIn(text, language)) {
		const term = terms.get(word) ?? terms.get(lowered(word));
		if (!term || explained.has(term)) continue;
		explained.add(term);
		if (index > at) pieces.push({ text: text.slice(at, index) });
		pieces.push({ text: word, term });
		at = index + word.length;
	}
	if (at < text.length) pieces.push({ text: text.slice(at) });
	return pieces;
}

/** The words that several paragraphs explain before the one at `k`: it need not explain them again. */
export function explainedBefore(
	texts: readonly (string | undefined)[],
	k: number,
	language: Language
): ReadonlySet<TermId> {
	const found = new Set<TermId>();
	for (const text of texts.slice(0, k))
		for (const { term } of glossed(text ?? '', language, found)) if (term) found.add(term);
	return found;
}

/** The explanations are a few hundred texts, looked at over and over while somebody steps through a run. */
const known: Record<Language, Map<string, RegExpExecArray[]>> = { en: new Map(), zh: new Map() };
const mostKnown = 1000;

function matchesIn(text: string, language: Language): RegExpExecArray[] {
	const texts = known[language];
	const before = texts.get(text);
	if (before) return before;
	const found = [...text.matchAll(matchers[language].pattern)];
	if (texts.size >= mostKnown) texts.clear();
	texts.set(text, found);
	return found;
}

const nothing: ReadonlySet<TermId> = new Set();
const latin = /[A-Za-z0-9]/;

interface Matcher {
	pattern: RegExp;
	/** By spelling; what only looks like a word is there without one. */
	terms: ReadonlyMap<string, TermId | undefined>;
}

const matchers: Readonly<Record<Language, Matcher>> = {
	en: matcherOf('en'),
	zh: matcherOf('zh')
};

function matcherOf(language: Language): Matcher {
	const terms = new Map<string, TermId | undefined>();
	for (const [id, { match }] of Object.entries(glossary[language]) as [TermId, { match: string }][])
		for (const spelling of match.split('|')) {
			const plain = spelling.replace(/^!/, '');
			const other = plain !== spelling;
			// What is another word for one term may be a term itself.
			if (!other) terms.set(plain, id);
			else if (!terms.has(plain)) terms.set(plain, undefined);
		}
	// An alternation takes the first that matches, so the longest stand first.
	const spellings = [...terms.keys()].sort((a, b) => b.length - a.length).map(patternOf);
	return { pattern: new RegExp(spellings.join('|'), 'gu'), terms };
}

/** Latin words end at a letter, digit or joined sign; Chinese has no borders between words. */
function patternOf(spelling: string): string {
	const first = spelling[0]!;
	const body = spelling.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
	// A word without capitals may begin a sentence.
	const either = /[a-z]/.test(first) && !/[A-Z]/.test(spelling);
	const cased = either ? `[${first}${first.toUpperCase()}]${body.slice(1)}` : body;
	const before = latin.test(first) ? String.raw`(?<![A-Za-z0-9_]|[A-Za-z0-9_][-./])(?<!/)` : '';
	const after = latin.test(spelling.at(-1)!) ? String.raw`(?![A-Za-z0-9_]|[-./][A-Za-z0-9_])` : '';
	return before + cased + after;
}

const lowered = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
