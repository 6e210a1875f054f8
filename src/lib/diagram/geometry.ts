import { scalePoint } from 'd3';
import { lanes, type LaneId } from '../trace/lanes.ts';
import type { Places, RowAt } from './places.ts';

/** Where lanes and rows stand, in pixels. Nothing here draws. */
export type Shape = 'page' | 'projector' | 'phone';

/** The sizes that differ between a page, a projector and a phone. */
export interface Metrics {
	shape: Shape;
	row: number;
	rowNow: number;
	rowHeld: number;
	badge: number;
	/** Length of an arrow's head. */
	head: number;
	/** Left edge of the chapter names, and right edge of the numbers. */
	chapterX: number;
	numberRight: number;
	firstLane: number;
	/** Room right of the last lane, the times among it. */
	right: number;
	pitch: [least: number, most: number];
	/** Right edge of the times from the right; undefined shows none. */
	times: number | undefined;
	labels: boolean;
	/** Every row has its number and time; else only the current one and that which is looked at. */
	numbers: boolean;
	fontPx: number;
	/** Of chapters, numbers and times, whose room stays the same whatever the zoom. */
	edgePx: number;
	padTop: number;
}

const page: Metrics = {
	shape: 'page',
	row: 24,
	rowNow: 34,
	rowHeld: 64,
	badge: 18,
	head: 8,
	chapterX: 20,
	numberRight: 118,
	firstLane: 164,
	right: 139,
	pitch: [84, 168],
	times: 20,
	labels: true,
	numbers: true,
	fontPx: 14,
	edgePx: 14,
	padTop: 8
};

const projector: Metrics = {
	...page,
	shape: 'projector',
	row: 48,
	rowNow: 48,
	rowHeld: 98,
	badge: 28,
	head: 15,
	numberRight: 44,
	firstLane: 104,
	right: 106,
	pitch: [84, 214],
	times: undefined,
	fontPx: 22,
	edgePx: 22,
	padTop: 6
};

const phone: Metrics = {
	...page,
	shape: 'phone',
	row: 26,
	rowNow: 36,
	rowHeld: 36,
	numberRight: 26,
	firstLane: 45,
	// The last lane's name leans over it.
	right: 52,
	pitch: [40, 110],
	times: undefined,
	labels: false,
	padTop: 4
};

export const metrics = { page, projector, phone } as const;

export interface LaneAt {
	id: LaneId;
	x: number;
	place: (typeof lanes)[number]['place'];
	/** Lanes folded into this one. */
	folded: LaneId[];
}

export interface LaneLayout {
	lanes: LaneAt[];
	pitch: number;
	/** Width that the lanes need; more than asked for when they scroll sideways. */
	width: number;
	/** Every lane's x, folded ones at their owner's. */
	x(id: LaneId): number;
}

/** Lower rows have no room for words, numbers and times one below another. */
const legibleRow = 18;

/** Sizes times `zoom`: rows and words grow together, what stands at the edges stays. */
export function zoomed(m: Metrics, zoom: number): Metrics {
	if (zoom === 1) return m;
	const times = (size: number) => Math.round(size * zoom);
	const fontPx = Math.max(14, times(m.fontPx));
	const row = times(m.row);
	return {
		...m,
		row,
		rowNow: Math.max(times(m.rowNow), 34),
		rowHeld: Math.max(times(m.rowHeld), m.rowHeld),
		badge: Math.min(times(m.badge), row),
		head: times(m.head),
		// Lines nearer than their words are high tell only where the arrows go.
		labels: m.labels && row >= legibleRow,
		numbers: row >= legibleRow,
		// Words grow; where the page is wide enough, so does the room between lanes.
		pitch: [m.pitch[0], m.pitch[1] * Math.max(1, zoom)],
		fontPx
	};
}

/** The least height of a projector's row: its badge, and its words at their size, still have room. */
const closestRow = 32;

/**
 * A ladder of this height that nearly fits into the view stands closer, so that a projector shows the whole story
 * without scrolling.
 */
export function fitted(m: Metrics, height: number, view: number): Metrics {
	const pad = m.padTop * 2;
	const row = Math.floor(((view - pad) * m.row) / Math.max(1, height - pad));
	if (row >= m.row || row < closestRow) return m;
	return { ...m, row, rowNow: row };
}

/**
 * Spreads the lanes over a width. The reader's folds come first; where the rest would stand too close, the streaming
 * server and then the container fold. A folded lane stands at its neighbour's place.
 */
