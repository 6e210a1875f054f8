import { describe, expect, it } from 'vitest';
import { Waits } from '../../src/lib/diagram/waits.ts';
import { Rows, type Detail } from '../../src/lib/diagram/rows.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { findItem } from '../../src/lib/recording/find-item.ts';
import { sampleRecording } from '../support/sample-recording.ts';

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
