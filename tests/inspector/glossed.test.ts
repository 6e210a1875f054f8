import { describe, expect, it } from 'vitest';
import { glossary, type TermId } from '../../src/lib/i18n/glossary.ts';
import { explainedBefore, glossed } from '../../src/lib/inspector/glossed.ts';
import { explanations } from '../../src/lib/trace/explanations/index.ts';

const found = (text: string, language: 'en' | 'zh' = 'en') =>
	glossed(text, language).flatMap(({ text: word, term }) => (term ? [[word, term]] : []));

describe('the glossary', () => {
	const ids = Object.keys(glossary.en) as TermId[];
	it('says every term in both languages, in one or two sentences', () => {
		expect(Object.keys(glossary.zh)).toEqual(ids);
		expect(ids.length).toBeGreaterThanOrEqual(35);
		for (const id of ids) {
			expect(glossary.en[id].says, id).toMatch(/\.$/);
			expect(glossary.zh[id].says, id).toMatch(/[。？]$/);
			expect(glossary.zh[id].says, id).toMatch(/\p{Script=Han}/u);
			expect(glossary.en[id].says.length, id).toBeLessThanOrEqual(200);
			expect(glossary.zh[id].says, id).not.toMatch(
				/\p{Script=Han}[,.:;!?]|[,.:;!?] ?\p{Script=Han}|\p{Script=Han} \p{Script=Han}/u
			);
		}
	});
	it('spells no word of two terms alike', () => {
		for (const language of ['en', 'zh'] as const) {
			const spelled = ids
				.flatMap((id) => glossary[language][id].match.split('|'))
				.filter((word) => !word.startsWith('!'));
			expect(new Set(spelled).size).toBe(spelled.length);
		}
	});
});

describe('words in prose', () => {
	it('are found at the borders of English words', () => {
		expect(found('The kubelet’s pods, in a pod.')).toEqual([
			['kubelet', 'kubelet'],
			['pods', 'pod']
		]);
		expect(found('PodExecOptions, podcast, tripods, stream-open, /pods/exec, node_id')).toEqual([]);
		expect(found('Streams end. GET https://node-1:10250/exec/default')).toEqual([
			['Streams', 'stream']
		]);
	});
	it('are found inside Chinese text, Latin or not', () => {
		expect(found('由kubelet通过CRI请容器运行时执行', 'zh')).toEqual([
			['kubelet', 'kubelet'],
			['CRI', 'cri'],
			['容器运行时', 'runtime']
		]);
		expect(found('流式服务器打开一个流，流程结束', 'zh')).toEqual([
			['流式服务器', 'streamingServer'],
			['流', 'stream']
		]);
		expect(found('CRIO 和 PodSpec', 'zh')).toEqual([]);
	});
	it('are taken as long as they are', () => {
		expect(found('a client certificate over SPDY/3.1, and 101 Switching Protocols')).toEqual([
			['client certificate', 'clientCertificate'],
			['SPDY/3.1', 'spdy'],
			['101 Switching Protocols', '101']
		]);
		expect(found('the streaming server')).toEqual([['streaming server', 'streamingServer']]);
		expect(found('a container runtime')).toEqual([['container runtime', 'runtime']]);
	});
	it('are marked once, and not again when they were explained above', () => {
		const text = 'A pod, another pod, the Pod.';
		expect(found(text)).toEqual([['pod', 'pod']]);
		expect(glossed(text, 'en', new Set(['pod']))).toEqual([{ text }]);
		expect([...explainedBefore(['A pod on a node.', undefined, 'TLS'], 2, 'en')]).toEqual([
			'pod',
			'node'
		]);
	});
	it('lose nothing of any explanation', () => {
		for (const [id, text] of Object.entries(explanations))
			for (const language of ['en', 'zh'] as const) {
				const sentence = text.sentence[language];
				const pieces = glossed(sentence, language);
				expect(pieces.map((piece) => piece.text).join(''), id).toBe(sentence);
			}
	});
});
