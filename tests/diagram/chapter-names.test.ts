import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chapterSegments } from '../../src/lib/diagram/chapter-bar.ts';
import { nameChapters } from '../../src/lib/diagram/chapter-names.ts';
import { textWidth } from '../../src/lib/diagram/label.ts';
import { Rows } from '../../src/lib/diagram/rows.ts';
import { messages, type Language } from '../../src/lib/i18n/messages.ts';
import { readRecording } from '../../src/lib/recording/reader.ts';
import { timeline, type ClockName } from '../../src/lib/recording/timeline.ts';

const segmentsOf = (name: string, clock: ClockName) => {
	const text = readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
	const rows = new Rows(readRecording(name, text), 2);
	return chapterSegments(rows, timeline(rows.stops(), clock));
};
const named = (
	name: string,
	language: Language,
	px: number,
	{ clock = 'step', current = -1 }: { clock?: ClockName; current?: number } = {}
) => nameChapters(segmentsOf(name, clock), messages[language].chapters, px, 14, current);

describe.each(['en', 'zh'] as const)('chapters of the time bar, in %s', (language) => {
	const { chapters } = messages[language];

	it.each(['step', 'real'] as const)(
		'are named in full from 328 pixels on, as a phone has them: %s time',
		(clock) => {
			for (const recording of ['date', 'shell', 'kubectl-1.36'])
				for (const px of [328, 480, 700, 1240]) {
					const parts = named(recording, language, px, { clock });
					expect(parts.map(({ name }) => name)).toEqual(parts.map(({ chap }) => chapters[chap]));
					for (const { name, share } of parts)
						expect(share * px).toBeGreaterThan(textWidth(name, 14, false) + 3);
					expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
				}
		}
	);

	it('go by their first letters where there is no room', () => {
		const parts = named('shell', language, 130);
		for (const { name, chap } of parts) expect(chapters[chap].startsWith(name)).toBe(true);
		expect(parts.some(({ name }) => [...name].length === 1)).toBe(true);
		const initials = Object.values(chapters).map((name) => [...name][0]);
		expect(new Set(initials).size).toBe(initials.length);
	});

	it('name the current one in full, over those that follow', () => {
		for (const { first, chap } of segmentsOf('shell', 'step')) {
			const parts = named('shell', language, 130, { current: first });
			const at = parts.findIndex((part) => part.chap === chap);
			const { name, from } = parts[at]!;
			expect(name).toBe(chapters[chap]);
			const end = from * 130 + textWidth(name, 14, false);
			for (const part of parts.slice(at + 1))
				if (part.name !== '') expect(part.from * 130).toBeGreaterThan(end);
			for (const part of parts.slice(0, at)) expect(part.name).not.toBe('');
		}
	});

	it('keep the share of their time where there is room', () => {
		for (const part of named('shell', language, 4000))
			if (part.length > 0.15) expect(part.share).toBeGreaterThan(0.8 * part.length);
	});
});
