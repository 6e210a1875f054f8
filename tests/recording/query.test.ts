import { describe, expect, it } from 'vitest';
import { has, isEmpty, noQuery, parseQuery, toggled } from '../../src/lib/recording/query.ts';
import { messages } from '../../src/lib/i18n/messages.ts';

describe('parseQuery', () => {
	it('tells filters from words', () => {
		expect(parseQuery('wire:S lane:kubelet error token')).toEqual({
			...noQuery,
			words: ['token'],
			wires: ['S'],
			lanes: ['kubelet'],
			errors: true
		});
	});
	it('keeps quoted words together, and a quoted error a word', () => {
		expect(parseQuery('"HTTP/1.1 101" "error"')).toEqual({
			...noQuery,
			words: ['HTTP/1.1 101', 'error']
		});
	});
	it('knows things by their names in either language, and by their beginnings', () => {
		for (const m of [messages.en, messages.zh])
			expect(
				parseQuery(`wire:spdy lane:"${m.lanes.engine}" chapter:${m.chapters.prepare}`, m)
			).toEqual({ ...noQuery, wires: ['S'], lanes: ['engine'], chapters: ['prepare'] });
		expect(parseQuery('lane:api').lanes).toEqual(['apiserver']);
		expect(parseQuery('泳道：容器引擎 章节:准备 线路:g 出错', messages.zh)).toEqual({
			...noQuery,
			wires: ['G'],
			lanes: ['engine'],
			chapters: ['prepare'],
			errors: true
		});
	});
	it('says what it does not know, and leaves other colons alone', () => {
		expect(parseQuery('lane:moon').unknown).toEqual(['lane:moon']);
		expect(parseQuery('lane:ku').unknown).toEqual(['lane:ku']);
		expect(parseQuery('https://node-1:10250 Host:').words).toEqual([
			'https://node-1:10250',
			'Host:'
		]);
	});
	it('is empty when nothing is asked', () => {
		expect(isEmpty(parseQuery('  '))).toBe(true);
		expect(isEmpty(parseQuery('lane:moon'))).toBe(false);
	});
});

describe('toggled', () => {
	it('puts a filter in and takes it out, whichever way it was spelled', () => {
		expect(toggled('token', { kind: 'wire', value: 'S' })).toBe('token wire:S');
		expect(toggled('token wire:spdy', { kind: 'wire', value: 'S' }, messages.en)).toBe('token');
		expect(toggled('error "a b"', { kind: 'error' })).toBe('"a b"');
		expect(has(parseQuery(toggled('', { kind: 'error' })), { kind: 'error' })).toBe(true);
	});
});
