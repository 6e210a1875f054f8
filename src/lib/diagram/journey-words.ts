import { i18n } from '../i18n/i18n.svelte.ts';
import type { Hop } from './journey-hops.ts';

/** From whom to whom a hop goes, or within whom. */
export function wayOf({ from, to }: Hop): string {
	const { journey, lanes } = i18n.m;
	return from === to ? journey.within(lanes[from]) : journey.arrow(lanes[from], lanes[to]);
}

/** What the byte is wrapped in on a hop, innermost first. */
export function wrappedOf({ layers }: Hop): string {
	const { journey } = i18n.m;
	return journey.wrapped(layers.toReversed().map((name) => journey.layers[name]));
}

/** Hop `k` of `count` as one sentence: the way, the wrappers, the delay, and what it says. */
export function hopSentence(one: Hop, k: number, count: number): string {
	const { journey: m, lanes, hopOf } = i18n.m;
	const way = one.from === one.to ? wayOf(one) : hopOf(lanes[one.from], lanes[one.to]);
	const when =
		one.delay !== undefined ? m.laterWords(i18n.ms(one.delay)) : k === 0 ? '' : m.unseenWords;
	const says = one.says ? m.says(one.says.value, one.says.path) : '';
	return m.hop(i18n.whole(k + 1), i18n.whole(count), way, wrappedOf(one), when) + says;
}