export function layoutLanes(
	shown: readonly LaneId[],
	width: number,
	m: Metrics,
	folded: ReadonlySet<LaneId> = new Set()
): LaneLayout {
	const all = lanes.filter((lane) => shown.includes(lane.id)).map((lane) => lane.id);
	let kept = all.filter((id) => !folded.has(id));
	if (kept.length === 0) kept = all.slice(0, 1);
	if (m.shape !== 'phone') {
		for (const [lane, owner] of [
			['streaming', 'dockershim'],
			['container', 'engine']
		] as const)
			if (pitchOf(kept.length, width, m) < m.pitch[0]) kept = without(kept, lane, owner);
	}
	const [least, most] = m.pitch;
	const pitch = Math.min(most, Math.max(least, pitchOf(kept.length, width, m)));
	const last = m.firstLane + pitch * Math.max(0, kept.length - 1);
	const scale = scalePoint<LaneId>(kept, [m.firstLane, last]);
	const host = (id: LaneId): LaneId => hostOf(id, all, kept);
	const x = (id: LaneId): number => scale(host(id)) ?? m.firstLane;
	return {
		lanes: kept.map((id) => ({
			id,
			x: x(id),
			place: lanes.find((lane) => lane.id === id)!.place,
			folded: all.filter((other) => other !== id && host(other) === id)
		})),
		pitch,
		width: Math.max(width, last + Math.min(m.right, m.firstLane)),
		x
	};
}

function pitchOf(count: number, width: number, m: Metrics): number {
	return (width - m.firstLane - m.right) / Math.max(1, count - 1);
}

function without(kept: LaneId[], lane: LaneId, owner: LaneId): LaneId[] {
	return kept.includes(owner) ? kept.filter((id) => id !== lane) : kept;
}

/** The lane at whose place a lane stands: itself, its owner, or else the nearest to the left, then to the right. */
function hostOf(id: LaneId, all: readonly LaneId[], kept: readonly LaneId[]): LaneId {
	if (kept.includes(id)) return id;
	const owner = ownerOf(id);
	if (owner && kept.includes(owner)) return owner;
	const at = all.indexOf(id);
	return all.slice(0, at).findLast((one) => kept.includes(one)) ?? kept[0]!;
}

function ownerOf(id: LaneId): LaneId | undefined {
	const lane = lanes.find((one) => one.id === id);
	return lane && 'owner' in lane ? lane.owner : undefined;
}

/** More rows than this are windowed. */
export const windowFrom = 150;

/** Which rows are drawn: those near the view, in steps of four so that a small scroll draws nothing anew. */
export function visibleRows(
	count: number,
	from: number,
	to: number,
	spare: number
): { first: number; last: number } {
	const first = Math.max(0, Math.floor((from - spare) / 4) * 4);
	const last = Math.min(count - 1, Math.ceil((to + spare) / 4) * 4);
	return { first: Math.min(first, Math.max(0, count - 1)), last };
}

/**
 * Where to scroll so that the current row is seen. It follows from the row alone, so that a step looks the same from
 * wherever one comes; it stays while steps go through the middle third, and then moves by as much.
 */
export function scrollFor(
	row: Pick<RowAt, 'top'>,
	view: number,
	height: number,
	m: Metrics,
	toScale = false
): number {
	// No half row at the upper edge.
	const unit = toScale ? 1 : m.row;
	const third = Math.max(1, Math.floor(view / 3 / unit)) * unit;
	const thirds = Math.floor((row.top + m.row / 2 - m.padTop - view / 3) / third);
	const wanted = thirds <= 0 ? 0 : m.padTop + thirds * third;
	return Math.max(0, Math.min(height - view, wanted));
}

/** Where more rows than this would be drawn, those are left out that stand too close to be told apart. */
const crowdedFrom = 48;
const apartPx = 10;

/** The rows from `first` to `last` that are drawn: all, or enough of them; `always` are among them. */
export function drawnRows(
	first: number,
	last: number,
	places: Pick<Places, 'at' | 'rowAt'>,
	always: readonly number[]
): number[] {
	const drawn: number[] = [];
	const crowded = last - first >= crowdedFrom;
	for (let k = first; k <= last; k++) {
		drawn.push(k);
		if (!crowded) continue;
		const next = Math.max(k, places.rowAt(places.at(k).y + apartPx - 1));
		drawn.push(...always.filter((one) => one > k && one <= Math.min(next, last)));
		k = next;
	}
	return drawn;
}

/** Lane brackets above the names: your side, control plane, node. */
export function placesOf(
	layout: LaneLayout
): { place: LaneAt['place']; from: number; to: number }[] {
	const places: { place: LaneAt['place']; from: number; to: number }[] = [];
	const half = Math.min(54, layout.pitch / 2 - 8);
	for (const lane of layout.lanes) {
		const last = places.at(-1);
		if (last?.place === lane.place) last.to = lane.x + half;
		else places.push({ place: lane.place, from: lane.x - half, to: lane.x + half });
	}
	return places;
}
