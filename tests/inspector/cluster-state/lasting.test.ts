import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LastingList } from '../../../src/lib/inspector/cluster-state/lasting.ts';

it('answers as a search through all would, whatever came and went', () => {
	const spans = fc.array(fc.tuple(fc.nat(3), fc.option(fc.nat(400))), { maxLength: 1500 });
	fc.assert(
		fc.property(spans, fc.nat(4500), (given, cursor) => {
			const list = new LastingList<{ from: number; to: number }>();
			let from = 0;
			for (const [step, lasts] of given) {
				from += step;
				// Half of the ends are told only afterwards, as connections' are.
				const one = list.add({ from, to: lasts !== null && step % 2 ? from + lasts : Infinity });
				if (lasts !== null) one.to = from + lasts;
			}
			expect(list.at(cursor)).toEqual(
				list.all.filter((one) => one.from <= cursor && one.to >= cursor)
			);
		}),
		{ numRuns: 60 }
	);
});

it('does not go through all that ever were', () => {
	const list = new LastingList<{ from: number; to: number }>();
	for (let at = 0; at < 200_000; at++) list.add({ from: at, to: at + 2 });
	let read = 0;
	const counted = list.all.map(({ from, to }) => ({
		get from() {
			read++;
			return from;
		},
		to
	}));
	const other = new LastingList<{ from: number; to: number }>();
	for (const one of counted) other.add(one);
	read = 0;
	expect(other.at(150_000)).toHaveLength(3);
	expect(read).toBeLessThan(30);
});
