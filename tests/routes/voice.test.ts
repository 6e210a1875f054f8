import { expect, test } from 'vitest';
import { voiceFor } from '../../src/routes/voice.ts';

const voice = (lang: string, more: { default?: boolean; localService?: boolean } = {}) => ({
	lang,
	default: false,
	localService: true,
	...more
});

test('a voice of the language, of the same region if there is one', () => {
	const voices = [voice('de-DE'), voice('zh_TW'), voice('cmn-Hans-CN'), voice('en-GB')];
	expect(voiceFor(voices, 'zh-CN')).toBe(voices[2]);
	expect(voiceFor(voices, 'en')).toBe(voices[3]);
});

test("the browser's own choice among equals", () => {
	const voices = [voice('en-GB'), voice('en-US', { default: true })];
	expect(voiceFor(voices, 'en')).toBe(voices[1]);
});

test('none rather than one that sends the words away, or of another language', () => {
	expect(voiceFor([voice('en-US', { localService: false })], 'en')).toBeUndefined();
	expect(voiceFor([voice('fr-FR')], 'en')).toBeUndefined();
	expect(voiceFor([], 'en')).toBeUndefined();
});
