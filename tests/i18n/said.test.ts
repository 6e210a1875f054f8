import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messages } from '../../src/lib/i18n/messages.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import type { Item } from '../../src/lib/recording/recording.ts';
import type { Facts } from '../../src/lib/trace/event.ts';
import type { StepId } from '../../src/lib/trace/steps.ts';

const folders = ['static/recordings', 'tests/fixtures/recordings'];
const items = folders.flatMap((folder) =>
	readdirSync(folder).flatMap((name) => [
		...readRecording(name, readFileSync(`${folder}/${name}`, 'utf8')).items
	])
);
const { told } = messages.zh;
const of = (id: StepId, facts: Facts, { reply = false, n = '' } = {}) =>
	told({ id, reply, n, facts });

/** Words of a recorded text that are neither names in code nor one of the step's own values. */
function englishIn({ n, fn, facts }: Item): string[] {
	const values = [fn, JSON.stringify(facts)].join(' ');
	return n
		.split(/[^\w.:#-]+/)
		.filter((word) => /^[A-Za-z][a-z]+$/.test(word) && !values.includes(word));
}

describe('what the programs said', () => {
	it('is told in Chinese for every call of every recording that is not a literal', () => {
		const calls = items.filter(({ kind }) => kind === 'call');
		expect(calls.length).toBeGreaterThan(100);
		const untold = calls.filter((item) => told(item) === undefined && englishIn(item).length > 0);
		expect(untold.map(({ s, n }) => `${s}: ${n}`)).toEqual([]);
	});

	it('is told in Chinese for counts and exit codes on arrows, too', () => {
		const ours = /\b(bytes?|sandbox(es)?|containers?|images?|exit|not here)$|^exit \d+$/;
		const said = items.filter(({ kind, n }) => kind === 'arrow' && ours.test(n));
		expect(new Set(said.map(({ id }) => id)).size).toBeGreaterThan(3);
		for (const item of said) expect(told(item), item.n).toMatch(/\p{Script=Han}/u);
	});

	it('keeps the English words as they are', () => {
		expect(items.filter((item) => messages.en.told(item) !== undefined)).toEqual([]);
	});

	it('has a blank where Chinese meets Latin letters, and Chinese punctuation', () => {
		const said = items.flatMap((item) => told(item) ?? []).join('\n');
		expect(said).not.toMatch(/\p{Script=Han}[\w,.:;!?]|[\w,.:;!?]\p{Script=Han}/u);
	});

	it('says who may do what, and who may not', () => {
		const dev = { user: 'dev', verb: 'create', resource: 'pods/exec' };
		expect(of('authorize', { ...dev, allowed: false })).toBe('RBAC：dev 无权 create pods/exec');
		expect(of('authorize', { ...dev, allowed: true })).toBe('RBAC：dev 有权 create pods/exec');
		const filter = { user: 'x', verb: 'get', resource: 'nodes', subresource: 'proxy' };
		expect(of('kubelet-authorize', { ...filter, decision: 'deny' })).toBe('x 无权 get nodes/proxy');
		expect(of('kubelet-authorize', { decision: 'deny', status: 401 })).toBe('请求者是谁？');
	});

	it('tells where an exec goes, or why it goes nowhere', () => {
		expect(of('exec-location', { url: 'https://a/b' })).toBe('ExecLocation 为 https://a/b');
		expect(of('exec-location', { error: 'no host' })).toBe('ExecLocation 失败：no host');
	});

	it('tells of a forwarded port', () => {
		expect(of('forward-port', { port: 80 })).toBe('Pod 里的 localhost:80');
		expect(of('io', { port: 80, len: 5 })).toBe('端口 80 5 字节');
		expect(of('portforward-location', { url: 'https://a' })).toBe(
			'PortForwardLocation 为 https://a'
		);
	});

	it('counts what a runtime has', () => {
		expect(of('cri-call', {}, { reply: true, n: '2 images' })).toBe('2 个镜像');
		expect(of('cri-call', { image: null }, { reply: true, n: 'not here' })).toBe('本机没有');
		expect(of('cri-call', { containers: [] }, { reply: true })).toBe('0 个容器');
	});

	it('leaves the recorded words where a fact is missing or is none', () => {
		const ids = [
			'authorize',
			'choose-container',
			'exec-location',
			'kubelet-authorize',
			'io'
		] as const;
		for (const id of [...ids, 'process-exit', 'exit-status'] as const)
			for (const facts of [{}, { user: 7, container: {}, url: null, len: '9', exitCode: '0' }])
				expect(of(id, facts), id).toBeUndefined();
		const error = { exitCode: 1, reason: 'InternalError' };
		expect(of('exit-status', error)).toBeUndefined();
	});
});
