import { describe, expect, it } from 'vitest';
import { Player } from '../../src/lib/recording/player.svelte.ts';
import { Stops } from '../../src/lib/recording/stops.ts';

function stopsOf(...items: number[]): Stops {
	const stops = new Stops();
	for (const [k, at] of items.entries())
		stops.push({ at, t: k * 1000, end: k * 1000, call: false });
	return stops;
}
const stops = stopsOf(0, 1, 4, 5);

function player(): Player {
	const made = new Player();
	made.setStops(stops);
	return made;
}

describe('Player', () => {
	it('moves over rows, not over the items that a row folds', () => {
		const one = player();
		one.next();
		one.next();
		one.next();
		expect(one.cursor).toBe(4);
		one.back();
		expect(one.cursor).toBe(1);
	});

	it('stays between before the first step and the last', () => {
		const one = player();
		one.back();
		expect(one.cursor).toBe(-1);
		one.seekStop(99);
		expect(one.cursor).toBe(5);
	});

	it('plays in step time and stops at the end', () => {
		const one = player();
		one.play();
		one.tick(16);
		expect(one.cursor).toBe(0);
		one.tick(620);
		expect(one.cursor).toBe(1);
		for (let k = 0; k < 200; k++) one.tick(16);
		expect([one.cursor, one.playing]).toEqual([5, false]);
	});

	it('pauses when somebody steps or seeks', () => {
		const one = player();
		one.play();
		one.next();
		expect(one.playing).toBe(false);
		one.play();
		one.seek(4);
		expect([one.playing, one.cursor]).toEqual([false, 4]);
	});

	it('waits at the end of a live run and goes on when more comes', () => {
		const one = player();
		one.follow();
		for (let k = 0; k < 200; k++) one.tick(16);
		expect([one.cursor, one.playing]).toEqual([5, true]);
		one.setStops(stopsOf(0, 1, 4, 5, 6));
		for (let k = 0; k < 40; k++) one.tick(16);
		expect(one.cursor).toBe(6);
	});

	it('plays again from the start after the end', () => {
		const one = player();
		one.seekStop(3);
		one.play();
		one.tick(16);
		expect(one.cursor).toBe(0);
	});

	it('draws an arrow by the same clock', () => {
		const one = player();
		one.play();
		one.tick(120);
		expect(one.progress).toBeCloseTo(0.5);
		one.pause();
		expect(one.progress).toBe(1);
	});

	it('plays faster and slower, within what can be followed', () => {
		const one = player();
		one.changeSpeed(1);
		one.play();
		one.tick(310);
		expect([one.speed, one.cursor]).toEqual([2, 1]);
		for (let k = 0; k < 20; k++) one.changeSpeed(-1);
		expect(one.speed).toBe(0.1);
	});

	it('plays a chapter over and over', () => {
		const one = player();
		one.loop = { first: 1, last: 2 };
		one.play();
		const seen = new Set<number>();
		for (let k = 0; k < 300; k++) {
			one.tick(16);
			seen.add(one.cursor);
		}
		expect([one.playing, [...seen].sort()]).toEqual([true, [1, 4]]);
	});

	it('moves by the recording’s own time, and out of a long silence', () => {
		const one = player();
		one.seekStop(0);
		one.seekBy(2);
		expect(one.cursor).toBe(4);
		one.seekBy(-1);
		expect(one.cursor).toBe(1);
		one.seekBy(0.1);
		expect(one.cursor).toBe(4);
		one.seekBy(-5000);
		expect(one.cursor).toBe(-1);
	});
});
