import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
	hopAt,
	hopBegins,
	levelsOf,
	restOf,
	sparkAt
} from '../../src/lib/diagram/journey-spark.ts';
import { followKey } from '../../src/lib/diagram/journey.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { lanes, type LaneId } from '../../src/lib/trace/lanes.ts';

const shell = readRecording(
	'shell',
	readFileSync('tests/fixtures/recordings/shell.execscope', 'utf8')
);
const { hops } = followKey(
	shell,
	shell.items.find((item) => item.s === 'io#2')!
);
const x = (lane: LaneId) => lanes.findIndex(({ id }) => id === lane) * 100;
const end = hopBegins(hops).at(-1)!;

it('rests at every lane in turn', () => {
	const rests = hops.map((_, hop) => sparkAt(hops, restOf(hops, hop), x));
	expect(rests.map((spark) => spark.hop)).toEqual(hops.map((_, hop) => hop));
	expect(rests.map((spark) => spark.x)).toEqual(hops.map((hop) => x(hop.to)));
	expect(rests.map((spark) => spark.level)).toEqual(levelsOf(hops, x));
});

it('goes a level lower wherever the way turns', () => {
	expect(levelsOf(hops, x)).toEqual([0, 0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 5]);
	const folded = (lane: LaneId) => x(lane === 'streaming' ? 'dockershim' : lane);
	expect(levelsOf(hops, folded)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
});

it('is the same whichever way one comes to a time, and never jumps', () => {
	const times = Array.from({ length: 500 }, (_, k) => (k / 499) * end);
	const forth = times.map((at) => sparkAt(hops, at, x));
	const back = times.toReversed().map((at) => sparkAt(hops, at, x));
	expect(back.toReversed()).toEqual(forth);
	for (let k = 1; k < forth.length; k++) {
		expect(Math.abs(forth[k]!.x - forth[k - 1]!.x)).toBeLessThan(10);
		expect(Math.abs(forth[k]!.level - forth[k - 1]!.level)).toBeLessThan(0.3);
	}
});

it('stands before the first hop at 0 and at the last when all is over', () => {
	expect(sparkAt(hops, 0, x)).toEqual({ hop: -1, share: 0, x: x('kubectl'), level: 0 });
	expect(sparkAt(hops, end + 5, x)).toMatchObject({ hop: hops.length - 1, share: 1 });
	expect([hopAt(hops, 0), hopAt(hops, end), restOf(hops, -1)]).toEqual([-1, hops.length - 1, 0]);
});

it('stays where it was when a live run adds hops', () => {
	const fewer = hops.slice(0, 4);
	expect(sparkAt(fewer, 2.5, x)).toEqual(sparkAt(hops, 2.5, x));
});

it('knows nothing of no hops', () => {
	expect(sparkAt([], 3, x)).toEqual({ hop: -1, share: 0, x: 0, level: 0 });
	expect(restOf([], 4)).toBe(0);
});
