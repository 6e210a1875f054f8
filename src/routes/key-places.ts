import type { ActionId } from './actions.ts';

/** Where the keys are laid: on the lower edge of their buttons, and never on each other. */
export interface Wanted {
	id: ActionId;
	box: { left: number; right: number; top: number; bottom: number };
	/** Characters of the key. */
	length: number;
}

export interface Place {
	id: ActionId;
	/** Middle of the key. */
	x: number;
	y: number;
}

const height = 24;
const gap = 2;
/** So far off the edge that the word of the button stays readable. */
const below = 5;
const widthOf = (length: number): number => 15 + 9 * length;

export function apart(wanted: readonly Wanted[], size: { width: number; height: number }): Place[] {
	const placed: (Place & { width: number })[] = [];
	for (const { id, box, length } of wanted) {
		const width = widthOf(length);
		const x = within((box.left + box.right) / 2, width / 2, size.width - width / 2);
		// Below the button where there is room, else above it; further away while another key is there.
		const down = box.bottom + below + height / 2 <= size.height;
		let y = down ? box.bottom + below : box.top - below;
		const collides = () =>
			placed.some(
				(one) =>
					Math.abs(one.x - x) < (one.width + width) / 2 + gap && Math.abs(one.y - y) < height + gap
			);
		for (let tries = 0; collides() && tries < 12; tries++) y += (down ? 1 : -1) * (height + gap);
		placed.push({ id, x, y: within(y, height / 2, size.height - height / 2), width });
	}
	return placed.map(({ id, x, y }) => ({ id, x, y }));
}

const within = (value: number, least: number, most: number): number =>
	Math.max(least, Math.min(most, value));
