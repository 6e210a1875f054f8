import { expect, it } from 'vitest';
import { messageStart, rowsBefore } from '../../../src/lib/inspector/kubectl-log/log-rows.ts';

const head = 'I1124 00:38:52.090265       ? round_trippers.go:416] ';
const line = (text: string) => ({ text, at: undefined });

it('counts the rows that wrapped lines take', () => {
	const lines = [line('a'.repeat(40)), line('b'.repeat(41)), line(''), line('c'.repeat(120))];
	expect([...rowsBefore(lines, 40, true)]).toEqual([0, 1, 3, 4, 7]);
	expect([...rowsBefore(lines, 200, true)]).toEqual([0, 1, 2, 3, 4]);
	expect([...rowsBefore([], 40, true)]).toEqual([0]);
});

it('leaves the heads out where they are hidden', () => {
	expect(messageStart(`${head}GET https://x`)).toBe(head.length);
	expect(messageStart('Status: 200')).toBe(0);
	const long = [line(head + 'd'.repeat(40))];
	expect(rowsBefore(long, 40, false)[1]).toBe(1);
	expect(rowsBefore(long, 40, true)[1]).toBe(3);
});
