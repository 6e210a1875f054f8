/**
 * What the columns of `kubectl get` show, per kind: `pkg/printers/internalversion/printers.go`. RESTARTS is
 * a number or a text by era. Columns of priority 1 are those of `-o wide`.
 */
import { eras, type EraId } from '../../trace/eras.ts';
import { ageOf } from './human-duration.ts';
import type { ContainerStatus, Event, Namespace, Node, Pod } from './objects.ts';

export interface Column {
	name: string;
	type: 'string' | 'integer';
	format: '' | 'name';
	description: string;
	priority: 0 | 1;
}

export interface Cells {
	cells: (string | number)[];
	conditions?: { type: 'Completed'; status: 'True'; reason: string; message: string }[];
}

export interface Printer<T> {
	columns(era: EraId): readonly Column[];
	row(object: T, now: number, era: EraId): Cells;
}

const column = (
	name: string,
	description: string,
	priority: 0 | 1 = 0,
	type: Column['type'] = 'string'
): Column => ({ name, type, format: name === 'Name' ? 'name' : '', description, priority });

const nameColumn = column('Name', 'Name of the object, unique among its kind in its namespace.');
const ageColumn = column('Age', 'Time since the object was created.');
const none = '<none>';

export const podPrinter: Printer<Pod> = {
	columns: (era) => [
		nameColumn,
		column('Ready', 'Containers that are ready, of all containers of the pod.'),
		column('Status', 'What the containers of the pod are doing, in one word.'),
		column('Restarts', 'How often containers of the pod were restarted.', 0, eras[era].restarts),
		ageColumn,
		column('IP', 'Address of the pod.', 1),
		column('Node', 'Node that the pod is bound to.', 1),
		column('Nominated Node', 'Node where others may be evicted for the pod.', 1),
		column('Readiness Gates', 'Conditions that must be true before the pod counts as ready.', 1)
	],
	row(pod, now, era) {
		const { spec, status } = pod;
		const { reason, ready, restarts, lastRestart } = summaryOf(pod);
		const cells = [
			pod.metadata.name,
			`${ready}/${spec.containers.length}`,
			reason,
			eras[era].restarts === 'integer' ? restarts : restartsText(restarts, lastRestart, now),
			ageOf(pod.metadata.creationTimestamp, now),
			status.podIP || none,
			spec.nodeName || none,
			status.nominatedNodeName || none,
			readinessGates(pod)
		];
		const over = completion[status.phase ?? ''];
		return over
			? { cells, conditions: [{ type: 'Completed', status: 'True', ...over }] }
			: { cells };
	}
};

const completion: Record<string, { reason: string; message: string } | undefined> = {
	Succeeded: { reason: 'Succeeded', message: 'All containers have ended well.' },
	Failed: { reason: 'Failed', message: 'All containers have ended, one of them badly.' }
};

/** `1 (3m ago)`; when nobody knows of when, the number alone. */
function restartsText(restarts: number, last: string | undefined, now: number): string {
	return restarts > 0 && last ? `${restarts} (${ageOf(last, now)} ago)` : String(restarts);
}

interface Summary {
	reason: string;
	ready: number;
	restarts: number;
	/** When a container that was restarted had ended last. */
	lastRestart: string | undefined;
}

function summaryOf(pod: Pod): Summary {
	const { status } = pod;
	const initializing = initReason(pod);
	const containers = status.containerStatuses ?? [];
	let reason = initializing ?? (status.reason || status.phase || 'Unknown');
	let running = false;
	let ready = 0;
	if (initializing === undefined) {
		// From the last to the first, so that the first container with something to say has the last word.
		for (const container of containers.toReversed()) {
			reason = stateReason(container) ?? reason;
			if (container.ready && container.state?.running) {
				running = true;
				ready++;
			}
		}
		if (reason === 'Completed' && running) reason = 'Running';
	}
	if (pod.metadata.deletionTimestamp) {
		reason = status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
	}
	const counted = initializing === undefined ? containers : (status.initContainerStatuses ?? []);
	return {
		reason,
		ready,
		restarts: counted.reduce((sum, one) => sum + (one.restartCount ?? 0), 0),
		lastRestart: counted
			.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? [])
			.sort()
			.at(-1)
	};
}

function stateReason({ state }: ContainerStatus): string | undefined {
	if (state?.waiting?.reason) return state.waiting.reason;
	if (state?.terminated) return state.terminated.reason || endOf(state.terminated);
	return undefined;
}

