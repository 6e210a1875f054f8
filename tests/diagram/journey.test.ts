import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { echoWithin } from '../../src/lib/diagram/journey-echo.ts';
import { followKey, latestKey, type Journey } from '../../src/lib/diagram/journey.ts';
import { RecordingReader, readRecording } from '../../src/lib/recording/reader.ts';
import type { Item, Recording } from '../../src/lib/recording/recording.ts';

const fixture = (name: string) =>
	readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
const shell = readRecording('shell', fixture('shell'));

function itemOf(recording: Recording, s: string): Item {
	const found = recording.items.find((item) => item.s === s);
	if (!found) throw new Error(`no ${s}`);
	return found;
}

const key = (s: string, byte?: number) => followKey(shell, itemOf(shell, s), byte);
const way = (journey: Journey) => journey.hops.map(({ from, to }) => `${from}>${to}`);
/** The lines of a recording up to the one that holds a text. */
const upTo = (text: string, marker: string) => {
	const lines = text.split('\n');
	return `${lines.slice(0, lines.findIndex((line) => line.includes(marker)) + 1).join('\n')}\n`;
};

describe('one key', () => {
	it('goes all the way to the process and back', () => {
		const h = key('io#2');
		expect([h.kind, h.char, h.echoed, h.settled]).toEqual(['key', 'h', true, true]);
		expect(way(h)).toEqual([
			'kubectl>apiserver',
			'apiserver>kubelet',
			'kubelet>streaming',
			'streaming>dockershim',
			'dockershim>engine',
			'engine>container',
			'container>engine',
			'engine>dockershim',
			'dockershim>streaming',
			'streaming>kubelet',
			'kubelet>apiserver',
			'apiserver>kubectl'
		]);
		expect(h.hops.map((hop) => hop.back).lastIndexOf(false)).toBe(5);
	});

	it('has its byte on every socket, at the place that the recording says', () => {
		const spans = key('io#2').hops.flatMap(({ span }) => (span ? [span] : []));
		expect(spans.map(({ c, dir, o }) => [c, dir, o])).toEqual([
			['c69', '>', 727],
			['c75', '>', 730],
			['c76', '>', 730],
			['c79', '>', 319],
			['c79', '<', 232],
			['c76', '<', 247],
			['c75', '<', 247],
			['c69', '<', 247]
		]);
		for (const span of spans)
			expect([...shell.bytes.bytes(span).data]).toEqual(['h'.charCodeAt(0)]);
	});

	it('names what it rides in, outermost first', () => {
		const layers = key('io#2').hops.map((hop) => hop.layers.join(' '));
		expect(layers).toEqual([
			'tls spdy',
			'tls spdy',
			'tcp spdy',
			'call',
			'unix docker',
			'terminal',
			'terminal',
			'unix docker',
			'call',
			'tcp spdy',
			'tls spdy',
			'tls spdy'
		]);
	});

	it('was seen on each socket when its bytes were read there, not when they were listed', () => {
		const { hops } = key('io#2');
		expect(hops.map((hop) => hop.at)).toEqual([
			992153,
			992875,
			993184,
			undefined,
			994437,
			undefined,
			995645,
			995991,
			undefined,
			997243,
			997539,
			997954
		]);
		expect(hops.map((hop) => hop.delay)).toEqual([
			undefined,
			722,
			309,
			undefined,
			1253,
			undefined,
			1208,
			346,
			undefined,
			1252,
			296,
			415
		]);
	});

	it('finds each its own echo, Enter too', () => {
		const echoes = [...shell.items]
			.filter((item) => item.id === 'io' && item.from === 'kubectl')
			.map((item) => [item.s, shell.items.at(followKey(shell, item).hops.at(-1)!.item)!.s]);
		expect(echoes).toHaveLength(14);
		for (const [typed, echo] of echoes)
			expect(Number(echo!.slice(3))).toBe(Number(typed!.slice(3)) + 1);
	});

	it('never goes back in time', () => {
		for (const item of [...shell.items].filter((one) => one.id === 'io')) {
			const seen = followKey(shell, item).hops.flatMap(({ at }) => at ?? []);
			expect(seen).toEqual([...seen].sort((one, other) => one - other));
		}
	});

	it('that is not sent back ends at the process', () => {
		const text = upTo(fixture('shell'), '"s":"resize#2"');
		const silent = readRecording('silent', text.replace(/"s":"io#\d*[13579]"/g, '"s":"ping"'));
		const journey = followKey(silent, itemOf(silent, 'io#4'));
		expect([journey.echoed, way(journey).at(-1)]).toEqual([false, 'engine>container']);
		// The prompt that holds the same letter came half a second later.
		expect(journey.settled).toBe(true);
	});
});

