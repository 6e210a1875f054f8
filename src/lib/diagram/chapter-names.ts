import type { ChapterId } from '../trace/chapters.ts';
import { leastShare, spread, type Segment } from './chapter-bar.ts';
import { textWidth } from './label.ts';

/** A chapter of the time bar with the words that it has room for. */
export interface NamedSegment extends Segment {
	name: string;
}

/** Between a name and the next chapter. */
const gapPx = 7;
/** The current chapter is bold, and stays where it is when it becomes so. */
const bold = 1.06;

/**
 * Makes each chapter as wide as its name where the bar is long enough for all of them. On a shorter one, a chapter that
 * is too narrow for its name goes by its first letter: they begin with different ones in either language. Only the
 * current one is named in full, over those that follow.
 */
export function nameChapters(
	segments: readonly Segment[],
	names: Readonly<Record<ChapterId, string>>,
	barPx: number,
	fontPx: number,
	current: number
): NamedSegment[] {
	const px = Math.max(1, barPx);
	const needs = (text: string) => (textWidth(text, fontPx, false) * bold + gapPx) / px;
	const whole = segments.map(({ chap }) => needs(names[chap]));
	const initial = segments.map(({ chap }) => needs(initialOf(names[chap])));
	const fits = whole.reduce((sum, share) => sum + Math.max(leastShare, share), 0) <= 1;
	const least = (fits ? whole : initial).map((share) => Math.max(leastShare, share));
	const parts = spread(segments, least);
	const at = parts.findLastIndex((part) => part.first <= current);
	const end = at < 0 ? 0 : parts[at]!.from + whole[at]! - rounding;
	return parts.map((part, k) => {
		const name = names[part.chap];
		if (k === at || (part.share + rounding >= whole[k]! && (k < at || part.from >= end)))
			return { ...part, name };
		return { ...part, name: k > at && part.from < end ? '' : initialOf(name) };
	});
}

/** Shares are sums of fractions. */
const rounding = 1e-9;

const initialOf = (name: string): string => [...name][0] ?? '';
