import type { ActionId } from './actions.ts';

export interface Box {
	left: number;
	right: number;
	top: number;
	bottom: number;
}

/** Where the keys are laid: on an edge of their buttons, never on each other, and on as few words as can be. */
export interface Wanted {
	id: ActionId;
	box: Box;
	/** Of the key as it is drawn. */
	width: number;
	height: number;
}

export interface Place {
	id: ActionId;
	/** Middle of the key. */
	x: number;
	y: number;
}

interface Point {
	x: number;
	y: number;
}

const gap = 2;
/** So far off the edge that the word of the button stays readable. */
const off = 5;
/** Further away from its button than this a key says nothing. */
const mostSteps = 12;

/** `words` are the boxes of all texts nearby. */
export function apart(
	wanted: readonly Wanted[],
	size: { width: number; height: number },
	words: readonly Box[] = []
): Place[] {
	const placed: Box[] = [];
	return wanted.map((key) => {
		const window = { left: 0, top: 0, right: size.width, bottom: size.height };
		const others = words.filter((word) => !isInside(word, key.box));
		const free = edges(key)
			.map(({ beside, ...at }) => {
				const box = boxAt(key, at);
				return {
					at,
					beside,
					box,
					covered: others.reduce((sum, word) => sum + overlap(word, box), 0)
				};
			})
			.filter(
				({ box }) => isInside(box, window) && !placed.some((one) => overlap(grown(one), box) > 0)
			)
			// Beside is the next button: there it would be taken for that one's key.
			.filter(({ beside, covered }) => !beside || covered === 0);
		const best = free.find(
			({ covered }) => covered === Math.min(...free.map((one) => one.covered))
		);
		const { x, y } = best?.at ?? furtherOff(key, size, placed);
		placed.push(boxAt(key, { x, y }));
		return { id: key.id, x, y };
	});
}

/** Below, above, beside: in this order where it is the same to the words. */
function edges({ box, width }: Wanted): (Point & { beside: boolean })[] {
	const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
	return [
		{ x, y: box.bottom + off, beside: false },
		{ x, y: box.top - off, beside: false },
		{ x: box.right + width / 2, y, beside: true },
		{ x: box.left - width / 2, y, beside: true }
	];
}

/** Where every edge is taken or out of the window: as near as there is room. */
function furtherOff(
	{ box, width, height }: Wanted,
	size: { width: number; height: number },
	placed: readonly Box[]
): Point {
	const x = within((box.left + box.right) / 2, width / 2, size.width - width / 2);
	const down = box.bottom + off + height / 2 <= size.height;
	let y = down ? box.bottom + off : box.top - off;
	const taken = () =>
		placed.some((one) => overlap(grown(one), boxAt({ width, height }, { x, y })) > 0);
	for (let step = 0; taken() && step < mostSteps; step++) y += (down ? 1 : -1) * (height + gap);
	return { x, y: within(y, height / 2, size.height - height / 2) };
}

const boxAt = ({ width, height }: Pick<Wanted, 'width' | 'height'>, { x, y }: Point): Box => ({
	left: x - width / 2,
	right: x + width / 2,
	top: y - height / 2,
	bottom: y + height / 2
});

const grown = ({ left, right, top, bottom }: Box): Box => ({
	left: left - gap,
	right: right + gap,
	top: top - gap,
	bottom: bottom + gap
});

const isInside = (inner: Box, outer: Box): boolean =>
	inner.left >= outer.left &&
	inner.right <= outer.right &&
	inner.top >= outer.top &&
	inner.bottom <= outer.bottom;

/** Area that two boxes share. */
function overlap(one: Box, other: Box): number {
	const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
	const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
	return wide > 0 && high > 0 ? wide * high : 0;
}

const within = (value: number, least: number, most: number): number =>
	Math.max(least, Math.min(most, value));
