import { describe, expect, it } from 'vitest';
import { explanations } from '../../src/lib/trace/explanations/index.ts';
import { notesOf, seedNotes } from '../../src/lib/trace/seed-notes.ts';
import { steps, type StepId, type StepShape } from '../../src/lib/trace/steps.ts';
import { lanes } from '../../src/lib/trace/lanes.ts';
import { chapters } from '../../src/lib/trace/chapters.ts';

const ids = Object.keys(steps) as StepId[];
const chinese = /[\u4e00-\u9fff]/;

describe('the table of steps', () => {
	it.each(ids)('%s has lanes, a chapter, a level and an era', (id) => {
		const shape = steps[id];
		const laneIds: string[] = lanes.map((lane) => lane.id);
		expect(laneIds).toContain(shape.from);
		expect(laneIds).toContain(shape.to);
		expect(chapters).toContain(shape.chap);
		expect(shape.eras.length).toBeGreaterThan(0);
		expect(shape.kind === 'call').toBe(shape.from === shape.to);
	});

	it('names only its own steps as those that an answer answers, in eras that both have', () => {
		for (const [id, shape] of Object.entries<StepShape>(steps)) {
			for (const asked of shape.answers ?? []) {
				expect(ids).toContain(asked);
				const both = steps[asked as StepId].eras.filter((era) => shape.eras.includes(era));
				expect(both, `${id} answers ${asked}`).not.toEqual([]);
			}
		}
	});

	it.each(ids)(
		'%s is explained in both languages, with its function, its source and what is simplified',
		(id) => {
			const { title, sentence, future, simplified, surprise, articles, fn, source } =
				explanations[id];
			for (const text of [title, sentence, future, simplified, surprise, articles]) {
				if (!text) continue;
				expect(text.en.trim()).not.toBe('');
				expect(text.en).not.toMatch(chinese);
				expect(text.zh.trim()).not.toBe('');
			}
			for (const text of [sentence, future, simplified]) expect(text.zh).toMatch(chinese);
			expect(fn.length).toBeGreaterThan(0);
			expect(source).toMatch(/^https:\/\/github\.com\/[^ ]+\/blob\/(v|kubernetes-)\d[^ ]+\.go$/);
		}
	);

	it.each(ids.filter((id) => explanations[id].reply))('%s has an answer told in both', (id) => {
		const { sentence, surprise, simplified } = explanations[id].reply!;
		for (const text of [sentence, surprise, simplified]) {
			if (!text) continue;
			expect(text.en.trim()).not.toBe('');
			expect(text.en).not.toMatch(chinese);
			expect(text.zh).toMatch(chinese);
		}
	});

	it.each(ids.filter((id) => explanations[id].kinds))('%s has kinds told in both', (id) => {
		for (const { title, sentence, reply, surprise } of explanations[id].kinds!) {
			for (const text of [title, sentence, reply, surprise]) {
				if (!text) continue;
				expect(text.en.trim()).not.toBe('');
				expect(text.en).not.toMatch(chinese);
				expect(text.zh.trim()).not.toBe('');
			}
			expect(sentence.zh).toMatch(chinese);
		}
	});

	it('explains nothing that is no step', () => {
		expect(Object.keys(explanations).sort()).toEqual([...ids].sort());
	});
});

describe('the corrections of the articles', () => {
	it('are the 28 of the dossier, each bound to at least one step', () => {
		expect(seedNotes.map(({ n }) => n)).toEqual(Array.from({ length: 28 }, (_, n) => n + 1));
		for (const note of seedNotes) {
			expect(note.steps.length).toBeGreaterThan(0);
			for (const step of note.steps) expect(ids).toContain(step);
			for (const text of [note.text, ...Object.values(note.at ?? {})]) {
				expect(text.zh).toMatch(chinese);
				expect(text.en).not.toMatch(chinese);
			}
			for (const step of Object.keys(note.at ?? {})) expect(note.steps).toContain(step);
		}
	});

	it('show on a step only the part that concerns it', () => {
		const said = notesOf('resize').map(({ en }) => en);
		expect(said).toEqual(['Not told: that there is such a stream at all.']);
		expect(
			notesOf('follow-redirect')
				.map(({ en }) => en)
				.join()
		).not.toContain('two minutes');
	});

	it.each(ids)('say nothing on %s that is said there already', (id) => {
		const { sentence, surprise, articles } = explanations[id];
		const told = [sentence, surprise, articles, ...notesOf(id)].flatMap((text) =>
			text ? text.en.split(/[.:;] /) : []
		);
		expect(new Set(told.filter((part) => part !== 'Not told')).size).toBe(
			told.filter((part) => part !== 'Not told').length
		);
	});
});
