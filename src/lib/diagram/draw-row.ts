import { drawArrow } from './arrow.ts';
import type { LaneLayout, Metrics } from './geometry.ts';
import { extraWidth, placeLabel, type LabelPlace } from './label.ts';
import type { RowAt } from './places.ts';
import type { RowMarks } from './row-marks.ts';
import type { Row } from './rows.ts';
import { strokesOf, type Strokes } from './strokes.ts';
import type { RowWords } from './words.ts';

/** What the ladder needs to know of a row beside the row itself, to draw it. */
export interface RowState {
	state: 'past' | 'now' | 'future';
	held: boolean;
	/** 0 to 1: how much of the arrow is drawn. */
	share: number;
	/** Buttons and marks that stand behind the label. */
	after: string[];
	/** Of bytes: where the words of their frame stand, in the row above. */
	above?: LabelPlace['side'] | undefined;
}

/** One row in numbers and words: the paint and the list item both draw from it. */
export interface DrawnRow extends RowState {
	row: Row;
	index: number;
	at: RowAt;
	words: RowWords;
	marks: RowMarks;
	label: LabelPlace;
	strokes: Strokes;
	/** Both ends on one lane, as in a call or where lanes are folded. */
	inside: boolean;
	/** Left edge of the badge. */
	badgeX: number;
	x1: number;
	x2: number;
	/** What it was drawn on. */
	layout: LaneLayout;
	metrics: Metrics;
	/** The letter of the badge, and its hue. */
	hue: 'L' | NonNullable<Row['wire']>;
}

export function drawRow(
	row: Row,
	index: number,
	at: RowAt,
	words: RowWords,
	layout: LaneLayout,
	metrics: Metrics,
	how: RowState,
	marks: RowMarks
): DrawnRow {
	const now = how.state === 'now';
	const { x1, x2, inside } = endsOf(row, layout);
	const label = labelOf(row, words, layout, metrics, how);
	const arrow = drawArrow({
		from: x1,
		to: x2,
		y: at.y,
		wire: row.wire ?? 'H',
		reply: row.reply,
		head: metrics.head * (now ? 1.3 : 1),
		badge: metrics.badge,
		failed: words.error,
		held: how.held,
		both: row.fold?.both === true && !row.fold.open,
		share: now ? how.share : 1,
		cut:
			label.side === 'inset' && metrics.labels && at.labelled
				? [label.x - 6, label.x + label.max + 6]
				: undefined
	});
	return {
		...how,
		row,
		index,
		at,
		words,
		marks,
		label,
		strokes: strokesOf({
			...{ row, arrow, inside, x1, y: at.y },
			...{ state: how.state, held: how.held },
			badge: metrics.badge,
			projector: metrics.shape === 'projector'
		}),
		inside,
		badgeX: inside ? x1 + 7 : arrow.badgeX,
		x1,
		x2,
		layout,
		metrics,
		hue: row.kind === 'call' ? 'L' : (row.wire ?? 'H')
	};
}

function endsOf(row: Row, layout: LaneLayout) {
	const x1 = layout.x(row.from);
	const x2 = layout.x(row.to);
	return { x1, x2, inside: row.kind === 'call' || Math.abs(x2 - x1) < 1 };
}

/** Where the words of a row stand. */
export function labelOf(
	row: Row,
	words: RowWords,
	layout: LaneLayout,
	metrics: Metrics,
	{ state, after, above }: Pick<RowState, 'state' | 'after' | 'above'>
): LabelPlace {
	const { x1, x2, inside } = endsOf(row, layout);
	const now = state === 'now' && !row.part;
	// On a phone only bytes have words, which take the width there is.
	const across = metrics.shape === 'phone' && row.part?.kind === 'bytes';
	const font = metrics.fontPx + (now && metrics.shape === 'projector' ? 4 : 0);
	return placeLabel({
		text: words.text,
		mono: words.mono,
		fontPx: font * (now && !words.mono ? 1.04 : 1),
		left: Math.min(x1, x2),
		right: across ? metrics.numberRight - 2 : inside ? x1 + 7 + metrics.badge : Math.max(x1, x2),
		from: metrics.numberRight + 10,
		to: layout.width - (across ? -16 : metrics.times === undefined ? 20 : metrics.times + 50),
		call: inside,
		extra: extraWidth(words.after, after, font),
		beside: across ? 'right' : above === 'inset' ? undefined : above
	});
}

/** Whether a row drawn before would be drawn the same again. */
export function looksAs(
	before: DrawnRow,
	index: number,
	at: RowAt,
	words: RowWords,
	layout: LaneLayout,
	metrics: Metrics,
	how: RowState
): boolean {
	return (
		before.index === index &&
		before.words === words &&
		before.layout === layout &&
		before.metrics === metrics &&
		before.state === how.state &&
		before.held === how.held &&
		before.share === how.share &&
		before.above === how.above &&
		before.at.top === at.top &&
		before.at.y === at.y &&
		before.at.height === at.height &&
		before.at.labelled === at.labelled &&
		before.after.join() === how.after.join()
	);
}
