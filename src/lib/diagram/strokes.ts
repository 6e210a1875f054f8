import type { Arrow } from './arrow.ts';
import type { Row } from './rows.ts';

/** One path of the drawing. */
export interface Stroke {
	d: string;
	stroke: string;
	width: string;
	dash?: string | undefined;
	fill?: string | undefined;
	round?: boolean | undefined;
}

/** What is drawn of one row: its line, what stands at its end, and the marks of what is held or failed. */
export interface Strokes {
	line: Stroke;
	head: Stroke;
	marks: Stroke[];
}

export interface Stroked {
	row: Pick<Row, 'wire' | 'part'>;
	arrow: Arrow;
	state: 'past' | 'now' | 'future';
	held: boolean;
	/** Both ends on one lane: drawn as a tick with a square, at `x1`. */
	inside: boolean;
	x1: number;
	y: number;
	badge: number;
	projector: boolean;
}

const ghost = 'var(--ghost)';
const nothing = { d: '', stroke: 'none', width: '0' };

/** The strokes of a row; colours and widths are those of the theme. */
export function strokesOf(one: Stroked): Strokes {
	const { arrow, row, state, held } = one;
	const future = state === 'future';
	const gateWidth = one.projector ? '5' : '3';
	if (one.inside) {
		const stroke = future ? ghost : 'var(--ink-2)';
		const { x1, y } = one;
		const gate = x1 + 7 + one.badge + 6;
		return {
			line: { d: `M${x1} ${y}h9`, stroke, width: 'var(--line)' },
			head: { ...nothing, d: `M${x1 - 3.5} ${y - 3.5}h7v7h-7z`, fill: stroke },
			marks: held
				? [{ d: `M${gate} ${y - 9}v18m6 -18v18`, stroke: 'var(--ink)', width: gateWidth }]
				: []
		};
	}
	const stroke = future ? ghost : 'var(--c)';
	const width = widthOf(one);
	const marks: Stroke[] = [];
	if (arrow.unsent) marks.push({ d: arrow.unsent, stroke, width: '1.5', dash: '3 4' });
	if (arrow.cross)
		marks.push({ d: arrow.cross, stroke: future ? ghost : 'var(--error)', width: '2.5' });
	if (arrow.gate) marks.push({ d: arrow.gate, stroke: 'var(--ink)', width: gateWidth });
	const filled = arrow.headFilled && !held;
	return {
		line: {
			d: arrow.lines.join(''),
			stroke,
			width: row.wire === 'S' ? `calc(${width} * 0.8)` : width,
			dash: arrow.dash,
			round: row.wire === 'D'
		},
		head: arrow.head
			? {
					d: arrow.head,
					stroke: filled ? 'none' : stroke,
					width: held ? '1.5' : width,
					fill: held ? 'var(--marker-soft)' : arrow.headFilled ? stroke : 'none'
				}
			: nothing,
		marks
	};
}

function widthOf({ state, row }: Stroked): string {
	if (state === 'now' && !row.part) return 'var(--line-now)';
	return state === 'future' ? 'var(--line-future)' : 'var(--line)';
}
