import type { Language } from '../i18n/messages.ts';
import type { LaneId } from '../trace/lanes.ts';
import { parseStepName, type StepId } from '../trace/steps.ts';

/** A text in both languages. */
type Both = Record<Language, string>;

/** What the content of a step is; written in `trace/explanations`. */
interface Explanation {
	title: Both;
	sentence: Both;
	surprise?: Both;
	articles?: Both;
	errs?: Both;
	simplified: Both;
	future: Both;
	fn: string[];
	source: string;
}

interface SeedNote {
	n: number;
	steps: StepId[];
	text: Both;
}

/** What the page says about a step, in one language. */
export interface StepText {
	title: string;
	sentence: string;
	surprise: string | undefined;
	articles: string | undefined;
	errs: string | undefined;
	/** Corrections of the articles that belong to this step. */
	notes: string[];
	simplified: string | undefined;
	/** Short words for a row that has not happened. */
	future: string;
	fn: readonly string[];
	source: string | undefined;
}

// A build without the texts still draws every step; only its words are plainer.
const tables = import.meta.glob<Record<string, unknown>>(
	['../trace/explanations/index.ts', '../trace/seed-notes.ts'],
	{ eager: true }
);
const texts = (tables['../trace/explanations/index.ts']?.explanations ?? {}) as Partial<
	Record<StepId, Explanation>
>;
const seedNotes = (tables['../trace/seed-notes.ts']?.seedNotes ?? []) as readonly SeedNote[];

/** The texts of a step by its recorded name; replies are told as the answer of their step. */
export function explanationOf(name: string, language: Language): StepText {
	const parsed = parseStepName(name);
	const text = parsed && texts[parsed.id];
	if (!parsed || !text) return plain(parsed?.id ?? name, language, parsed?.reply ?? false);
	const say = (both: Both | undefined): string | undefined => both?.[language] || undefined;
	const title = say(text.title) ?? words(parsed.id);
	const answer = language === 'zh' ? `对「${title}」的应答` : `The answer to “${title}”`;
	return {
		title: parsed.reply ? answer : title,
		sentence: parsed.reply ? replySentence(title, language) : (say(text.sentence) ?? ''),
		surprise: parsed.reply ? undefined : say(text.surprise),
		articles: parsed.reply ? undefined : say(text.articles),
		errs: parsed.reply ? undefined : say(text.errs),
		notes: parsed.reply
			? []
			: seedNotes
					.filter((note) => note.steps.includes(parsed.id))
					.map((note) => note.text[language]),
		simplified: say(text.simplified),
		future: parsed.reply
			? language === 'zh'
				? '应答'
				: 'The answer'
			: (say(text.future) ?? title),
		fn: text.fn,
		source: text.source || undefined
	};
}

function replySentence(title: string, language: Language): string {
	return language === 'zh'
		? `这是上一步「${title}」的应答，原路返回。`
		: `The answer to “${title}” goes back the way the question came.`;
}

function plain(id: string, language: Language, reply: boolean): StepText {
	const name = words(id);
	const answer = language === 'zh' ? `${name}：应答` : `${name}, the answer`;
	return {
		title: reply ? answer : name,
		sentence: '',
		surprise: undefined,
		articles: undefined,
		errs: undefined,
		notes: [],
		simplified: undefined,
		future: reply ? answer : name,
		fn: [],
		source: undefined
	};
}

function words(id: string): string {
	const text = id.replace(/[:#].*$/, '').replaceAll('-', ' ');
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Which lane a program's own clock would run out in, while a step is held: who asked, or who awaits the answer. */
export function whoGivesUp(step: { reply: boolean; from: LaneId; to: LaneId }): LaneId {
	return step.reply ? step.to : step.from;
}
