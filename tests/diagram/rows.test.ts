import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { framesIn } from '../../src/lib/diagram/frame-source.ts';
import { stillToCome, wholePath } from '../../src/lib/diagram/promise.ts';
import { Rows, type Detail, type Row } from '../../src/lib/diagram/rows.ts';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import { findItem } from '../../src/lib/recording/find-item.ts';
import type { Recording } from '../../src/lib/recording/recording.ts';
import { stepsOfPath } from '../../src/lib/trace/paths.ts';
import { steps, storySteps } from '../../src/lib/trace/steps.ts';
import { saidRecording } from '../support/said-recording.ts';
import { sampleRecording } from '../support/sample-recording.ts';

const none: ReadonlySet<string> = new Set();
const read = (options = {}) => readRecording('a', sampleRecording(options));
const rowsOf = (recording: Recording, detail: Detail, opened = none) => [
	...new Rows(recording, detail, { opened })
];

const told = ({ key, number, chap, opens, first, last, fold, to }: Row) => ({
	...{ key, number, chap, opens, first, last, fold, to }
});

describe('Rows', () => {
	it('shows every step of a run once at level 2', () => {
		const recording = read();
		const keys = rowsOf(recording, 2).map((row) => row.key);
		expect(keys).toEqual([...recording.items].map((item) => item.s));
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('tells only the story at level 1', () => {
		const rows = rowsOf(read({ chunks: 9 }), 1);
		const path = new Set(stepsOfPath('1.15-redirect', 'exec', 'spdy').map(({ id }) => id));
		const story = storySteps.filter((id) => path.has(id));
		expect(rows.map((row) => row.id)).toEqual(story);
	});

	it('folds many chunks into one row that opens in place', () => {
		const recording = read({ chunks: 12 });
		const folded = rowsOf(recording, 2);
		const row = folded.find((one) => one.fold?.kind === 'io')!;
		expect(row.fold).toMatchObject({ count: 12, open: false });
		expect(row.last - row.first).toBe(11);
		const open = rowsOf(recording, 2, new Set([row.fold!.id]));
		expect(open).toHaveLength(folded.length + 11);
	});

	it('gives a step one number, whether its chunks are folded or each in a row', () => {
		const recording = read({ chunks: 12 });
		const numbers = (unfolded: boolean) =>
			[...new Rows(recording, 2, { unfolded })]
				.filter(({ key, number }) => number !== undefined && !key.startsWith('io#'))
				.map(({ key, number }) => [key, number]);
		expect(numbers(true)).toEqual(numbers(false));
	});

	it('folds a refused try into one numberless row up to the refuser', () => {
		const recording = read({ refusedTry: true });
		const rows = rowsOf(recording, 2);
		const row = rows.find((one) => one.fold?.kind === 'refused-try')!;
		expect(row).toMatchObject({
			key: 'try1/websocket-exec',
			number: undefined,
			from: 'kubectl',
			to: 'streaming',
			fold: { status: 403 }
		});
		expect(rows.filter((one) => one.key === 'cri-exec')).toHaveLength(1);
	});

	it('names each item of an open earlier try by its try', () => {
		const recording = read({ refusedTry: true });
		const fold = rowsOf(recording, 2).find((row) => row.fold)!.fold!.id;
		const keys = rowsOf(recording, 2, new Set([fold])).map((row) => row.key);
		expect(keys).toContain('try1/cri-exec');
		expect(keys).toContain('cri-exec');
	});

	it('finds the fold that hides what a link names', () => {
		const recording = read({ refusedTry: true });
		const rows = new Rows(recording, 2);
		expect(rows.foldHiding(findItem(recording, 'cri-exec', 1))).toMatch(/^refused-try/);
		expect(rows.foldHiding(findItem(recording, 'cri-exec'))).toBeUndefined();
	});

	it('numbers rows without a gap, whatever is folded', () => {
		const rows = rowsOf(read({ refusedTry: true, chunks: 8 }), 2);
		const numbers = rows.flatMap((row) => (row.number === undefined ? [] : [row.number]));
		expect(numbers).toEqual(numbers.map((_, k) => k + 1));
	});

	it.each([1, 2] as const)('are the same at level %i when the run grows line by line', (detail) => {
		const text = sampleRecording({ refusedTry: true, chunks: 40 });
		const reader = new RecordingReader('a');
		let rows: Rows | undefined;
		for (const line of text.split('\n')) {
			reader.pushLines([line]);
			rows = new Rows(reader.recording, detail, { opened: none, after: rows });
		}
		expect([...rows!].map(told)).toEqual([...new Rows(readRecording('a', text), detail)].map(told));
	});

	it('finds a row by its number, among rows without one', () => {
		const rows = new Rows(read({ refusedTry: true, chunks: 8 }), 2, {
			opened: new Set(
				[...new Rows(read({ refusedTry: true }), 2)].flatMap((row) => row.fold?.id ?? [])
			)
		});
		for (const row of rows)
			if (row.number !== undefined) expect(rows.withNumber(row.number)?.key).toBe(row.key);
		expect(rows.withNumber(0)).toBeUndefined();
		expect(rows.withNumber(9999)).toBeUndefined();
	});

	it('opens each chapter once, in order', () => {
		const rows = rowsOf(read({ refusedTry: true }), 2);
		expect(rows.filter((row) => row.opens).map((row) => row.chap)).toEqual([
			'find',
			'ask',
			'prepare',
			'redirect',
			'start',
			'talk',
			'end'
		]);
	});

	it('keeps the row of an item that a level hides', () => {
		const recording = read();
		const rows = new Rows(recording, 1);
		const hidden = findItem(recording, 'authorize');
		expect(rows.at(rows.of(hidden))?.key).toBe('post-exec');
		expect(rows.of(-1)).toBe(-1);
	});

	it('gives the player a stop for each row that has happened', () => {
		const recording = read({ upTo: 'cri-exec' });
		const rows = new Rows(recording, 2, { promises: stillToCome(recording) });
		expect(rows.stops()).toHaveLength(recording.items.length);
		expect(rows.length).toBeGreaterThan(recording.items.length);
	});
});

describe('frames below their steps', () => {
	const shell = readRecording(
		'shell',
		readFileSync('tests/fixtures/recordings/shell.execscope', 'utf8')
	);
	const below = (detail: Detail, s: string) => {
		const rows = [...new Rows(shell, detail, { frames: framesIn(shell) })];
		const at = rows.findIndex((row) => row.key === s);
		const end = rows.findIndex((row, k) => k > at && !row.part);
		return rows.slice(at + 1, end).map(({ part }) => `${part?.kind}: ${part?.name}`);
	};

	it('are left out where one repeats what its step says, but not its bytes', () => {
		const item = shell.items.at(findItem(shell, 'post-exec'))!;
		expect(below(3, 'post-exec')).toEqual([]);
		const alone = [...new Rows(shell, 3, { frames: framesIn(shell) })].filter((row) => row.alone);
		expect(alone.map(({ key }) => key)).toContain('post-exec');
		expect(alone.map(({ key }) => key)).not.toContain('stream-open');
		expect(below(4, 'post-exec')).toEqual([`bytes: ${item.n}`]);
	});

	it('stand there where they say more, or are several', () => {
		expect(below(3, 'redirect')).toEqual(['frame: 302 Found']);
		expect(below(3, 'get-pod:reply')).toEqual(['frame: 200 OK', 'frame: body']);
		expect(below(4, 'redirect')).toEqual(['frame: 302 Found', 'bytes: 302 Found']);
	});

	it('never say the same as a step that has no other', () => {
		const rows = [...new Rows(shell, 3, { frames: framesIn(shell) })];
		const twice = rows.filter(
			(row, k) =>
				row.part && row.part.name === row.item?.n && !rows[k - 1]?.part && !rows[k + 1]?.part
		);
		expect(twice.map(({ key }) => key)).toEqual([]);
	});
});

describe('stillToCome', () => {
	it('promises what follows the last step of an open exec, without values', () => {
		const promised = stillToCome(read({ upTo: 'cri-exec' }));
		expect(promised[0]?.s).toBe('check-container');
		expect(promised.at(-1)?.s).toBe('close');
		expect(promised[0]).not.toHaveProperty('n');
	});

	it('promises nothing of a run that is over', () => {
		expect(stillToCome(read())).toEqual([]);
	});

	it('knows every step of the path', () => {
		for (const { id } of wholePath) expect(steps).toHaveProperty(id);
	});

	it('promises the path of the era, with the lanes that it has there', () => {
		const asked = (era: string) =>
			readRecording('a', saidRecording([['websocket-exec', 'kubectl', 'apiserver']], { era }));
		const names = (era: string) => stillToCome(asked(era)).map(({ s }) => s);
		expect(names('1.31-websocket').slice(0, 5)).toEqual([
			...['authorize', 'connect', 'exec-location', 'websocket-accept', 'translate']
		]);
		expect(names('1.36')).toContain('kubelet-websocket');
		expect(names('1.24-cri')).toContain('kubelet-proxy');
		expect(names('2.0')).toEqual([]);
		const opens = stillToCome(asked('1.36')).find(({ s }) => s === 'stream-open');
		expect(opens).toMatchObject({ from: 'kubelet', to: 'streaming' });
	});

	it('begins anew with the request that follows a refused one', () => {
		const lines = [
			['websocket-exec', 'kubectl', 'apiserver'],
			['authorize', 'apiserver'],
			['websocket-exec:reply', 'apiserver', 'kubectl'],
			['post-exec', 'kubectl', 'apiserver']
		] as const;
		const recording = readRecording('a', saidRecording(lines, { era: '1.35' }));
		const promised = stillToCome(recording).map(({ s }) => s);
		expect(promised.slice(0, 2)).toEqual(['authorize', 'connect']);
		expect(promised).not.toContain('websocket-accept');
	});

	it('goes by what kubectl asks for first, until it has asked', () => {
		const typed = (client: string) => {
			const lines = saidRecording([['get-pod', 'kubectl', 'apiserver']], { client });
			const cmd = { k: 'cmd', i: 2, t: 2, argv: ['kubectl', 'exec', 'nginx', '--', 'date'] };
			return readRecording('a', `${lines}${JSON.stringify(cmd)}\n`);
		};
		const asks = (client: string) =>
			stillToCome(typed(client)).find(({ id }) => id.endsWith('-exec'))?.s;
		expect(asks('kubectl/v1.36.0 (linux/amd64)')).toBe('websocket-exec');
		expect(asks('kubectl/v1.29.0 (linux/amd64)')).toBe('post-exec');
	});
});
