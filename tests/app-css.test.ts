import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Contrast of the tokens, in every theme: text 4.5 (projector and contrast 7), lines and edges that mean something 3. */
const css = readFileSync(path.join(import.meta.dirname, '../src/app.css'), 'utf8');

type Theme = 'light' | 'dark' | 'projector' | 'contrast';
const themes: Theme[] = ['light', 'dark', 'projector', 'contrast'];

/** What the rules before the first media query say, the later over the earlier. */
function tokensOf(theme: Theme): Map<string, string> {
	const tokens = new Map<string, string>();
	const screen = css.slice(0, css.indexOf('@media'));
	for (const [, selector = '', body = ''] of screen.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
		if (!selector.includes(':root') && !selector.includes(`[data-theme='${theme}']`)) continue;
		for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
			const pair = /^light-dark\((.+), (.+)\)$/.exec(value);
			tokens.set(name, (pair ? pair[theme === 'dark' ? 2 : 1]! : value).trim());
		}
	}
	return tokens;
}

function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
	const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
	return (light + 0.05) / (dark + 0.05);
}

const grounds = ['paper', 'raised', 'sunken'];
const hues = ['p-h', 'p-s', 'p-w', 'p-g', 'p-d', 'p-p', 'error'];
const textOn: [text: string, grounds: string[]][] = [
	['ink', [...grounds, 'marker-soft']],
	['ink-2', [...grounds, 'marker-soft']],
	['ink-3', grounds],
	...hues.map((hue): [string, string[]] => [hue, [...grounds, 'marker-soft']]),
	['on-marker', ['marker']],
	...hues.slice(0, 6).map((hue): [string, string[]] => ['on-proto', [hue]]),
	['paper', ['ink', 'ink-2']]
];
const lineOn: [line: string, grounds: string[]][] = [
	['edge', ['paper', 'raised']],
	['ghost', ['paper']],
	['marker-line', ['paper']]
];

describe.each(themes)('in the %s theme', (theme) => {
	const tokens = tokensOf(theme);
	const ratios = (pairs: typeof textOn) =>
		pairs.flatMap(([over, under]) =>
			under.map((ground) => ({
				pair: `${over} on ${ground}`,
				ratio: contrast(tokens.get(over)!, tokens.get(ground)!)
			}))
		);
	const low = (pairs: typeof textOn, least: number) =>
		ratios(pairs).filter(({ ratio }) => !(ratio >= least));

	it('text stands out from what it stands on', () => {
		const least = theme === 'light' || theme === 'dark' ? 4.5 : 7;
		expect(low(textOn, least)).toEqual([]);
	});

	it('lines that mean something stand out, too', () => {
		expect(low(lineOn, 3)).toEqual([]);
	});

	it('no text is smaller than it may be', () => {
		const least = theme === 'projector' ? 20 : 14;
		const sizes = ['t-s', 't-m', 't-l', 't-xl'].map((name) => Number.parseInt(tokens.get(name)!));
		expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least);
	});
});