describe('a burst of keys', () => {
	/** Typed and printed chunks over one connection of each direction, at a millisecond each. */
	function talk(...chunks: [from: 'kubectl' | 'container', text: string][]): Recording {
		const lines: object[] = [];
		const line = (body: object) => lines.push({ i: lines.length, t: lines.length * 100, ...body });
		line({ k: 'conn', c: 'c1', from: 'kubectl', to: 'apiserver', over: 'tls', proto: 'http/1.1' });
		const at = { '>': 0, '<': 0 };
		for (const [from, d] of chunks) {
			const [dir, to] =
				from === 'kubectl' ? (['>', 'container'] as const) : (['<', 'kubectl'] as const);
			const of = lines.length;
			const span = { c: 'c1', dir, o: at[dir], len: Buffer.byteLength(d) };
			at[dir] += span.len;
			line({
				k: 'step',
				s: of === 1 ? 'io' : `io#${of}`,
				from,
				to,
				n: '',
				facts: { len: span.len }
			});
			line({ k: 'sent', of, ...span });
			line({ k: 'b', ...span, d });
		}
		return readRecording('talk', lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
	}
	const echoes = (recording: Recording, typed: number, byte = 0) => {
		const back = followKey(recording, recording.items.at(typed)!, byte).hops.filter(
			(hop) => hop.back && hop.span
		);
		return back.map((hop) => [hop.item, hop.span!.o]);
	};

	it('of the same letter: the first takes the first echo', () => {
		const run = talk(['kubectl', 'l'], ['kubectl', 'l'], ['container', 'l'], ['container', 'l']);
		expect([echoes(run, 0), echoes(run, 1)]).toEqual([[[2, 0]], [[3, 1]]]);
	});

	it('in one chunk: each byte has its place', () => {
		const run = talk(['kubectl', 'll'], ['container', 'xll']);
		expect([echoes(run, 0, 0), echoes(run, 0, 1)]).toEqual([[[1, 1]], [[1, 2]]]);
	});

	it('follows a character of several bytes whole', () => {
		const run = talk(['kubectl', '你'], ['container', '你']);
		expect(followKey(run, run.items.at(0)!)).toMatchObject({ char: '你', echoed: true });
	});

	it('takes an arrow key to have no echo', () => {
		const run = talk(['kubectl', '\u001b[A'], ['container', '\u001b[2K$ date']);
		expect(followKey(run, run.items.at(0)!).echoed).toBe(false);
	});

	it('gives up after a while', () => {
		const run = talk(['kubectl', 'a'], ['container', 'b']);
		expect(followKey(run, run.items.at(0)!).settled).toBe(false);
		run.t += echoWithin;
		expect(followKey(run, run.items.at(0)!).settled).toBe(true);
	});
});

describe('output', () => {
	it('comes from the process to kubectl; without a terminal Docker packs it', () => {
		for (const name of ['date', 'kubectl-1.36']) {
			const run = readRecording(name, fixture(name));
			const journey = followKey(run, itemOf(run, 'io'));
			expect([journey.kind, journey.settled]).toEqual(['output', true]);
			expect(journey.hops.map((hop) => hop.layers.join(' '))).toEqual([
				'pipe',
				'unix docker stdcopy',
				'call',
				'tcp spdy',
				'tls spdy',
				'tls spdy'
			]);
		}
	});
});

describe('the latest key', () => {
	it('is none where nobody types', () => {
		for (const name of ['date', 'kubectl-1.36', 'refused', 'boot'])
			expect(latestKey(readRecording(name, fixture(name)))).toBeUndefined();
	});

	it('moves on while a live run grows, and its way grows hop by hop', () => {
		const lines = fixture('shell').trimEnd().split('\n');
		const reader = new RecordingReader('live');
		const seen: string[] = [];
		const ways = new Set<number>();
		for (const line of lines) {
			reader.pushLines([line]);
			const latest = latestKey(reader.recording);
			if (latest && seen.at(-1) !== latest.s) seen.push(latest.s);
			if (latest?.s !== 'io#2') continue;
			const { hops } = followKey(reader.recording, latest);
			ways.add(hops.length);
			expect(hops.length).toBeGreaterThanOrEqual(Math.max(...ways) - 1);
		}
		expect(seen).toHaveLength(14);
		expect(ways.has(12)).toBe(true);
	});
});
