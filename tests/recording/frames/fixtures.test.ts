import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countBytes, leavesOf } from '../../../src/lib/recording/frames/count-bytes.ts';
import { framesOf } from '../../../src/lib/recording/frames/frames-of.ts';
import { RecordingReader } from '../../../src/lib/recording/reader.ts';
import type { Item, Recording } from '../../../src/lib/recording/recording.ts';
import { gapsIn } from '../../support/frame-gaps.ts';

const folder = path.resolve('tests/fixtures/recordings');
const names = readdirSync(folder).map((name) => name.replace(/\.execscope$/, ''));
const textOf = (name: string) => readFileSync(path.join(folder, `${name}.execscope`), 'utf8');

function load(name: string): Recording {
	const reader = new RecordingReader(name);
	reader.push(textOf(name));
	return reader.recording;
}

function step(recording: Recording, s: string, attempt?: number): Item {
	for (const item of recording.items)
		if (item.s === s && (attempt === undefined || item.try === attempt)) return item;
	throw new Error(`no step ${s}`);
}

/** Names of an item's frames, with their wires, by socket. */
function named(recording: Recording, item: Item): string[] {
	return framesOf(recording, item).map(({ frames }) =>
		frames
			.map(({ wire, name, payload }) => `${wire} ${name}${payload ? ` (${payload})` : ''}`)
			.join(', ')
	);
}

const all = (recording: Recording) =>
	[...recording.items].map((item) => named(recording, item).join(' | '));

describe('the kept recordings', () => {
	// Fewer would mean that the test reads less than it says.
	const atLeast: Record<string, [arrows: number, bytes: number]> = {
		boot: [100, 100_000],
		'boot-debugging-off': [100, 100_000],
		date: [40, 30_000],
		'kubectl-1.36': [60, 50_000],
		refused: [3, 3_000],
		shell: [60, 30_000]
	};

	it.each(names)('every byte of every arrow of %s is in exactly one field', (name) => {
		const recording = load(name);
		let [arrows, known, bytes] = [0, 0, 0];
		for (const item of recording.items) {
			if (item.sent.length > 0) arrows++;
			for (const { span, frames } of framesOf(recording, item)) {
				expect(gapsIn(span, frames), item.s).toEqual([]);
				const count = countBytes(frames);
				known += count.named;
				bytes += count.all;
			}
		}
		expect(known).toBe(bytes);
		expect(arrows).toBeGreaterThanOrEqual(atLeast[name]![0]);
		expect(bytes).toBeGreaterThanOrEqual(atLeast[name]![1]);
	});

	it.each(names)('%s is the same read backwards', (name) => {
		const recording = load(name);
		const backwards = [...recording.items]
			.toReversed()
			.map((item) => named(recording, item).join(' | '));
		expect(backwards.toReversed()).toEqual(all(load(name)));
	});

	it.each(['date', 'shell', 'kubectl-1.36'])('%s is the same read as it grows', (name) => {
		const reader = new RecordingReader(name);
		const { recording } = reader;
		for (const line of textOf(name).split('\n')) {
			reader.push(`${line}\n`);
			const last = recording.items.at(-1);
			if (last) named(recording, last);
		}
		expect(all(recording)).toEqual(all(load(name)));
	});
});

describe('the frames of an exec without a terminal', () => {
	const recording = load('date');
	const exec = 'POST /runtime.v1alpha2.RuntimeService/Exec';
	it.each<[string, RegExp[]]>([
		['get-pod', [/^H GET \/api\/v1\/namespaces\/default\/pods\/nginx$/]],
		['get-pod:reply', [/^H 200 OK, H body \(\d+\)$/]],
		[
			'list-containers',
			[/^G HEADERS 1 POST .*ListPodSandbox, G DATA 1 ListPodSandboxRequest \(\d+\)$/]
		],
		['cri-exec', [new RegExp(`^G HEADERS 5 ${exec}, G DATA 5 ExecRequest \\(\\d+\\)$`)]],
		['token-url', [/^G HEADERS 5 200, G DATA 5 ExecResponse \(\d+\), G HEADERS 5 grpc-status 0$/]],
		['check-container:reply', [/^H 200 OK, H chunk \(\d+\), H last chunk$/]],
		['switching-protocols', Array<RegExp>(3).fill(/^H 101 Switching Protocols$/)],
		['stream-open', Array<RegExp>(3).fill(/^S SYN_STREAM 1 error$/)],
		['stream-open:reply#3', Array<RegExp>(3).fill(/^S SYN_REPLY 5 stderr$/)],
		['hijack', [/^H 101 UPGRADED$/]],
		['io', [/^D stdout \(29\)$/, ...Array<RegExp>(3).fill(/^S DATA 3 stdout \(29\)$/)]],
		['exit-status', Array<RegExp>(3).fill(/^S DATA 1 error \(34\)$/)]
	])('%s', (s, wanted) => {
		const found = named(recording, step(recording, s));
		expect(found).toHaveLength(wanted.length);
		wanted.forEach((pattern, at) => expect(found[at]).toMatch(pattern));
	});

	it('names each box of what rides in what', () => {
		const [at] = framesOf(recording, step(recording, 'cri-exec'));
		const { box } = at!.frames[1]!;
		expect([box.name, box.inside[0]!.name, box.inside[0]!.inside[0]!.name]).toEqual([
			'HTTP/2 DATA frame',
			'gRPC message',
			'ExecRequest'
		]);
		const request = box.inside[0]!.inside[0]!;
		expect(request.fields.map(({ name }) => name)).toEqual(
			expect.arrayContaining(['container_id', 'cmd', 'stdout'])
		);
		expect(request.fields.find(({ name }) => name === 'cmd')).toMatchObject({
			len: 6,
			value: 'date'
		});
	});

	it('says the exit code that the error stream carries', () => {
		const [at] = framesOf(recording, step(recording, 'exit-status'));
		expect(at!.frames[0]!.facts).toEqual({ exit: '0' });
	});

	it('marks what was starred when it was recorded', () => {
		const refused = load('refused');
		const [at] = framesOf(refused, step(refused, 'get-pod'));
		const secrets = leavesOf(at!.frames[0]!.box).filter(({ secret }) => secret);
		expect(secrets.map(({ name }) => name.toLowerCase())).toEqual(['authorization']);
	});
});

describe('the frames of a terminal', () => {
	const recording = load('shell');
	it('are raw bytes at Docker and DATA on the other sockets', () => {
		expect(named(recording, step(recording, 'io#2'))).toEqual([
			...Array<string>(3).fill('S DATA 3 stdin (1)'),
			'D stdin (1)'
		]);
		expect(named(recording, step(recording, 'io#3'))).toEqual([
			'D terminal (1)',
			...Array<string>(3).fill('S DATA 5 stdout (1)')
		]);
	});

	it('tell its size', () => {
		const [at] = framesOf(recording, step(recording, 'resize'));
		expect(at!.frames.at(-1)!.facts).toEqual({
			size: expect.stringMatching(/^\d+x\d+$/) as string
		});
	});
});
