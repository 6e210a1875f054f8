import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
	clusterStateAt,
	type ClusterState
} from '../../../src/lib/inspector/cluster-state/cluster-state.ts';
import { readRecording, RecordingReader } from '../../../src/lib/recording/reader.ts';
import { findItem } from '../../../src/lib/recording/find-item.ts';
import type { Recording } from '../../../src/lib/recording/recording.ts';

const fixture = (name: string) =>
	readFileSync(`tests/fixtures/recordings/${name}.execscope`, 'utf8');
const read = (name: string) => readRecording(name, fixture(name));
const execTotal = 'kubelet_runtime_operations_total{operation_type="exec"}';

function at(recording: Recording, step: string, attempt?: number): ClusterState {
	const cursor = findItem(recording, step, attempt);
	expect(cursor, step).toBeGreaterThanOrEqual(0);
	return clusterStateAt(recording, cursor);
}

const tokens = ({ tokens: all }: ClusterState) => all.map(({ token, change }) => [token, change]);
const streams = ({ streams: all }: ClusterState) =>
	all.map(({ id, type, change }) => [id, type, change]);
const ways = ({ connections }: ClusterState) =>
	connections.map(({ from, to, change }) => [`${from} ${to}`, change]);
const matched = ({ tables }: ClusterState) => tables.map((table) => table.matched?.row.path);

