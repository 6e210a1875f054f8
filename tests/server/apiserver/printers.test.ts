import { expect, test } from 'vitest';
import { humanDuration } from '../../../src/lib/server/apiserver/human-duration.ts';
import type { Pod, PodStatus } from '../../../src/lib/server/apiserver/objects.ts';
import { nodePrinter, podPrinter } from '../../../src/lib/server/apiserver/printers.ts';
import { eras, type EraId } from '../../../src/lib/trace/eras.ts';
import { nodeObject } from './support.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
	[-5 * second, '<invalid>'],
	[0, '0s'],
	[119 * second, '119s'],
	[2 * minute, '2m'],
	[9 * minute + 59 * second, '9m59s'],
	[10 * minute + 30 * second, '10m'],
	[179 * minute, '179m'],
	[3 * hour, '3h'],
	[7 * hour + 5 * minute, '7h5m'],
	[47 * hour, '47h'],
	[2 * day, '2d'],
	[7 * day + 3 * hour, '7d3h'],
	[700 * day, '700d'],
	[800 * day, '2y70d'],
	[3650 * day, '10y']
])('says of %d ms %s', (ms, text) => {
	expect(humanDuration(ms)).toBe(text);
});

const pod = (status: PodStatus, more: Partial<Pod['metadata']> = {}): Pod => ({
	kind: 'Pod',
	apiVersion: 'v1',
	metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '', ...more },
	spec: {
		containers: [
			{ name: 'a', image: 'x' },
			{ name: 'b', image: 'x' }
		],
		initContainers: [{ name: 'i', image: 'x' }]
	},
	status
});
const running = { running: { startedAt: '' } };

test.each<[string, Pod, string, string]>([
	['the phase, when nothing better is known', pod({ phase: 'Pending' }), '0/2', 'Pending'],
	[
		'what a container waits for',
		pod({
			phase: 'Pending',
			containerStatuses: [{ name: 'a', state: { waiting: { reason: 'ErrImagePull' } } }]
		}),
		'0/2',
		'ErrImagePull'
	],
	[
		'Running while one of two has completed',
		pod({
			phase: 'Running',
			containerStatuses: [
				{ name: 'a', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
				{ name: 'b', ready: true, state: running }
			]
		}),
		'1/2',
		'Running'
	],
	[
		'the exit code of a container without a reason',
		pod({
			phase: 'Failed',
			containerStatuses: [{ name: 'a', state: { terminated: { exitCode: 3 } } }]
		}),
		'0/2',
		'ExitCode:3'
	],
	[
		'how far initialization is',
		pod({ phase: 'Pending', initContainerStatuses: [{ name: 'i', state: running }] }),
		'0/2',
		'Init:0/1'
	],
	[
		'Terminating, whatever the containers do',
		pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
		'0/2',
		'Terminating'
	]
])('shows as STATUS %s', (_what, one, ready, status) => {
	expect(podPrinter.row(one, 0, '1.15-redirect').cells.slice(1, 3)).toEqual([ready, status]);
});

test.each<[string, EraId, number, string | undefined, string | number]>([
	['a number, as long as it was one', '1.15-proxy', 2, '2026-01-01T00:00:00Z', 2],
	[
		'a text with the time of the last one, from 1.22 on',
		'1.24-cri',
		2,
		'2026-01-01T00:00:00Z',
		'2 (3m ago)'
	],
	['the bare number where nobody knows when', '1.36', 2, undefined, '2'],
	['0 for none', '1.36', 0, undefined, '0']
])('shows as RESTARTS %s', (_what, era, restartCount, finishedAt, shown) => {
	const lastState = finishedAt ? { terminated: { finishedAt } } : {};
	const one = pod({ containerStatuses: [{ name: 'a', restartCount, lastState }] });
	const now = Date.parse('2026-01-01T00:03:00Z');
	expect(podPrinter.row(one, now, era).cells[3]).toBe(shown);
	expect(podPrinter.columns(era)[3]).toMatchObject({ name: 'Restarts', type: eras[era].restarts });
});

test('marks pods that are over, so that kubectl can leave them out', () => {
	expect(podPrinter.row(pod({ phase: 'Succeeded' }), 0, '1.15-redirect').conditions).toMatchObject([
		{ type: 'Completed', status: 'True', reason: 'Succeeded' }
	]);
});

test('shows roles and readiness of nodes', () => {
	const node = nodeObject('n', 1, false);
	const metadata = {
		...node.metadata,
		labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/edge': '' },
		uid: '',
		resourceVersion: '',
		creationTimestamp: ''
	};
	const cells = nodePrinter.row(
		{ ...node, metadata, spec: { unschedulable: true } } as never,
		0,
		'1.15-redirect'
	).cells;
	expect(cells.slice(0, 3)).toEqual(['n', 'NotReady,SchedulingDisabled', 'edge,worker']);
});
