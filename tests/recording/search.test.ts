import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Piece } from '../../src/lib/recording/byte-store.ts';
import { parseQuery } from '../../src/lib/recording/query.ts';
import { readRecording, RecordingReader } from '../../src/lib/recording/reader.ts';
import type { Recording } from '../../src/lib/recording/recording.ts';
import { Search, sliceMs } from '../../src/lib/recording/search.ts';
import { SpdyEncoder } from '../../src/lib/wire/spdy/frames.ts';
import { RecordedConnection } from '../support/recorded-connection.ts';

const read = (name: string) => readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
const date = readRecording('date', read('date'));
const titles: Record<string, string> = { 'cri-exec': '请运行时准备' };
const texts = { title: (s: string) => titles[s] ?? '', told: () => undefined, tag: 'en' } as const;

function all(recording: Recording, text: string): Search {
	const search = new Search(recording, parseQuery(text), texts);
	expect(search.look(() => false)).toBe(true);
	return search;
}
const names = (recording: Recording, text: string) =>
	[...all(recording, text).hits()].map((k) => recording.items.at(k)!.s);

describe('a search', () => {
	it('finds names, what is said, fields, titles, and what stands in the bytes', () => {
		expect(names(date, 'CHECK-container')).toEqual([
			'check-container',
			'check-container:reply',
			'check-container#2',
			'check-container:reply#2'
		]);
		expect(names(date, '运行时')).toEqual(['cri-exec']);
		const header = all(date, 'X-Stream-Protocol-Version');
		expect(header.hits().length).toBeGreaterThan(0);
		expect(header.hit(header.hits()[0]!)!.where).toBe('header');
		const payload = all(date, 'APIResourceList').hits();
		expect(payload.length).toBe(1);
		expect(date.items.at(payload[0]!)!.s).toBe('discovery:reply#3');
	});
	it('cuts out the words around a place, and says which they are', () => {
		const search = all(date, 'apiresourcelist');
		const hit = search.hit(search.hits()[0]!)!;
		expect(hit.where).toBe('payload');
		expect(hit.excerpt.slice(...hit.range)).toBe('APIResourceList');
		expect(hit.excerpt.length).toBeLessThan(130);
		expect(hit.excerpt).not.toMatch(/\p{Cc}/u);
	});
	it('finds headers that travel compressed, in SPDY and in HTTP/2', () => {
		expect(names(date, '"streamtype: stderr"')).toEqual(['stream-open#3']);
		expect(names(date, '"streamtype: " wire:S')).toEqual([
			'stream-open',
			'stream-open#2',
			'stream-open#3'
		]);
		expect(names(date, 'RuntimeService/Exec')).toContain('cri-exec');
		expect(names(date, '"grpc-status: 0" token')).toEqual(['token-url']);
		const search = all(date, '"grpc-status: 0"');
		const hit = search.hit(search.hits()[0]!)!;
		expect(hit.where).toBe('header');
		expect(hit.excerpt.slice(...hit.range)).toBe('grpc-status: 0');
	});
	it('wants every word, anywhere in the step', () => {
		expect(names(date, 'discovery 914')).toEqual(['discovery:reply#3']);
		expect(names(date, '"discovery 914"')).toEqual([]);
	});
	it('takes no word for a pattern', () => {
		expect(names(date, '.*')).toEqual([]);
		expect(names(date, 'api?timeout').length).toBe(1);
	});
	it('filters by wire, lane, chapter and failure', () => {
		const grpc = all(date, 'wire:G lane:dockershim chapter:prepare').hits();
		expect(grpc.length).toBeGreaterThan(0);
		for (const k of grpc) expect(date.items.at(k)).toMatchObject({ wire: 'G', chap: 'prepare' });
		const refused = readRecording('refused', read('refused'));
		const failed = [...refused.items].filter((item) => item.failed).map((item) => item.index);
		expect(failed.length).toBeGreaterThan(0);
		expect([...all(refused, 'error').hits()]).toEqual(failed);
		expect(names(date, 'lane:moon')).toEqual([]);
	});
	it('finds notes in the language that is shown', () => {
		const note = {
			k: 'note',
			id: 'n1',
			rev: 1,
			at: { s: 'cri-exec' },
			text: { en: 'Look at the mango.', 'zh-CN': '看这里。' },
			by: 'a'
		};
		const noted = readRecording('date', `${read('date')}${JSON.stringify(note)}\n`);
		expect(names(noted, 'mango')).toEqual(['cri-exec']);
		const chinese = new Search(noted, parseQuery('mango'), { ...texts, tag: 'zh-CN' });
		chinese.look(() => false);
		expect([...chinese.hits()]).toEqual([]);
	});
	it('goes on where a live run has grown, and looks again at the newest', () => {
		const lines = read('date').split('\n');
		const reader = new RecordingReader('date');
		const search = new Search(reader.recording, parseQuery('127.0.0.1'), texts);
		for (const line of lines) {
			reader.pushLines([line]);
			search.grown();
			search.look(() => false);
		}
		expect([...search.hits()]).toEqual([...all(date, '127.0.0.1').hits()]);
	});
});

