import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rows, type Detail, type Row } from '../../src/lib/diagram/rows.ts';
import { wholePath } from '../../src/lib/diagram/promise.ts';
import {
	judge,
	nextQuestion,
	noScore,
	scored,
	type Guessable,
	type Question
} from '../../src/lib/lessons/predict.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import type { LaneId } from '../../src/lib/trace/lanes.ts';

function rowsOf(name: string, detail: Detail, opened = new Set<string>()): Row[] {
	const text = readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
	return [...new Rows(readRecording(name, text), detail, { opened })];
}

/** Every question that somebody is asked who goes from one to the next. */
function questionsOf(rows: readonly Row[]): Question[] {
	const questions: Question[] = [];
	for (let q = nextQuestion(rows, -1); q; q = nextQuestion(rows, q.target)) questions.push(q);
	return questions;
}

const keys = (rows: readonly Row[]) => questionsOf(rows).map((question) => question.key);

describe('the questions', () => {
	it('of the story are its arrows, but for the bytes of the talk', () => {
		const story = [
			'get-pod',
			'post-exec',
			'exec-location',
			'kubelet-exec',
			'cri-exec',
			'token-url',
			'redirect',
			'follow-redirect',
			'switching-protocols',
			'docker-start-exec',
			'exit-status'
		];
		expect(keys(rowsOf('date', 1))).toEqual(story);
		expect(keys(rowsOf('shell', 1))).toEqual(story);
		expect(keys(rowsOf('kubectl-1.36', 1))).toEqual(story);
	});

	it.each(['date', 'shell', 'kubectl-1.36', 'refused'])(
		'of every step of %s leave out what goes on as before',
		(name) => {
			const rows = rowsOf(name, 2);
			const asked = questionsOf(rows).map((question) => rows[question.target]!);
			expect(asked.length).toBeGreaterThan(rows.length / 2);
			for (const row of asked) {
				expect(row.id).not.toBe('io');
				expect(row.item?.reply && !row.item.failed).not.toBe(true);
				expect(row.fold?.open ?? true).toBe(true);
			}
			const repeats = keys(rows).filter((key) => /^(stream-open|discovery|resize)#/.test(key));
			expect(repeats).toEqual([]);
		}
	);

	it('ask about answers that have a name, and about refusals', () => {
		expect(keys(rowsOf('date', 2))).toEqual(
			expect.arrayContaining(['token-url', 'redirect', 'switching-protocols', 'hijack'])
		);
		expect(keys(rowsOf('refused', 2)).at(-1)).toBe('post-exec:reply');
	});

	it('pass over a refused try while it is folded', () => {
		const folded = rowsOf('kubectl-1.36', 2);
		const fold = folded.find((row) => row.fold?.kind === 'refused-try')!.fold!;
		expect(keys(folded).some((key) => key.startsWith('try1/'))).toBe(false);
		const opened = keys(rowsOf('kubectl-1.36', 2, new Set([fold.id])));
		expect(opened).toContain('try1/cri-handler:reply');
	});

	it('say the chapter, and who acts only as a hint', () => {
		const rows = rowsOf('date', 2);
		const asked = questionsOf(rows).find((question) => question.key === 'post-exec')!;
		expect(asked).toMatchObject({ chap: 'ask', newChapter: true, from: 'kubectl' });
		expect(rows[asked.before]!.key).toBe('choose-container');
	});

	it('stop where a live run only promises', () => {
		const rows = new Rows(readRecording('none', ''), 2, { promises: wholePath });
		expect(rows.length).toBeGreaterThan(10);
		expect(nextQuestion(rows, -1)).toBeUndefined();
	});

	it('come quickly in a long burst of output, and are not looked for without end', () => {
		const io = rowsOf('date', 2).find((row) => row.id === 'io')!;
		let looked = 0;
		const rows = {
			length: 1_000_000,
			at(): Guessable {
				looked++;
				return io;
			}
		};
		expect(nextQuestion(rows, 10)).toBeUndefined();
		expect(looked).toBeLessThan(100_000);
	});
});

describe('the judge', () => {
	const rows = rowsOf('date', 2);
	const question = (key: string) => questionsOf(rows).find((one) => one.key === key)!;

	it('is the trace', () => {
		for (const asked of questionsOf(rows)) {
			const { to } = rows[asked.target]!;
			expect(judge(rows, asked, to)).toMatchObject({ right: true, answer: to, why: 'right' });
		}
	});

	it('says why a guess is wrong', () => {
		expect(judge(rows, question('cri-exec'), 'engine')?.why).toBe('arrow');
		expect(judge(rows, question('cri-exec'), 'kubelet')?.why).toBe('sender');
		expect(judge(rows, question('exec-location'), 'kubelet')?.why).toBe('call');
		expect(judge(rows, question('cri-exec'), 'engine')).toMatchObject({
			right: false,
			answer: 'dockershim',
			from: 'kubelet'
		});
	});

	it('takes the lane that stands for a folded one', () => {
		const folded = (lane: LaneId) => (lane === 'streaming' ? 'dockershim' : lane);
		const asked = question('cri-handler');
		expect(judge(rows, asked, 'dockershim')?.right).toBe(false);
		expect(judge(rows, asked, 'dockershim', folded)).toMatchObject({
			right: true,
			answer: 'dockershim'
		});
	});

	it('judges nothing when its row is gone', () => {
		expect(judge(rowsOf('date', 1), question('authorize'), 'apiserver')).toBeUndefined();
	});
});

it('counts each question once', () => {
	const rows = rowsOf('date', 1);
	const [first, second] = questionsOf(rows);
	const wrong = judge(rows, first!, 'engine')!;
	const right = judge(rows, first!, 'apiserver')!;
	const next = judge(rows, second!, 'apiserver')!;
	const score = [wrong, right, next].reduce(scored, noScore);
	expect([score.right, score.of]).toEqual([1, 2]);
	expect(noScore.of).toBe(0);
});
