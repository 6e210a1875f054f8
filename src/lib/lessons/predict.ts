import type { Item } from '../recording/recording.ts';
import type { ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import { steps, type StepId } from '../trace/steps.ts';

/**
 * "What comes next?": before a step is shown, which lane gets the next arrow, or does something inside? Nobody writes
 * the questions and nobody writes the answers: the trace is the judge, on any recording.
 *
 * Not asked about, because one would only guess that it goes on as before, or what somebody does:
 * - chunks of `io`, folded or not, pings, the end of the input, and sizes of the window after the first;
 * - an answer that only goes back to whoever asked (`:reply`); one that has a name of its own, as the 302 and the
 *   token's URL have, is asked about, and so is a refusal;
 * - the same step again and again (`stream-open#2`, `discovery#2`), when no other question lies between;
 * - what is folded away, and what a live run only promises.
 */

/** What it takes to know of a row of the ladder; its rows are such. */
export interface Guessable {
	key: string;
	s: string;
	id: StepId | undefined;
	/** Also true of answers that have a name of their own. */
	reply: boolean;
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	chap: ChapterId;
	/** First row of its chapter. */
	opens: boolean;
	item: Item | undefined;
	fold: { open: boolean } | undefined;
}

/** Rows by number, however the ladder keeps them. */
export interface RowList {
	readonly length: number;
	at(index: number): Guessable | undefined;
}

export interface Question {
	key: string;
	/** The row that the guess is about: nothing from it on may be in sight until then. */
	target: number;
	/** The last row that may be. */
	before: number;
	chap: ChapterId;
	newChapter: boolean;
	/** Who acts: the hint. */
	from: LaneId;
}

/** So many rows ahead a question is looked for, in a long burst of output, and no farther. */
const farthest = 20_000;

/** The first row after `current` that is worth a guess; undefined when there is none yet, or none any more. */
export function nextQuestion(rows: RowList, current: number): Question | undefined {
	const end = Math.min(rows.length, current + farthest);
	for (let target = current + 1; target < end; target++) {
		const row = rows.at(target);
		if (!row?.item) return undefined;
		if (!isWorthAGuess(row, askedBefore(rows, target))) continue;
		const { key, chap, from, opens: newChapter } = row;
		return { key, target, before: target - 1, chap, newChapter, from };
	}
	return undefined;
}

export interface Verdict {
	key: string;
	right: boolean;
	guess: LaneId;
	answer: LaneId;
	/** A wrong guess, and why it is one: the sender was named, or some other lane. */
	why: 'right' | 'sender' | 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
}

/**
 * Judges a guess by the row that then came. `seenAt` is the lane that stands for one that is folded into it, as the
 * streaming server may be into dockershim.
 */
export function judge(
	rows: RowList,
	question: Question,
	guess: LaneId,
	seenAt: (lane: LaneId) => LaneId = (lane) => lane
): Verdict | undefined {
	const row = rows.at(question.target);
	if (!row?.item || row.key !== question.key) return undefined;
	const { key, from, to } = row;
	const answer = seenAt(to);
	const right = seenAt(guess) === answer;
	const why = right
		? 'right'
		: row.kind === 'call'
			? 'call'
			: seenAt(guess) === seenAt(from)
				? 'sender'
				: 'arrow';
	return { key, right, guess, answer, why, from, to };
}

/** How the guessing went so far, in this sitting. */
export interface Score {
	right: number;
	of: number;
	/** Each question counts once: going back to guess it again does not change what was. */
	counted: ReadonlySet<string>;
}

export const noScore: Score = { right: 0, of: 0, counted: new Set() };

export function scored(score: Score, verdict: Verdict): Score {
	if (score.counted.has(verdict.key)) return score;
	return {
		right: score.right + (verdict.right ? 1 : 0),
		of: score.of + 1,
		counted: new Set([...score.counted, verdict.key])
	};
}

const unguessable: ReadonlySet<StepId> = new Set<StepId>(['io', 'ping', 'stdin-close']);

function isWorthAGuess(row: Guessable, before: Guessable | undefined): boolean {
	if (row.id && unguessable.has(row.id)) return false;
	if (row.id === 'resize' && row.item!.repeat > 1) return false;
	if (row.fold && !row.fold.open) return false;
	if (isTrivialReply(row)) return false;
	return row.id === undefined || row.id !== before?.id || row.item?.failed === true;
}

function isTrivialReply(row: Guessable): boolean {
	const named = row.id !== undefined && 'answers' in steps[row.id] && row.item?.reply !== true;
	return row.reply && !named && row.item?.failed !== true;
}

/** The step before that was no answer: a question that repeats it asks the same again. */
function askedBefore(rows: RowList, index: number): Guessable | undefined {
	for (let k = index - 1; k >= 0 && k >= index - farthest; k--) {
		const row = rows.at(k);
		if (row && !isTrivialReply(row)) return row;
	}
	return undefined;
}
