import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messages } from '../../src/lib/i18n/messages.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { actionIds, type ActionId } from '../../src/routes/actions.ts';
import {
	actionEntries,
	chapterEntries,
	laneEntries,
	recordingEntries,
	stepEntries
} from '../../src/routes/palette-entries.ts';
import { ranked } from '../../src/routes/palette.ts';

const recording = readRecording(
	'date',
	readFileSync('tests/fixtures/recordings/date.execscope', 'utf8')
);
const done: unknown[] = [];
const acts = Object.fromEntries(actionIds.map((id) => [id, () => void done.push(id)])) as Record<
	ActionId,
	() => void
>;
const entries = [
	...actionEntries(acts, 'Space', false),
	...stepEntries(recording, (item) => done.push(recording.items.at(item)!.s)),
	...chapterEntries(recording, (item) => done.push(recording.items.at(item)!.chap)),
	...laneEntries(['kubelet', 'engine'], (lane) => done.push(lane)),
	...recordingEntries([{ id: '2026-x', cmd: 'kubectl exec nginx -- date' }], (id) => done.push(id))
];
const first = (text: string) => ranked(entries, text)[0]?.id;

describe('the palette', () => {
	it('finds every action by its name in either language', () => {
		for (const id of actionIds)
			for (const m of [messages.en, messages.zh])
				expect(
					ranked(entries, m.actions.names[id])
						.slice(0, 3)
						.map((one) => one.id)
				).toContain(id);
	});
	it('finds steps, chapters, lanes and recordings, by part of a name and in any case', () => {
		expect(first('cri-exec')).toBe('step cri-exec');
		expect(first('REDIRECT')).toMatch(/redirect/);
		expect(first('容器引擎')).toBe('lane engine');
		expect(ranked(entries, '准备').map((one) => one.id)).toContain('chapter prepare');
		expect(first('exec nginx date')).toBe('recording 2026-x');
	});
	it('tells a chapter from an action of the same name', () => {
		const names = ranked(entries, messages.en.chapters.find).map(({ name }) => name.en);
		expect(names).toContain('Chapter: Find');
		expect(names).not.toContain('Find');
		expect(entries.find(({ id }) => id === 'chapter find')?.name.zh).toBe('章节：查找');
	});
	it('puts a name that begins so before one that has it inside', () => {
		expect(first('dark')).toBe('dark');
		expect(first('next')).toBe('next');
	});
	it('takes first letters', () => {
		expect(ranked(entries, 'los').map((one) => one.id)).toContain('one-step');
	});
	it('leads to what it names', () => {
		ranked(entries, 'cri-exec')[0]!.choose();
		entries.find((one) => one.id === 'chapter start')!.choose();
		expect(done).toEqual(['cri-exec', 'start']);
	});
	it('names every entry once, and nothing that is not there', () => {
		expect(new Set(entries.map((one) => one.id)).size).toBe(entries.length);
		expect(entries.map((one) => one.id)).not.toContain('chapter boot');
		expect(ranked(entries, 'no such thing at all')).toEqual([]);
	});
});
