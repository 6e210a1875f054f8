import type { Metrics } from './geometry.ts';
import type { Places } from './places.ts';

/**
 * Browsers place nothing below some thirty million pixels. A longer ladder stands on a canvas of this height, and
 * scrolls faster than the hand: 1 pixel of the canvas is `stretch` of the ladder.
 */
const tallestPx = 16_000_000;
/** The drawing begins at multiples of this: far down, numbers lose their fractions. */
const basePx = 65_536;

export interface Canvas {
	/** Height of the ladder. */
	whole: number;
	/** Height of the canvas that it is scrolled on. */
	height: number;
	stretch: number;
}

/** `content` is how high the rows are, `view` how much of the ladder is in sight. */
export function canvasOf(
	content: number,
	view: number,
	m: Pick<Metrics, 'row' | 'padTop'>
): Canvas {
	// Rounded so that scrolled to the end, too, no half row stands at the upper edge.
	const below = Math.max(0, Math.ceil((content - view - m.padTop) / m.row)) * m.row;
	const whole = view + below + (content > view ? m.padTop : 0);
	const height = Math.min(whole, tallestPx);
	const stretch = height < whole ? (whole - view) / Math.max(1, height - view) : 1;
	return { whole, height, stretch };
}

/** How high the ladder's upper edge in sight is, and what turns a height of the ladder near it into one of the canvas. */
export function scrolledTo(scrolled: number, { stretch }: Canvas): { top: number; shift: number } {
	const top = scrolled * stretch;
	return { top, shift: scrolled - top };
}

/** What is drawn of the ladder: where the drawing begins, and from there its upper and its lower end. */
export interface Drawing {
	base: number;
	above: number;
	below: number;
}

/** Rows `[first, last]` are drawn; none when `last` is before `first`. */
export function drawingOf(
	places: Pick<Places, 'at'>,
	first: number,
	last: number,
	m: Pick<Metrics, 'row' | 'rowHeld'>
): Drawing {
	if (last < first) return { base: 0, above: 0, below: 0 };
	const from = places.at(first).top;
	const base = Math.floor(from / basePx) * basePx;
	return { base, above: from - base, below: places.at(last).top + m.rowHeld + m.row - base };
}
