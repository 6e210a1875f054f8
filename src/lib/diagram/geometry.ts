import { scalePoint } from 'd3';
import { lanes, type LaneId } from '../trace/lanes.ts';

/** Where lanes and rows stand, in pixels. Nothing here draws. */
export type Shape = 'page' | 'projector' | 'phone';

/** The sizes that differ between a page, a projector and a phone. */
export interface Metrics {
	shape: Shape;
	row: number;
	rowNow: number;
	rowHeld: number;
	badge: number;
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
	fontPx: number;
	padTop: number;
}

const page: Metrics = {
	shape: 'page',
	row: 24,
	rowNow: 34,
	rowHeld: 64,
	badge: 18,
	chapterX: 20,
	numberRight: 118,
	firstLane: 164,
	right: 139,
	pitch: [84, 168],
	times: 20,
	labels: true,
	fontPx: 14,
	padTop: 8
};

const projector: Metrics = {
	...page,
	shape: 'projector',
	row: 48,
	rowNow: 48,
	rowHeld: 98,
	badge: 28,
	numberRight: 44,
	firstLane: 104,
	right: 106,
	pitch: [84, 214],
	times: undefined,
	fontPx: 22,
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
	right: 45,
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

/** Spreads the lanes over a width. Where they would stand too close, the streaming server and then the container fold. */
export function layoutLanes(
	shown: readonly LaneId[],
	width: number,
	m: Metrics,
	foldStreaming = false
): LaneLayout {
	let kept = lanes.filter((lane) => shown.includes(lane.id)).map((lane) => lane.id);
	if (foldStreaming) kept = without(kept, 'streaming', 'dockershim');
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
	const x = (id: LaneId): number => scale(id) ?? scale(ownerOf(id) ?? kept[0]!) ?? m.firstLane;
	return {
		lanes: kept.map((id) => ({
			id,
			x: x(id),
			place: lanes.find((lane) => lane.id === id)!.place,
			folded: shown.filter((other) => !kept.includes(other) && ownerOf(other) === id)
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

function ownerOf(id: LaneId): LaneId | undefined {
	const lane = lanes.find((one) => one.id === id);
	return lane && 'owner' in lane ? lane.owner : undefined;
}

export interface RowAt {
	top: number;
	height: number;
	/** Middle of the arrow. */
	y: number;
}

/** Where each row stands, the current one being taller; and how high all of them are. */
export function layoutRows(
	count: number,
	current: number,
	held: boolean,
	m: Metrics
): { at(row: number): RowAt; height: number; rowAt(y: number): number } {
	const now = held ? m.rowHeld : m.rowNow;
	const extra = current >= 0 && current < count ? now - m.row : 0;
	const at = (row: number): RowAt => {
		const top = m.padTop + row * m.row + (row > current && extra > 0 ? extra : 0);
		const height = row === current ? now : m.row;
		const inset = row === current ? Math.min(5, (m.rowNow - m.row) / 2) : 0;
		return { top, height, y: top + inset + m.row / 2 };
	};
	return {
		at,
		height: m.padTop * 2 + count * m.row + extra,
		rowAt: (y) => {
			const plain = Math.floor((y - m.padTop) / m.row);
			const shifted = Math.floor((y - m.padTop - extra) / m.row);
			return Math.max(
				0,
				Math.min(count - 1, plain <= current ? plain : Math.max(current, shifted))
			);
		}
	};
}

/** More rows than this are windowed. */
export const windowFrom = 150;

/** Which rows are in the page: all but for a long ladder, of which those near the view are. */
export function visibleRows(
	count: number,
	from: number,
	to: number
): { first: number; last: number } {
	if (count <= windowFrom) return { first: 0, last: count - 1 };
	const spare = 40;
	return { first: Math.max(0, from - spare), last: Math.min(count - 1, to + spare) };
}

/** Where to scroll so that the current row is seen: it moves only when the row would leave the middle third. */
export function scrollFor(
	row: RowAt,
	top: number,
	view: number,
	height: number,
	m: Metrics
): number {
	const middle = row.top + row.height / 2 - top;
	if (middle > view / 3 && middle < (view * 2) / 3) return top;
	const place = row.top + row.height / 2 - (view * 3) / 5;
	// No half row at the upper edge.
	const wanted = place <= 0 ? 0 : m.padTop + Math.round((place - m.padTop) / m.row) * m.row;
	return Math.max(0, Math.min(height - view, wanted));
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
