import { expect, it } from 'vitest';
import { eraWords } from '../../src/lib/i18n/eras.ts';
import { eras, type EraId } from '../../src/lib/trace/eras.ts';

const { en, zh } = eraWords;

it.each(Object.keys(eras) as EraId[])(
	'%s has a name by its number, of which a bar shows the beginning',
	(id) => {
		for (const { names, short } of [en, zh]) {
			expect(names[id].startsWith(short[id])).toBe(true);
			expect(short[id]).toContain(`v${id.split('-')[0]}`);
		}
	}
);

it('no two look alike in the bar', () => {
	for (const { short } of [en, zh]) expect(new Set(Object.values(short)).size).toBe(6);
});

it('says nothing that reads as the button Run', () => {
	const said = [
		en.label(''),
		zh.label(''),
		...Object.values({ ...en.names }),
		...Object.values(zh.names)
	];
	expect(said.join('\n')).not.toMatch(/run|运行/i);
	expect(zh.label('x') + zh.since('1.20')).not.toMatch(/\p{Script=Han}[,.:;!?()]/u);
});
