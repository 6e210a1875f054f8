import { expect, it } from 'vitest';
import { JourneyClock } from '../../src/lib/diagram/journey-clock.svelte.ts';
import type { Hop } from '../../src/lib/diagram/journey-hops.ts';
import { beatMs } from '../../src/lib/diagram/journey-spark.ts';
import type { Journey } from '../../src/lib/diagram/journey.ts';

const hop: Hop = {
	from: 'kubectl',
	to: 'apiserver',
	kind: 'socket',
	span: undefined,
	layers: ['tls'],
	at: 0,
	delay: undefined,
	back: false,
	item: 0
};
const journeyOf = (hops: number, settled: boolean): Journey => ({
	kind: 'key',
	id: 'one',
	char: 'l',
	hops: Array<Hop>(hops).fill(hop),
	settled,
	echoed: false
});

it('stands still until it begins, and stops where all has arrived', () => {
	const clock = new JourneyClock(() => journeyOf(2, true));
	clock.tick(beatMs);
	expect(clock.hop).toBe(-1);
	clock.begin();
	clock.tick(beatMs * 1.5);
	expect([clock.hop, clock.playing, clock.arrived]).toEqual([1, true, false]);
	clock.tick(beatMs);
	expect([clock.hop, clock.playing, clock.arrived]).toEqual([1, false, true]);
	clock.toggle();
	expect([clock.hop, clock.playing]).toEqual([-1, true]);
});

it('rests where it is told to, and plays on from there', () => {
	const clock = new JourneyClock(() => journeyOf(3, true));
	clock.begin();
	clock.goTo(1);
	expect([clock.hop, clock.playing]).toEqual([1, false]);
	clock.tick(beatMs);
	expect(clock.hop).toBe(1);
	clock.toggle();
	clock.tick(beatMs / 2);
	expect(clock.hop).toBe(2);
});

it('waits at the end for the hops of a live run', () => {
	let journey = journeyOf(1, false);
	const clock = new JourneyClock(() => journey);
	clock.begin();
	clock.tick(beatMs * 5);
	expect([clock.playing, clock.arrived]).toEqual([true, false]);
	journey = journeyOf(2, true);
	const grown = new JourneyClock(() => journey);
	grown.at = clock.at;
	expect([grown.hop, grown.atEnd]).toEqual([0, false]);
});

it('has nowhere to go without a journey', () => {
	const clock = new JourneyClock(() => undefined);
	clock.begin();
	clock.tick(beatMs);
	expect([clock.hop, clock.arrived]).toEqual([-1, false]);
});
