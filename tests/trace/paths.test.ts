import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { eras, type EraId } from '../../src/lib/trace/eras.ts';
import { pathOf, stepsOfPath, streamVerbs, type FirstProtocol } from '../../src/lib/trace/paths.ts';
import { steps, type StepShape } from '../../src/lib/trace/steps.ts';

const eraIds = Object.keys(eras) as EraId[];
const all = eraIds.flatMap((era) =>
	streamVerbs.flatMap((verb) =>
		(['spdy', 'websocket'] as const).map((first) => [era, verb, first] as const)
	)
);
const between = (path: readonly string[], from: string, to: string) =>
	path.slice(path.indexOf(from), path.indexOf(to) + 1);
const exec = (era: EraId, first: FirstProtocol) => pathOf(era, 'exec', first);

describe('the paths', () => {
	it.each(all)('of %s, %s by %s have only steps of the era, each once', (era, verb, first) => {
		const path = stepsOfPath(era, verb, first);
		for (const { s, id } of path) {
			const shape: StepShape = steps[id];
			expect(shape.eras, s).toContain(era);
		}
		const names = pathOf(era, verb, first);
		expect(new Set(names).size).toBe(names.length);
	});

	it.each(all)('of %s, %s by %s hand on from lane to lane', (era, verb, first) => {
		const lanes = new Set(['kubectl']);
		for (const { s, from, to } of stepsOfPath(era, verb, first)) {
			// The streaming server is called inside the shim before its own socket is.
			expect(lanes, s).toContain(s === 'cache-insert' ? 'dockershim' : from);
			lanes.add(from).add(to);
		}
	});

	it('follow a redirect only where the kubelet sends one', () => {
		expect(between(exec('1.15-redirect', 'spdy'), 'token-url', 'serve-exec')).toEqual([
			...['token-url', 'redirect', 'follow-redirect', 'kubelet-authorize-redirect'],
			...['cri-handler', 'token-consume', 'serve-exec']
		]);
		for (const era of eraIds.slice(1))
			expect(between(exec(era, 'spdy'), 'token-url', 'serve-exec')).toEqual([
				...['token-url', 'kubelet-proxy', 'token-consume', 'serve-exec']
			]);
	});

	it('ask twice where nobody takes a WebSocket', () => {
		const path = exec('1.24-cri', 'websocket');
		expect(path.slice(path.indexOf('try1/serve-exec'), path.indexOf('post-exec') + 1)).toEqual([
			...['try1/serve-exec', 'try1/kubelet-proxy:reply', 'try1/kubelet-exec:reply'],
			...['try1/websocket-exec:reply', 'choose-container', 'post-exec']
		]);
	});

	it('accept before they ask the kubelet where the API server translates', () => {
		expect(between(exec('1.31-websocket', 'websocket'), 'websocket-exec', 'get-exec')).toEqual([
			...['websocket-exec', 'authorize', 'connect', 'exec-location', 'websocket-accept'],
			...['translate', 'kubelet-exec', 'kubelet-authorize', 'get-exec']
		]);
	});

	it('authorize twice since 1.35, and only a GET', () => {
		expect(between(exec('1.35', 'websocket'), 'connect', 'exec-location')).toEqual([
			...['connect', 'authorize-create', 'exec-location']
		]);
		expect(exec('1.35', 'spdy')).not.toContain('authorize-create');
	});

	it('ask the runtime before they accept where the kubelet translates', () => {
		const path = exec('1.36', 'websocket');
		expect(between(path, 'exec-location', 'get-exec')).toEqual([
			...['exec-location', 'kubelet-websocket', 'kubelet-authorize', 'get-exec']
		]);
		expect(between(path, 'token-url', 'stream-open')).toEqual([
			...['token-url', 'websocket-accept', 'translate', 'kubelet-proxy', 'token-consume'],
			...['serve-exec', 'switching-protocols', 'stream-open']
		]);
		expect(path).not.toContain('kubelet-exec');
	});

	it('give the streams of the far end to whoever translates', () => {
		const lanesOf = (era: EraId, s: string) => {
			const { from, to } = stepsOfPath(era, 'exec', 'websocket').find((each) => each.s === s)!;
			return [from, to];
		};
		expect(lanesOf('1.31-websocket', 'stream-open')).toEqual(['apiserver', 'streaming']);
		expect(lanesOf('1.31-websocket', 'stream-open:reply')).toEqual(['streaming', 'apiserver']);
		expect(lanesOf('1.36', 'switching-protocols')).toEqual(['streaming', 'kubelet']);
		expect(lanesOf('1.36', 'close#2')).toEqual(['kubelet', 'kubectl']);
		expect(lanesOf('1.36', 'websocket-accept')).toEqual(['kubelet', 'kubectl']);
		expect(lanesOf('1.24-cri', 'stream-open')).toEqual(['kubectl', 'streaming']);
	});
});

describe('real runs', () => {
	/** What comes as often as it comes, or depends on caches. */
	const beside = /^(try\d\/)?((discovery|docker-request|resize|stdin-close|ping)\b|io|stream-open)/;
	const namesIn = (name: string) => {
		const text = readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
		const { items, tries } = readRecording(name, text);
		return [...items].map((item) =>
			item.try !== undefined && item.try < tries ? `try${item.try}/${item.s}` : item.s
		);
	};

	it.each([
		['date', 'spdy'],
		['shell', 'spdy'],
		['kubectl-1.36', 'websocket']
	] as const)('%s took the path of its era', (name, first) => {
		const without = (names: readonly string[]) => names.filter((each) => !beside.test(each));
		expect(without(namesIn(name))).toEqual(without(exec('1.15-redirect', first)));
	});
});
