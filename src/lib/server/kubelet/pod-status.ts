/**
 * What the kubelet reports of a pod, from what the runtime says of its containers: `convertStatusToAPIStatus` and
 * `getPhase` of `pkg/kubelet/kubelet_pods.go`. Without init containers, probes and restarts.
 */
import type { CriMessage } from '../../wire/cri/messages.ts';
import { timestamp } from './node-status.ts';
import type {
	ContainerSpec,
	ContainerStateStatus,
	ContainerStatus,
	Pod,
	PodCondition,
	PodPhase,
	PodStatus
} from './pod.ts';

export type CriContainerStatus = CriMessage<'ContainerStatus'>;

/** Why a container waits: `ContainerCreating`, `ErrImagePull`. */
export interface Waiting {
	reason: string;
	message?: string;
}

export interface Observed {
	podIP: string;
	/** By container name: what the runtime said last, or why there is none. */
	containers: Map<string, CriContainerStatus | Waiting>;
	hostIP: string;
	now: Date;
}

/** The status of a pod; a condition that has not changed keeps its time. */
export function podStatus(pod: Pod, observed: Observed): PodStatus {
	const containerStatuses = pod.spec.containers.map((container) =>
		containerStatus(
			container,
			observed.containers.get(container.name) ?? { reason: 'ContainerCreating' }
		)
	);
	return {
		...pod.status,
		phase: phase(pod, containerStatuses),
		conditions: conditions(pod, containerStatuses, observed.now),
		hostIP: observed.hostIP,
		...(observed.podIP ? { podIP: observed.podIP } : {}),
		startTime: pod.status?.startTime ?? timestamp(observed.now),
		containerStatuses,
		qosClass: pod.status?.qosClass ?? 'BestEffort'
	};
}

function containerStatus(
	container: ContainerSpec,
	seen: CriContainerStatus | Waiting
): ContainerStatus {
	const base = { name: container.name, lastState: {}, image: container.image };
	if (!('id' in seen)) {
		return { ...base, state: { waiting: seen }, ready: false, restartCount: 0, imageID: '' };
	}
	const state = containerState(seen);
	const running = state.running !== undefined;
	return {
		...base,
		state,
		ready: running,
		restartCount: seen.metadata?.attempt ?? 0,
		image: seen.image?.image || container.image,
		imageID: seen.image_ref,
		containerID: containerID(seen.id),
		started: running
	};
}

function containerState(seen: CriContainerStatus): ContainerStateStatus {
	if (seen.state === 'CONTAINER_RUNNING') {
		return { running: { startedAt: fromNanoseconds(seen.started_at) } };
	}
	if (seen.state === 'CONTAINER_EXITED') {
		return {
			terminated: {
				exitCode: seen.exit_code,
				reason: seen.reason || (seen.exit_code === 0 ? 'Completed' : 'Error'),
				startedAt: fromNanoseconds(seen.started_at),
				finishedAt: fromNanoseconds(seen.finished_at),
				containerID: containerID(seen.id)
			}
		};
	}
	return { waiting: { reason: 'ContainerCreating' } };
}

const containerID = (id: string) => `docker://${id}`;

function fromNanoseconds(nanoseconds: string): string {
	return timestamp(new Date(Number(BigInt(nanoseconds) / 1_000_000n)));
}

/** Pending until every container was started once; over when none will run again. */
function phase(pod: Pod, statuses: ContainerStatus[]): PodPhase {
	const states = statuses.map((each) => each.state);
	if (states.some((state) => state.waiting)) return 'Pending';
	if (states.some((state) => state.running)) return 'Running';
	const failed = states.some((state) => state.terminated?.exitCode !== 0);
	switch (pod.spec.restartPolicy) {
		case 'Never':
			return failed ? 'Failed' : 'Succeeded';
		case 'OnFailure':
			return failed ? 'Running' : 'Succeeded';
		default:
			return 'Running';
	}
}

function conditions(pod: Pod, statuses: ContainerStatus[], now: Date): PodCondition[] {
	const unready = statuses.filter((each) => !each.ready).map((each) => each.name);
	const ready = unready.length === 0;
	const why = ready
		? {}
		: {
				reason: 'ContainersNotReady',
				message: `containers with unready status: [${unready.join(' ')}]`
			};
	const condition = (
		type: string,
		status: boolean,
		more: Pick<PodCondition, 'reason' | 'message'> = {}
	): PodCondition => {
		const value = status ? 'True' : 'False';
		const before = pod.status?.conditions?.find((each) => each.type === type);
		const lastTransitionTime =
			before?.status === value ? before.lastTransitionTime : timestamp(now);
		return { type, status: value, lastProbeTime: null, lastTransitionTime, ...more };
	};
	return [
		condition('Initialized', true),
		condition('Ready', ready, why),
		condition('ContainersReady', ready, why),
		condition('PodScheduled', true)
	];
}
