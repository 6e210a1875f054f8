import { expect, it } from 'vitest';
import { predict } from '../../src/lib/i18n/predict.ts';

const { en, zh } = predict;

it('says why a guess was wrong, in one sentence', () => {
	expect(en.wrongArrow('the kubelet', 'dockershim')).toBe('No: the kubelet to dockershim.');
	expect(en.sends('the kubelet', 'dockershim')).toBe(
		'Nearly: the kubelet sends it, to dockershim.'
	);
	expect(en.wrongCall('the API server')).toBe('No: it happens inside the API server.');
});

it('says Chinese with Chinese punctuation', () => {
	const said = [
		zh.question('准备'),
		zh.newChapter('准备'),
		zh.hinted('容器引擎'),
		zh.wrongArrow('容器引擎', '容器'),
		zh.wrongCall('容器引擎'),
		zh.sends('容器引擎', '容器'),
		zh.score('3', '5')
	].join('\n');
	expect(said).not.toMatch(/\p{Script=Han}[,.:;!?()]|[,.:;!?()] ?\p{Script=Han}/u);
	expect(said).not.toMatch(/\p{Script=Han} \p{Script=Han}/u);
});
