import { afterEach, expect, test, vi } from 'vitest';
import type { Lab } from '../support/lab.ts';
import { line, since, tableOf, wants, type Cell, type Seen } from './cell.ts';
import { tryCell } from './try-cell.ts';

const lab = {} as Lab;
const saw = (seen: Partial<Seen>) => async () => ({ code: 0, out: '', err: '', runs: [], ...seen });
const tried = (cell: Cell) => tryCell(cell, lab, '1.28', '1.15-redirect');
afterEach(() => vi.useRealTimers());

test('finds nothing wrong where all is as wanted', async () => {
	const cell = {
		run: saw({ code: 3, out: 'out\n', err: 'Warning: it is late\n' }),
		want: wants({
			code: 3,
			out: /^o/,
			err: { '1.20': 'x', '1.27': /^Warning/, '1.36': 'y' },
			runs: 0
		})
	};
	expect(await tried(cell)).toEqual([]);
});

test('says all that is wrong, in sentences', async () => {
	const cell = { run: saw({ code: 1, out: 'a' }), want: wants({ out: 'b', streams: true }) };
	expect(await tried(cell)).toEqual([
		'exit code 1 and not 0',
		'out is "a" and not "b"',
		'0 recordings and not 1',
		'upgrades are "" and not "post-exec"'
	]);
});

test('takes a cell that throws for one that failed', async () => {
	const run = async () => Promise.reject(new Error('waited in vain'));
	expect(await tried({ run, want: wants({}) })).toEqual(['waited in vain']);
});

test('waits a minute and no longer', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	const wrong = tried({ run: () => new Promise(() => {}), want: wants({}) });
	await vi.advanceTimersByTimeAsync(60_000);
	expect(await wrong).toEqual(['it did not end within 60 s']);
});

test('wants a WebSocket first of a kubectl that asks for one', () => {
	const { want } = line('exec nginx -- date', { streams: true });
	expect(want('1.29', '1.15-redirect').upgrades).toEqual(['post-exec']);
	expect(want('1.30', '1.15-redirect').upgrades).toEqual(['try1/websocket-exec', 'post-exec']);
	expect([since('1.30', '1.29'), since('1.20', '1.20-debian')]).toEqual([false, true]);
});

test('reads a printed table by its words', () => {
	const table = tableOf('NAME AGE', 'v1.15 *');
	expect('NAME    AGE\nv1.15   5s\n').toMatch(table);
	expect('NAME    AGE   IP\nv1.15   5s    -\n').not.toMatch(table);
	expect('NAME    AGE\nv1x15   5s\n').not.toMatch(table);
});