/** An exec that carried `frames` frames of input before it opened one more stream. */
function longExec(frames: number): RecordedConnection {
	const encoder = new SpdyEncoder();
	const open = (id: number, streamtype: string) =>
		encoder.encode({ type: 'syn-stream', id, fin: false, headers: { streamtype } });
	const key = encoder.encode({ type: 'data', id: 1, fin: false, data: Buffer.from('x') });
	const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
	const of = new RecordedConnection('http/1.1')
		.send('>', `POST /exec HTTP/1.1\r\n${upgrade}`)
		.send('<', `HTTP/1.1 101 Switching Protocols\r\n${upgrade}`)
		.send('>', open(1, 'stdin'))
		.send('>', Buffer.concat(Array.from({ length: frames }, () => key)));
	const late = of.at['>'];
	return of.send('>', open(3, 'late')).step('stream-open', '>', late);
}

/** An exec that opens one stream, carries so many MiB of input, and opens another. */
function longConnection(megabytes: number): RecordedConnection {
	const encoder = new SpdyEncoder();
	const open = (id: number) =>
		encoder.encode({ type: 'syn-stream', id, fin: false, headers: { streamtype: 'late' } });
	const data = Buffer.alloc(1024 * 1024);
	const header = encoder.encode({ type: 'data', id: 1, fin: false, data }).subarray(0, 8);
	const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
	const of = new RecordedConnection('http/1.1')
		.send('>', `POST /exec HTTP/1.1\r\n${upgrade}`)
		.send('<', `HTTP/1.1 101 Switching Protocols\r\n${upgrade}`);
	const first = of.at['>'];
	of.send('>', open(1)).step('stream-open', '>', first);
	for (let k = 0; k < megabytes; k++) of.send('>', header).leaveOut('>', data.length);
	const second = of.at['>'];
	return of.send('>', open(3)).step('stream-open#2', '>', second);
}

describe('slices', () => {
	it('decode a part of a long connection at a time, and no more than is asked for', () => {
		const { recording } = longExec(2000);
		const search = new Search(recording, parseQuery('late'), texts);
		let turns = 1;
		while (!search.look(() => true)) turns++;
		expect([...search.hits()]).toEqual([0]);
		expect(turns).toBeGreaterThan(2000 / 200);
	});

	it('read few blocks of headers at a time when they are long, and few headers of one', () => {
		const encoder = new SpdyEncoder();
		const many = Object.fromEntries(
			Array.from({ length: 1000 }, (_, k) => [`h${k}`, `value ${k}`])
		);
		const upgrade = 'Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n';
		const of = new RecordedConnection('http/1.1')
			.send('>', `POST /exec HTTP/1.1\r\n${upgrade}`)
			.send('<', `HTTP/1.1 101 Switching Protocols\r\n${upgrade}`);
		const from = of.at['>'];
		for (let k = 0; k < 20; k++)
			of.send(
				'>',
				encoder.encode({ type: 'syn-stream', id: 2 * k + 1, fin: false, headers: many })
			);
		const { recording } = of.step('stream-open', '>', from);
		const search = new Search(recording, parseQuery('late'), texts);
		let turns = 1;
		while (!search.look(() => true)) turns++;
		expect(turns).toBeGreaterThan(30);
	});

	it('do not read what a connection has again for each step while it is not a whole message', () => {
		const of = new RecordedConnection('h2').send('>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
		// The first frame says that it is longer than all that was recorded.
		of.send('>', Uint8Array.of(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1));
		for (let k = 0; k < 500; k++)
			of.send('>', 'x'.repeat(20)).step('cri-call', '>', of.at['>'] - 20);
		const { recording } = of;
		const read = vi.spyOn(recording.bytes, 'read');
		new Search(recording, parseQuery('late'), texts).look(() => false);
		const pieces = read.mock.results.reduce((sum, { value }) => sum + (value as Piece[]).length, 0);
		expect(pieces).toBeLessThan(5 * 500);
	});

	it('say from which item on headers lie too far into a connection to be read', () => {
		const { recording } = longExec(1);
		expect(all(recording, 'late').unread).toBe(-1);
		const of = longConnection(17);
		const search = all(of.recording, 'late');
		expect([...search.hits()]).toEqual([0]);
		expect(search.unread).toBe(1);
	});

	it('give the page its turn, say what there is in order, and stop when told', () => {
		const turns: (() => void)[] = [];
		let clock = 0;
		const search = new Search(date, parseQuery('a'), texts);
		const seen: number[] = [];
		search.start(
			() => seen.push(search.seen),
			() => (clock += sliceMs / 2),
			(go) => turns.push(go)
		);
		expect(seen).toEqual([]);
		for (let go = turns.shift(); go; go = turns.shift()) {
			go();
			if (seen.length === 2) search.stop();
		}
		expect(seen).toHaveLength(2);
		expect(seen[0]).toBeGreaterThan(0);
		expect(seen[1]).toBeGreaterThan(seen[0]!);
		expect(search.complete).toBe(false);
	});
});
