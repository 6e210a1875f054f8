import type { Language } from '../i18n/messages.ts';
import type { LaneId } from '../trace/lanes.ts';
import { explanations, type Text } from '../trace/explanations/index.ts';
import { seedNotes } from '../trace/seed-notes.ts';
import { parseStepName } from '../trace/steps.ts';

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

/** The texts of a step by its recorded name; replies are told as the answer of their step. */
export function explanationOf(name: string, language: Language): StepText {
	const parsed = parseStepName(name);
	if (!parsed) return plain(name);
	const text = explanations[parsed.id];
	const say = (both: Text | undefined): string | undefined => both?.[language] || undefined;
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

/** A step of a later version: its name is all that this one knows. */
function plain(name: string): StepText {
	return {
		title: words(name),
		sentence: '',
		surprise: undefined,
		articles: undefined,
		errs: undefined,
		notes: [],
		simplified: undefined,
		future: words(name),
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
