import { describe, expect, it } from 'vitest';
import { cluster } from '../../src/lib/i18n/cluster.ts';
import { firstLanguage } from '../../src/lib/i18n/language.ts';
import { log } from '../../src/lib/i18n/log.ts';
import { messagesOf } from '../../src/lib/i18n/messages-of.ts';
import { messages } from '../../src/lib/i18n/messages.ts';

describe('messages', () => {
	it('say all there is in both languages', () => {
		// The names of fields are English as they stand on the wire; Chinese tells what they mean.
		const { names, ...frames } = messages.zh.frames;
		expect(Object.keys(names).length).toBeGreaterThan(0);
		const zh = { ...messages.zh, frames: { ...frames, names: {} } };
		expect(shape(zh)).toEqual(shape(messages.en));
	});

	it.each(Object.entries({ cluster, log }))(
		'of the panel %s say all there is in both languages',
		(_, words) => expect(shape(words.zh)).toEqual(shape(words.en))
	);

	it('name what stands between kubelet and Docker, and change nothing else', () => {
		for (const language of ['en', 'zh'] as const) {
			const said = messagesOf(language, 'cri-dockerd');
			expect([said.lanes.dockershim, said.inLane.dockershim]).toEqual([
				...['cri-dockerd', 'cri-dockerd']
			]);
			const { lanes, inLane, ...others } = messages[language];
			expect(said).toMatchObject(others);
			expect({ ...said.lanes, dockershim: 'dockershim' }).toEqual(lanes);
			expect({ ...said.inLane, dockershim: 'dockershim' }).toEqual(inLane);
			expect(messagesOf(language, 'dockershim')).toBe(messages[language]);
		}
	});

	it('name the one button Run, and the switch so that both sides find it', () => {
		expect([messages.en.run, messages.zh.run]).toEqual(['Run', '运行']);
		expect(messages.en.switchLanguageName).toMatch(/中文|Language/);
		expect(messages.zh.switchLanguageName).toMatch(/中文|Language/);
	});

	it('say Chinese with Chinese punctuation', () => {
		const said = [
			JSON.stringify(messages.zh),
			messages.zh.waits(['kubectl', 'API Server', '容器引擎']),
			...messages.zh.givesUp('容器引擎', '1:52'),
			messages.zh.rowName(messages.zh.ordinal('5'), 'kubelet', '容器', 'gRPC', 'Exec'),
			messages.zh.hopOf('容器引擎', '容器')
		].join('\n');
		expect(said).not.toMatch(/\p{Script=Han}[,.:;!?]|[,.:;!?] ?\p{Script=Han}/u);
		expect(said).not.toMatch(/\p{Script=Han} \p{Script=Han}/u);
	});

	it('use no other word that reads as the button Run', () => {
		const { run: _run, ...others } = messages.zh;
		expect(JSON.stringify(others)).not.toContain('运行');
	});
});

describe('firstLanguage', () => {
	it('follows the choice, then the browser, then English', () => {
		expect(firstLanguage('zh', ['en-US'])).toBe('zh');
		expect(firstLanguage(null, ['fr', 'zh-CN', 'en'])).toBe('zh');
		expect(firstLanguage('klingon', ['fr'])).toBe('en');
	});
});

/** Keys and kinds, all the way down. */
function shape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length;
	if (typeof value !== 'object' || value === null) return typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}
