import { lastWhere } from '../recording/column.ts';

/** Where a row's words stand and how they are cut to fit, by measure of characters, so that it can be tested. */
export interface LabelPlace {
	side: 'right' | 'left' | 'inset';
	/** Left edge for `right` and `inset`, right edge for `left`. */
	x: number;
	max: number;
	text: string;
}

export interface LabelInput {
	text: string;
	mono: boolean;
	fontPx: number;
	/** Right end and left end of what is drawn in the row. */
	right: number;
	left: number;
	/** Edges of the room for words. */
	from: number;
	to: number;
	/** Arrow or call: a call's words stand after its badge. */
	call: boolean;
	/** Width of what follows the words in the same row. */
	extra?: number;
	/** Where the words of the row above stand, which this one goes on with. */
	beside?: 'left' | 'right' | undefined;
}

const spare = 24;
/** Beside the words on their paper. */
const padding = 12;
const saidGap = 8;
const markGap = 20;
/** Of a line that the words interrupt so much is left in sight, badge and head among it. */
const insetSpare = 120;
/** Less room than this on either side is not worth a cut label: the line makes way for it instead. */
const leastRoom = 190;

export function placeLabel(input: LabelInput): LabelPlace {
	const { text, left, right } = input;
	const wide = width(input, text);
	const roomRight = input.to - spare - (right + 12);
	const roomLeft = left - 12 - input.from;
	if (input.beside === 'left')
		return { side: 'left', x: left - 12, max: roomLeft, text: cut(input, roomLeft) };
	if (input.beside === 'right') return cutRight(input, roomRight);
	if (wide <= roomRight) return { side: 'right', x: right + 12, max: roomRight, text };
	if (wide <= roomLeft && !input.call) return { side: 'left', x: left - 12, max: roomLeft, text };
	const inner = right - left - insetSpare;
	// A long line has room for all of it, where beside the line it would be cut.
	if (!input.call && wide <= inner) return inset(input, text, wide);
	if (input.call || roomRight >= Math.max(roomLeft, leastRoom)) return cutRight(input, roomRight);
	if (roomLeft >= leastRoom)
		return { side: 'left', x: left - 12, max: roomLeft, text: cut(input, roomLeft) };
	const shown = cut(input, inner);
	return inset(input, shown, Math.min(width(input, shown), inner));
}

function inset({ left, right }: LabelInput, text: string, max: number): LabelPlace {
	return { side: 'inset', x: left + (right - left - max) / 2, max, text };
}

function cutRight(input: LabelInput, room: number): LabelPlace {
	return { side: 'right', x: input.right + 12, max: room + spare, text: cut(input, room + 12) };
}

/** Width of all that stands in the row's words: a text, and what follows it. */
function width({ fontPx, mono, extra = 0 }: LabelInput, text: string): number {
	return textWidth(text, fontPx, mono) + padding + extra;
}

/**
 * Width of what follows the words: a quieter text in our own words, and the buttons and marks of `LadderRow`, each
 * with its gap, and the bars of a hold's mark.
 */
export function extraWidth(said: string | undefined, marks: readonly string[], px: number): number {
	const saidWidth = said ? textWidth(said, px, false) + saidGap : 0;
	return marks.reduce((sum, mark) => sum + textWidth(mark, px, false) + markGap, saidWidth);
}

function cut(input: LabelInput, room: number): string {
	return shorten(input.text, room - padding - (input.extra ?? 0), input.fontPx, input.mono);
}

/** Width of a text in pixels, near enough: CJK is square, our mono narrow by letter-spacing, sans by kind of letter. */
export function textWidth(text: string, fontPx: number, mono: boolean): number {
	let width = 0;
	for (const char of text) {
		if (char > '⺀') width += fontPx;
		else if (mono) width += fontPx * 0.575;
		else if (/[ilj.,:;'|!()[\] ]/.test(char)) width += fontPx * 0.3;
		else if (/[mwMW@%]/.test(char)) width += fontPx * 0.88;
		else if (/[A-Z0-9]/.test(char)) width += fontPx * 0.64;
		else width += fontPx * 0.545;
	}
	return width;
}

/** Cuts a text to a width: long ids as Docker shows them, a URL in the middle of its path, any text at its end. */
export function shorten(whole: string, room: number, fontPx: number, mono: boolean): string {
	const fits = (candidate: string) => textWidth(candidate, fontPx, mono) <= room;
	if (fits(whole)) return whole;
	const text = whole.replace(longIds, '$1…');
	if (fits(text)) return text;
	const path = /^([A-Z_]+ |)((?:https?:\/\/[^/\s]+)?)(\/\S+)([\s\S]*)$/.exec(text);
	if (path) {
		const [, verb = '', host = '', way = '', rest = ''] = path;
		const segments = way.split('/').filter((segment) => segment !== '');
		for (let keep = segments.length - 1; keep >= 1; keep--) {
			const candidate = `${verb}${host}…/${segments.slice(-keep).join('/')}${rest}`;
			if (fits(candidate) || keep === 1) return fits(candidate) ? candidate : clip(candidate, fits);
		}
	}
	return clip(text, fits);
}

/** Their first twelve digits tell them apart. */
const longIds = /\b([0-9a-f]{12})[0-9a-f]{20,}\b/g;

function clip(text: string, fits: (candidate: string) => boolean): string {
	const chars = [...text];
	const kept = (count: number) => chars.slice(0, count).join('');
	// The ellipsis alone always stays, whatever the room.
	const count = Math.max(
		0,
		lastWhere(chars.length + 1, (k) => fits(`${kept(k)}…`))
	);
	return `${kept(count).trimEnd()}…`;
}
