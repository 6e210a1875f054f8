import { describe, expect, it } from 'vitest';
import { pieces, TypedInput } from '../../src/lib/recording/typed-input.ts';

describe('what was typed', () => {
	it('waits until it is taken', () => {
		const typed = new TypedInput();
		typed.type('ab');
		typed.type('cd');
		typed.took(3);
		expect(typed.waiting).toBe('d');
		typed.took(3);
		expect(typed.waiting).toBe('d');
		typed.took(4);
		expect(typed.waiting).toBe('');
	});

	it('is kept while the connection is lost, with what was on its way', () => {
		const typed = new TypedInput();
		typed.type('echo ');
		typed.leave();
		typed.type('你好');
		expect(typed.sinceAway).toBe(2);
		typed.comeBack(2);
		expect(typed.waiting).toBe('ho 你好');
		expect(typed.sinceAway).toBe(0);
	});

	it('is kept whole or not at all, and after the first refusal nothing is', () => {
		const typed = new TypedInput();
		typed.type('x'.repeat(1_000_000));
		typed.took(1_000_000);
		typed.leave();
		expect(typed.type('a'.repeat(4096))).toBe(true);
		expect(typed.type('bc')).toBe(false);
		expect(typed.full).toBe(true);
		expect(typed.waiting).toBe('a'.repeat(4096));
		typed.comeBack(1_004_096);
		expect(typed.type('d')).toBe(true);
		expect(typed.waiting).toBe('d');

		typed.leave();
		typed.type('e'.repeat(5000));
		expect(typed.type('f')).toBe(false);
		expect(typed.waiting).toBe('d');
	});
});

describe('pieces', () => {
	it('are short enough for a message, and lose nothing', () => {
		const text = '\u0000'.repeat(200_000);
		expect(pieces(text).join('')).toBe(text);
		for (const piece of pieces(text))
			expect(JSON.stringify(piece).length).toBeLessThan(1024 * 1024);
		expect(pieces('')).toEqual([]);
	});
});
