import { expect, it } from 'vitest';
import { journey } from '../../src/lib/i18n/journey.ts';

const { en, zh } = journey;

it('names what is in what, the innermost first', () => {
	expect(en.wrapped(['SPDY DATA', 'TLS'])).toBe('SPDY DATA in TLS');
	expect(zh.wrapped(['stdcopy 帧', 'Docker 原始字节流', 'unix 套接字'])).toBe(
		'stdcopy 帧（外面是 Docker 原始字节流、unix 套接字）'
	);
	expect([en.wrapped(['pipe']), zh.wrapped(['管道'])]).toEqual(['pipe', '管道']);
});

it('says a hop in one sentence', () => {
	const later = en.laterWords('0.4');
	expect(en.hop('2', '12', 'API server to kubelet', 'SPDY DATA in TLS', later)).toBe(
		'Hop 2 of 12: API server to kubelet, SPDY DATA in TLS, 0.4 milliseconds later.'
	);
	expect(en.says('3', 'details.causes[0].message')).toBe(
		' It says 3, in details.causes[0].message.'
	);
});

it('says Chinese with Chinese punctuation', () => {
	const said = [
		zh.hop('2', '12', '容器引擎到容器', zh.wrapped(['终端']), zh.laterWords('0.4')),
		zh.hop('3', '12', '容器到容器引擎', zh.wrapped(['管道']), zh.unseenWords),
		zh.says('0', '') + zh.says('0', 'ExitCode'),
		zh.within('容器') + zh.within('kubectl'),
		zh.total('5.8')
	].join('\n');
	expect(said).not.toMatch(/\p{Script=Han}[,.:;!?()]|[,.:;!?()] ?\p{Script=Han}/u);
	expect(said).not.toMatch(/\p{Script=Han} \p{Script=Han}/u);
});
