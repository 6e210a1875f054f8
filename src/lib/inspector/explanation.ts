import type { Language } from '../i18n/messages.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { Item, Recording } from '../recording/recording.ts';
import {
	asUpstream,
	explanations,
	type Explanation,
	type Kind,
	type Text
} from '../trace/explanations/index.ts';
import { parseStepName } from '../trace/steps.ts';
import { refusalOf } from './refusal.ts';
import { stopsHere } from './stops-here.ts';

/** What the page says about a step, in one language. */
export interface StepText {
	title: string;
	sentence: string;
	surprise: string | undefined;
	articles: string | undefined;
	simplified: string | undefined;
	/** Short words for a row that has not happened. */
	future: string;
	fn: readonly string[];
	source: string | undefined;
}

/** A row that has happened, and the run that it is of: with it the texts tell what was really said. */
export interface Happened {
	item: Item;
	recording: Recording;
}

/** The texts of a step by its recorded name. */
export function explanationOf(name: string, language: Language, happened?: Happened): StepText {
	const parsed = parseStepName(name);
	if (!parsed) return plain(name);
	const text: Explanation = explanations[parsed.id];
	const refusal = happened && refusalOf(happened.item, happened.recording, language);
	if (parsed.reply) return answerOf(text, language, refusal, happened);
	const kind = kindOf(text, happened?.item);
	const surprise = kind?.surprise === undefined ? text.surprise : kind.surprise;
	return {
		title: (kind?.title ?? text.title)[language],
		sentence: refusal ?? (kind?.sentence ?? text.sentence)[language],
		surprise: surprise?.[language],
		articles: text.articles?.[language],
		simplified: text.simplified[language],
		future: text.future[language],
		fn: text.fn,
		source: text.source
	};
}

function answerOf(
	text: Explanation,
	language: Language,
	refusal: string | undefined,
	happened: Happened | undefined
): StepText {
	const { reply } = text;
	const title = text.title[language];
	const stops = happened && stopsHere(happened.item, happened.recording);
	const inherited = text.simplified === asUpstream ? undefined : text.simplified;
	const asked = happened?.item.answers;
	const question = asked === undefined ? undefined : happened?.recording.items.at(asked);
	const said = kindOf(text, question)?.reply ?? reply?.sentence ?? passedBack;
	const sentence = refusal ?? said[language];
	return {
		title: language === 'zh' ? `对「${title}」的应答` : `The answer to “${title}”`,
		sentence,
		surprise: stops?.[language] ?? reply?.surprise?.[language],
		articles: undefined,
		simplified: (reply?.simplified ?? inherited)?.[language],
		future: language === 'zh' ? '应答' : 'The answer',
		fn: text.fn,
		source: text.source
	};
}

/** Which of the many requests that a step stands for this one is. */
function kindOf(text: Explanation, item: Item | undefined): Kind | undefined {
	return item && text.kinds?.find(({ of }) => of.test(item.n));
}

const passedBack: Text = {
	en: 'The answer goes back to whoever asked, on the same connection.',
	zh: '应答沿同一条连接回到提问的一方。'
};

/** A step of a later version: its name is all that this one knows. */
function plain(name: string): StepText {
	return {
		title: words(name),
		sentence: '',
		surprise: undefined,
		articles: undefined,
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
