import { describe, expect, it } from 'vitest';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { saidRecording } from '../support/said-recording.ts';

/** By the name of each answer, what it answers. */
function answersIn(lines: Parameters<typeof saidRecording>[0]): Record<string, string> {
	const { items } = readRecording('a', saidRecording(lines));
	return Object.fromEntries(
		[...items].flatMap(({ s, answers }) =>
			answers === undefined ? [] : [[s, items.at(answers)!.s]]
		)
	);
}

describe('an answer with several questions', () => {
	it('is the answer to the one that was asked', () => {
		const redirected = [
			['cri-handler', 'kubelet', 'streaming'],
			['switching-protocols', 'streaming', 'kubectl']
		] as const;
		expect(answersIn(redirected)).toEqual({ 'switching-protocols': 'cri-handler' });
		const proxied = [
			['kubelet-proxy', 'kubelet', 'streaming'],
			['switching-protocols', 'streaming', 'kubectl']
		] as const;
		expect(answersIn(proxied)).toEqual({ 'switching-protocols': 'kubelet-proxy' });
	});

	it('goes to the innermost that is open, unless the lanes say which', () => {
		const kubelet = [
			['websocket-exec', 'kubectl', 'apiserver'],
			['kubelet-websocket', 'apiserver', 'kubelet']
		] as const;
		expect(answersIn([...kubelet, ['websocket-accept', 'kubelet', 'kubectl']])).toEqual({
			'websocket-accept': 'kubelet-websocket'
		});
		expect(answersIn([...kubelet, ['websocket-accept', 'apiserver', 'kubectl']])).toEqual({
			'websocket-accept': 'websocket-exec'
		});
	});

	it('leaves alone what has been refused already', () => {
		expect(
			answersIn([
				['kubelet-proxy', 'kubelet', 'streaming'],
				['kubelet-proxy:reply', 'streaming', 'kubelet'],
				['kubelet-proxy#2', 'kubelet', 'streaming'],
				['switching-protocols', 'streaming', 'kubectl']
			])
		).toEqual({
			'kubelet-proxy:reply': 'kubelet-proxy',
			'switching-protocols': 'kubelet-proxy#2'
		});
	});
});
