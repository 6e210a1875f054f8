import type { Wire } from '../trace/steps.ts';

/** The strokes of one row, as path data in the row's own coordinates. `share` is how much has been drawn, 0 to 1. */
export interface ArrowInput {
	from: number;
	to: number;
	y: number;
	wire: Wire;
	reply: boolean;
	head: number;
	badge: number;
	failed: boolean;
	held: boolean;
	share: number;
	/** Heads at both ends. */
	both?: boolean | undefined;
	/** Where the label interrupts the line. */
	cut?: [from: number, to: number] | undefined;
}

export interface Arrow {
	/** Lines of the hue; two for SPDY. */
	lines: string[];
	dash: string | undefined;
	head: string | undefined;
	headFilled: boolean;
	cross: string | undefined;
	/** Two bars of a held message, and the rest of the way that its bytes have not gone. */
	gate: string | undefined;
	unsent: string | undefined;
	/** Left edge of the badge. */
	badgeX: number;
}

export const dashes: Partial<Record<Wire, string>> = { G: '6 4', D: '0.1 4.5', P: '2 4' };

export function drawArrow(a: ArrowInput): Arrow {
	const sign = a.to >= a.from ? 1 : -1;
	const first = a.from + (a.both ? 2 : 3) * sign;
	const room = a.both ? sign * a.head * 0.9 : 0;
	const start = first + room;
	const tip = a.to - 2 * sign;
	const badgeX = (sign > 0 ? a.from + 7 : a.from - 7 - a.badge) + room;
	const gateX = a.from + sign * (7 + a.badge + 14);
	const end = a.held
		? gateX - sign * 7
		: start + (tip - start) * a.share - (a.share === 1 ? sign * bodyLess(a) : 0);
	const gap = a.wire === 'S' ? Math.max(1.75, a.head * 0.22) : 0;
	const offsets = gap > 0 ? [-gap, gap] : [0];
	return {
		lines: offsets.flatMap((dy) => pieces(start, end, a.y + dy, a.cut)),
		dash: dashes[a.wire],
		head:
			a.share < 1 || a.failed
				? undefined
				: headPath(tip, a.y, sign, a) + (a.both ? headPath(first, a.y, -sign, a) : ''),
		headFilled: !a.reply && !a.held,
		cross: a.failed && a.share === 1 ? crossPath(tip - sign * 3, a.y, a.head * 0.62) : undefined,
		gate: a.held ? gatePath(gateX, a.y, a.head) : undefined,
		unsent: a.held ? `M${r(gateX + sign * 10)} ${a.y}H${r(tip - sign * a.head * 1.2)}` : undefined,
		badgeX
	};
}

/** A filled head and a cross take the line's last pixels. */
function bodyLess(a: ArrowInput): number {
	if (a.failed) return a.head * 0.7 + 3;
	return a.reply ? 1.5 : a.head * 0.9;
}

function pieces(from: number, to: number, y: number, cut: ArrowInput['cut']): string[] {
	if (!cut) return [`M${r(from)} ${r(y)}H${r(to)}`];
	const [low, high] = [Math.min(from, to), Math.max(from, to)];
	const left = Math.min(cut[0], high);
	const right = Math.max(cut[1], low);
	const parts: string[] = [];
	if (left > low) parts.push(`M${r(low)} ${r(y)}H${r(left)}`);
	if (right < high) parts.push(`M${r(right)} ${r(y)}H${r(high)}`);
	return parts;
}

function headPath(x: number, y: number, sign: number, a: ArrowInput): string {
	const back = x - sign * a.head * 0.9;
	const half = a.head * 0.58;
	const open = `M${r(back)} ${r(y - half)}L${r(x)} ${r(y)}L${r(back)} ${r(y + half)}`;
	return a.reply && !a.held ? open : `${open}Z`;
}

function crossPath(x: number, y: number, half: number): string {
	return `M${r(x - half)} ${r(y - half)}L${r(x + half)} ${r(y + half)}M${r(x - half)} ${r(y + half)}L${r(x + half)} ${r(y - half)}`;
}

function gatePath(x: number, y: number, head: number): string {
	const half = head * 1.1;
	return `M${r(x - 3)} ${r(y - half)}V${r(y + half)}M${r(x + 3)} ${r(y - half)}V${r(y + half)}`;
}

const r = (value: number): number => Math.round(value * 100) / 100;
