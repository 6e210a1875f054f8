import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EscapeFilter } from '../../src/lib/terminal/escape-filter.ts';

const esc = '\u001b';
const bel = '\u0007';
const filtered = (text: string) => new EscapeFilter().push(text);

describe('EscapeFilter', () => {
	it('lets colours, cursor moves and text pass byte for byte', () => {
		const text = `${esc}[1;31mred${esc}[0m ${esc}[2J${esc}[10;4Hat${esc}7${esc}8${esc}(B\r\n你好`;
		expect(filtered(text)).toBe(text);
	});

	it.each([
		['clipboard', `${esc}]52;c;aGk=${bel}`],
		['clipboard by ST', `${esc}]52;c;aGk=${esc}\\`],
		['title', `${esc}]0;sudo${bel}`],
		['title report', `${esc}[21t`],
		['device attributes', `${esc}[c`],
		['secondary attributes', `${esc}[>c`],
		['device status', `${esc}[6n`],
		['private status', `${esc}[?15n`],
		['DECRQSS', `${esc}P$qm${esc}\\`],
		['XTGETTCAP', `${esc}P+q544e${esc}\\`],
		['parameters', `${esc}[1x`],
		['mode query', `${esc}[?25$p`],
		['version query', `${esc}[>q`],
		['keyboard query', `${esc}[?u`],
		['identify', `${esc}Z`],
		['private message', `${esc}^hi${esc}\\`],
		['colour query', `${esc}]11;?${bel}`],
		['8-bit clipboard', '\u009d52;c;aGk=\u009c'],
		['8-bit status', '\u009b6n'],
		['link that is not https', `${esc}]8;;file:///etc/passwd${bel}`]
	])('drops %s', (_, sequence) => {
		expect(filtered(`a${sequence}b`)).toBe('ab');
	});

	it('keeps a link that is https', () => {
		const link = `${esc}]8;;https://kubernetes.io/${bel}docs${esc}]8;;${bel}`;
		expect(filtered(link)).toBe(link);
	});

	const dangerous = fc.constantFrom(
		`${esc}]52;c;aGk=${bel}`,
		`${esc}[6n`,
		`${esc}P$qm${esc}\\`,
		`${esc}]8;;javascript:x${bel}`
	);
	const noise = fc.string({
		unit: fc.constantFrom(esc, '[', ']', 'P', ';', '5', '2', 'n', bel, '\\', 'x', '\u009b')
	});

	it('does the same however the output is cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(dangerous, noise, fc.string())),
				fc.integer({ min: 1, max: 5 }),
				(parts, size) => {
					const text = parts.join('');
					const filter = new EscapeFilter();
					let out = '';
					for (let at = 0; at < text.length; at += size)
						out += filter.push(text.slice(at, at + size));
					expect(out).toBe(filtered(text));
				}
			)
		);
	});

	it('lets no clipboard, status query or DCS through, whatever surrounds it', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(dangerous, noise)), (parts) => {
				const out = filtered(parts.join(''));
				expect(out).not.toMatch(/\u001b\]52;|\u001b\[[0-9;?]*n|\u001bP|\u001b\]8;[^;]*;javascript/);
			})
		);
	});

	it('never changes text without control characters', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom('a', ' ', '你', '#', '\r', '\n', '\t') }),
				(text) => {
					expect(filtered(text)).toBe(text);
				}
			)
		);
	});
});