function endOf({ signal, exitCode }: { signal?: number; exitCode: number }): string {
	return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

/** `Init:0/1` and the like, while init containers are not done. */
function initReason(pod: Pod): string | undefined {
	const statuses = pod.status.initContainerStatuses ?? [];
	const total = pod.spec.initContainers?.length ?? 0;
	for (const [index, { state }] of statuses.entries()) {
		if (state?.terminated?.exitCode === 0) continue;
		if (state?.terminated) return `Init:${state.terminated.reason || endOf(state.terminated)}`;
		const waiting = state?.waiting?.reason;
		if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`;
		return `Init:${index}/${total}`;
	}
	return undefined;
}

function readinessGates({ spec, status }: Pod): string {
	const gates = spec.readinessGates ?? [];
	if (gates.length === 0) return none;
	const met = gates.filter((gate) =>
		status.conditions?.some(({ type, status }) => type === gate.conditionType && status === 'True')
	);
	return `${met.length}/${gates.length}`;
}

export const nodePrinter: Printer<Node> = {
	columns: () => [
		nameColumn,
		column('Status', 'Whether the node is ready, and whether pods may be bound to it.'),
		column('Roles', 'What the node is for, from its labels.'),
		ageColumn,
		column('Version', 'Version of its kubelet.'),
		column('Internal-IP', 'Address inside the cluster.', 1),
		column('External-IP', 'Address outside the cluster.', 1),
		column('OS-Image', 'Operating system, as the kubelet tells it.', 1),
		column('Kernel-Version', 'Kernel, as the kubelet tells it.', 1),
		column('Container-Runtime', 'Container runtime and its version.', 1)
	],
	row(node, now) {
		const { nodeInfo = {}, addresses = [] } = node.status;
		const address = (type: string) => addresses.find((one) => one.type === type)?.address || none;
		return {
			cells: [
				node.metadata.name,
				nodeState(node),
				roles(node),
				ageOf(node.metadata.creationTimestamp, now),
				nodeInfo['kubeletVersion'] ?? '',
				address('InternalIP'),
				address('ExternalIP'),
				nodeInfo['osImage'] || '<unknown>',
				nodeInfo['kernelVersion'] || '<unknown>',
				nodeInfo['containerRuntimeVersion'] || '<unknown>'
			]
		};
	}
};

function nodeState(node: Node): string {
	const ready = node.status.conditions?.find(({ type }) => type === 'Ready');
	const state = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
	return node.spec.unschedulable ? `${state},SchedulingDisabled` : state;
}

function roles({ metadata }: Node): string {
	const prefix = 'node-role.kubernetes.io/';
	const found = Object.entries(metadata.labels ?? {}).flatMap(([label, value]) => {
		if (label.startsWith(prefix)) return [label.slice(prefix.length)];
		return label === 'kubernetes.io/role' && value ? [value] : [];
	});
	return (
		found
			.filter((role) => role !== '')
			.sort()
			.join(',') || none
	);
}

export const namespacePrinter: Printer<Namespace> = {
	columns: () => [nameColumn, column('Status', 'Whether it is in use or going away.'), ageColumn],
	row: ({ metadata, status }, now) => ({
		cells: [metadata.name, status.phase, ageOf(metadata.creationTimestamp, now)]
	})
};

export const eventPrinter: Printer<Event> = {
	columns: () => [
		column('Last Seen', 'Time since it happened last.'),
		column('Type', 'Normal or Warning.'),
		column('Reason', 'What happened, in one word.'),
		column('Object', 'What it happened to.'),
		column('Source', 'Who tells it.', 1),
		column('Message', 'What happened, in a sentence.'),
		column('First Seen', 'Time since it happened first.', 1),
		column('Count', 'How often it happened.', 1),
		{ ...nameColumn, priority: 1 }
	],
	row(event, now) {
		const { kind = '', name = '' } = event.involvedObject;
		const { component = '', host } = event.source ?? {};
		return {
			cells: [
				ageOf(event.lastTimestamp, now),
				event.type ?? '',
				event.reason ?? '',
				`${kind.toLowerCase()}/${name}`,
				host ? `${component}, ${host}` : component,
				(event.message ?? '').trim(),
				ageOf(event.firstTimestamp, now),
				String(event.count ?? 1),
				event.metadata.name
			]
		};
	}
};
