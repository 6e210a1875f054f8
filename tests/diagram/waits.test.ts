import { describe, expect, it } from 'vitest';
import { Waits } from '../../src/lib/diagram/waits.ts';
import { Rows, type Detail } from '../../src/lib/diagram/rows.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { findItem } from '../../src/lib/recording/find-item.ts';
import { sampleRecording } from '../support/sample-recording.ts';
import { saidRecording } from '../support/said-recording.ts';

const recording = readRecording('a', sampleRecording());
const waits = new Waits(recording.items);
const rowsAt = (detail: Detail) => new Rows(recording, detail);

function bars(s: string, detail: Detail = 2) {
	const rows = rowsAt(detail);
	return waits.bars(rows, findItem(recording, s), 0, rows.length - 1);
}

describe('Waits', () => {
	it('last from a request to its answer', () => {
		const lane = (s: string) => bars(s).filter((bar) => bar.lane === 'kubectl');
		expect(lane('authorize-get')).toContainEqual({ lane: 'kubectl', from: 2, to: 3 });
		expect(lane('connect')).toContainEqual({ lane: 'kubectl', from: 2, to: 4 });
	});

	it('all end at the 101 that travels back through the proxies', () => {
		const at = findItem(recording, 'switching-protocols');
		expect(bars('stream-open').filter((bar) => bar.to > at)).toEqual([]);
	});

	it('end by an answer that level 1 hides', () => {
		expect(bars('post-exec', 1).every((bar) => bar.from > 0 || bar.to < 1)).toBe(true);
	});

	it('say who waits for whom, outermost first', () => {
		const chain = waits.chain(rowsAt(2), findItem(recording, 'check-container'));
		expect(chain).toEqual(['kubectl', 'apiserver', 'kubelet']);
	});

	it('are the same bars in every window that they cross', () => {
		const rows = rowsAt(2);
		const cursor = recording.items.length - 1;
		const all = waits.bars(rows, cursor, 0, rows.length - 1);
		for (let k = 0; k < rows.length; k++) {
			const crossing = all.filter((bar) => bar.from <= k && bar.to >= k);
			expect(waits.bars(rows, cursor, k, k)).toEqual(expect.arrayContaining(crossing));
		}
	});
});

describe('Waits where somebody between translates', () => {
	/** Who waits as a step is shown, outermost first. */
	const waiting = (lines: Parameters<typeof saidRecording>[0], s: string) => {
		const run = readRecording('a', saidRecording(lines));
		return new Waits(run.items).chain(new Rows(run, 2), findItem(run, s));
	};
	const ran = [
		['stream-open', 'apiserver', 'streaming'],
		['stream-open:reply', 'streaming', 'apiserver'],
		['check-container#2', 'dockershim']
	] as const;

	it('end for kubectl with the 101 of the API server, and for that with the one of the far end', () => {
		const lines = [
			['websocket-exec', 'kubectl', 'apiserver'],
			['exec-location', 'apiserver'],
			['websocket-accept', 'apiserver', 'kubectl'],
			['translate', 'apiserver'],
			['kubelet-exec', 'apiserver', 'kubelet'],
			['kubelet-proxy', 'kubelet', 'streaming'],
			['serve-exec', 'streaming'],
			['switching-protocols', 'streaming', 'apiserver'],
			...ran
		] as const;
		expect(waiting(lines, 'exec-location')).toEqual(['kubectl']);
		expect(waiting(lines, 'translate')).toEqual([]);
		expect(waiting(lines, 'serve-exec')).toEqual(['apiserver', 'kubelet']);
		expect(waiting(lines, 'check-container#2')).toEqual([]);
	});

	it('end for both before it where the kubelet translates', () => {
		const lines = [
			['websocket-exec', 'kubectl', 'apiserver'],
			['kubelet-websocket', 'apiserver', 'kubelet'],
			['get-exec', 'kubelet'],
			['websocket-accept', 'kubelet', 'kubectl'],
			['kubelet-proxy', 'kubelet', 'streaming'],
			['serve-exec', 'streaming'],
			['switching-protocols', 'streaming', 'kubelet'],
			['stream-open', 'kubelet', 'streaming']
		] as const;
		expect(waiting(lines, 'get-exec')).toEqual(['kubectl', 'apiserver']);
		expect(waiting(lines, 'serve-exec')).toEqual(['kubelet']);
	});

	it('last for kubectl until a tunnel accepts, after the far end has', () => {
		const lines = [
			['websocket-exec', 'kubectl', 'apiserver'],
			['tunnel', 'apiserver'],
			['kubelet-exec', 'apiserver', 'kubelet'],
			['kubelet-proxy', 'kubelet', 'streaming'],
			['switching-protocols', 'streaming', 'apiserver'],
			['connect', 'apiserver'],
			['websocket-accept', 'apiserver', 'kubectl'],
			...ran
		] as const;
		expect(waiting(lines, 'connect')).toEqual(['kubectl']);
		expect(waiting(lines, 'check-container#2')).toEqual([]);
	});
});
