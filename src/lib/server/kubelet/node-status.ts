/**
 * The Node object that a kubelet registers: `pkg/kubelet/kubelet_node_status.go`. Size and kernel are those of this
 * machine; the identifiers of the machine are left empty, because recordings are shared.
 */
import os from 'node:os';
import { eras, type EraId } from '../../trace/eras.ts';
import type { Address } from '../transport/address.ts';

export interface NodeFacts {
	name: string;
	address: Address;
	era: EraId;
	/** `docker://20.10.24` */
	containerRuntimeVersion: string;
	/** When its kubelet began to say so. */
	since: Date;
	now: Date;
}

export function nodeObject({
	name,
	address,
	era,
	containerRuntimeVersion,
	since,
	now
}: NodeFacts): object {
	const arch = { x64: 'amd64' }[os.arch()] ?? os.arch();
	const version = `v${eras[era].version}`;
	const capacity = {
		cpu: String(os.cpus().length),
		memory: `${Math.floor(os.totalmem() / 1024)}Ki`,
		pods: '110'
	};
	return {
		kind: 'Node',
		apiVersion: 'v1',
		metadata: {
			name,
			labels: {
				'beta.kubernetes.io/arch': arch,
				'beta.kubernetes.io/os': 'linux',
				'kubernetes.io/arch': arch,
				'kubernetes.io/hostname': name,
				'kubernetes.io/os': 'linux'
			}
		},
		spec: {},
		status: {
			capacity,
			allocatable: capacity,
			conditions: conditions(since, now),
			addresses: [
				...(address.kind === 'tcp' ? [{ type: 'InternalIP', address: address.host }] : []),
				{ type: 'Hostname', address: name }
			],
			daemonEndpoints: {
				kubeletEndpoint: { Port: address.kind === 'tcp' ? address.port : 0 }
			},
			nodeInfo: {
				machineID: '',
				systemUUID: '',
				bootID: '',
				kernelVersion: os.release(),
				osImage: 'Execscope',
				containerRuntimeVersion,
				kubeletVersion: version,
				kubeProxyVersion: version,
				operatingSystem: 'linux',
				architecture: arch
			}
		}
	};
}

function conditions(since: Date, now: Date): object[] {
	const [lastTransitionTime, lastHeartbeatTime] = [timestamp(since), timestamp(now)];
	const condition = (type: string, status: string, reason: string, message: string) => ({
		type,
		status,
		lastHeartbeatTime,
		lastTransitionTime,
		reason,
		message
	});
	return [
		condition(
			'MemoryPressure',
			'False',
			'KubeletHasSufficientMemory',
			'kubelet has sufficient memory available'
		),
		condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
		condition(
			'PIDPressure',
			'False',
			'KubeletHasSufficientPID',
			'kubelet has sufficient PID available'
		),
		condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
	];
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export function timestamp(date: Date): string {
	return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