describe('the state of the cluster', () => {
	it('is empty before the first step', () => {
		const state = clusterStateAt(read('date'), -1);
		expect(state).toMatchObject({ tokens: [], streams: [], connections: [], metrics: [] });
		expect(matched(state)).toEqual([undefined, undefined, undefined]);
	});

	it('keeps a token from its insertion until it is spent', () => {
		const run = read('date');
		expect(tokens(at(run, 'check-container'))).toEqual([]);
		expect(tokens(at(run, 'cache-insert'))).toEqual([[undefined, 'kept']]);
		expect(tokens(at(run, 'token-url'))).toEqual([['1TSA2y87', 'told']]);
		expect(tokens(at(run, 'cri-handler'))).toEqual([['1TSA2y87', undefined]]);
		expect(at(run, 'cri-handler').tokens[0]!.leftMs).toBe(59_975);
		expect(tokens(at(run, 'token-consume'))).toEqual([['1TSA2y87', 'spent']]);
		expect(tokens(at(run, 'serve-exec'))).toEqual([]);
	});

	it('lets a token expire after its minute, and nobody spend it then', () => {
		let late = 0;
		const lines = fixture('date')
			.split('\n')
			.map((line) => {
				if (line.includes('"s":"follow-redirect"')) late = 60_000_000;
				return line.replace(/"t":(\d+)/, (_, t) => `"t":${Number(t) + late}`);
			});
		const run = readRecording('late', lines.join('\n'));
		expect(tokens(at(run, 'redirect'))).toEqual([['1TSA2y87', undefined]]);
		expect(tokens(at(run, 'follow-redirect'))).toEqual([['1TSA2y87', 'expired']]);
		expect(tokens(at(run, 'token-consume'))).toEqual([]);
	});

	it('tells of tokens that other runs left', () => {
		const lines = fixture('date').replace('"waiting":0', '"waiting":2');
		expect(at(readRecording('busy', lines), 'cache-insert').others).toBe(2);
	});

	it('opens the streams one after another, and closes them all', () => {
		const run = read('shell');
		expect(streams(at(run, 'stream-open'))).toEqual([[1, 'error', 'opened']]);
		expect(at(run, 'stream-open').streams[0]!.answered).toBe(false);
		expect(streams(at(run, 'stream-open:reply#2'))).toEqual([
			[1, 'error', undefined],
			[3, 'stdin', 'answered']
		]);
		const open = [
			[1, 'error'],
			[3, 'stdin'],
			[5, 'stdout'],
			[7, 'resize']
		];
		expect(streams(at(run, 'exit-status'))).toEqual(open.map((each) => [...each, undefined]));
		expect(streams(at(run, 'close'))).toEqual(open.map((each) => [...each, 'closed']));
	});

	it('holds the connections that are open, each from the step that opened it', () => {
		const run = read('date');
		expect(ways(at(run, 'discovery'))).toEqual([['kubectl apiserver', 'opened']]);
		expect(ways(at(run, 'kubelet-exec'))).toEqual([
			['kubectl apiserver', undefined],
			['kubectl apiserver', undefined],
			['apiserver kubelet', 'opened']
		]);
		expect(ways(at(run, 'token-url')).at(-1)).toEqual(['dockershim engine', 'closed']);
		expect(ways(at(run, 'io'))).toEqual([
			['kubectl apiserver', undefined],
			['kubectl apiserver', undefined],
			['apiserver kubelet', undefined],
			['kubelet streaming', undefined],
			['dockershim engine', undefined]
		]);
		expect(ways(at(run, 'close')).map(([, change]) => change)).toEqual(Array(5).fill('closed'));
	});

	it('marks the row that a request came to, at the step that shows it', () => {
		const run = read('date');
		expect(matched(at(run, 'get-pod'))).toEqual([undefined, undefined, undefined]);
		expect(matched(at(run, 'authorize-get'))).toEqual(['pods', undefined, undefined]);
		expect(matched(at(run, 'kubelet-authorize'))).toEqual(['pods/exec', undefined, undefined]);
		const exec = '/exec/{podNamespace}/{podID}/{containerName}';
		expect(matched(at(run, 'get-exec'))).toEqual(['pods/exec', exec, undefined]);
		expect(matched(at(run, 'cri-handler'))).toEqual([
			'pods/exec',
			'/cri/{verb}/{token}',
			'/cri/exec/{token}'
		]);
		expect(at(run, 'cri-handler').tables.map(({ matched: row }) => row?.now)).toEqual([
			false,
			true,
			true
		]);
	});

	it('matches no row for a request that was not let in', () => {
		const run = read('refused');
		expect(matched(at(run, 'authorize-get'))[0]).toBe('pods');
		expect(matched(at(run, 'post-exec:reply'))).toEqual(['pods', undefined, undefined]);
	});

	it('counts the CRI calls of the run, and knows the counter once a step has told it', () => {
		const run = read('kubectl-1.36');
		const total = (state: ClusterState) => state.metrics.find(({ name }) => name === execTotal);
		expect(total(at(run, 'cri-exec', 1))).toBeUndefined();
		expect(total(at(run, 'token-url', 1))).toMatchObject({ moved: 1, by: 1, value: undefined });
		expect(total(at(run, 'redirect', 1))).toMatchObject({ moved: 1, by: 0, value: 3 });
		expect(total(at(run, 'token-url', 2))).toMatchObject({ moved: 2, by: 1, value: 4 });
		// What the second redirect tells is what was reckoned before.
		expect(total(at(run, 'redirect', 2))).toMatchObject({ moved: 2, by: 0, value: 4 });
		expect(at(run, 'close').metrics.map(({ name, moved }) => [name.split('"')[1], moved])).toEqual([
			['list_podsandbox', 2],
			['list_containers', 2],
			['exec', 2]
		]);
	});

	it('holds both tokens of two tries, one after the other', () => {
		const run = read('kubectl-1.36');
		expect(tokens(at(run, 'token-consume', 1))).toEqual([['qJtUBdBE', 'spent']]);
		expect(tokens(at(run, 'post-exec', 2))).toEqual([]);
		expect(tokens(at(run, 'token-url', 2))).toEqual([['pAwXoaRs', 'told']]);
	});

	it('has no tables at a start until each is made', () => {
		const run = read('boot');
		const sizes = (state: ClusterState) => state.tables.map(({ rows }) => rows.length);
		expect(sizes(clusterStateAt(run, 0))).toEqual([0, 0, 0]);
		expect(sizes(at(run, 'rest-storage-map'))).toEqual([26, 0, 0]);
		expect(at(run, 'rest-storage-map').tables[0]!.made).toBe(true);
		expect(sizes(at(run, 'streaming-routes'))).toEqual([26, 0, 3]);
		expect(sizes(at(run, 'debugging-handlers'))).toEqual([26, 22, 3]);
		expect(at(run, 'api-request:reply').tables[0]!.matched?.row.path).toBe('nodes');
	});

	it('says when the debugging handlers are off', () => {
		const run = read('boot-debugging-off');
		expect(at(run, 'debugging-disabled').tables[1]!.debuggingOff).toBe(true);
	});

	it.each(['date', 'shell', 'kubectl-1.36', 'refused', 'boot'])(
		'%s: is at every step the same when the run grew line by line',
		(name) => {
			const whole = read(name);
			const reader = new RecordingReader(name);
			for (const line of fixture(name).split('\n').filter(Boolean)) {
				reader.pushLines([line]);
				clusterStateAt(reader.recording, reader.recording.items.length - 1);
			}
			for (let cursor = -1; cursor < whole.items.length; cursor++)
				expect(clusterStateAt(reader.recording, cursor)).toEqual(clusterStateAt(whole, cursor));
		}
	);

	it.each(['date', 'shell', 'kubectl-1.36', 'refused', 'boot'])(
		'%s: depends on nothing that comes after the step',
		(name) => {
			const whole = read(name);
			const lines = fixture(name).split('\n');
			for (let cursor = 0; cursor + 1 < whole.items.length; cursor += 7) {
				const next = whole.items.at(cursor + 1)!.i;
				const cut = readRecording(name, `${lines.slice(0, next).join('\n')}\n`);
				expect(clusterStateAt(cut, cursor)).toEqual(clusterStateAt(whole, cursor));
			}
		}
	);
});
