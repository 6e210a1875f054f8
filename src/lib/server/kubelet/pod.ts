/** The API objects that the kubelet reads and writes: `k8s.io/api/core/v1`, the fields that matter to it. */
interface ObjectMeta {
	name: string;
	namespace: string;
	uid: string;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	resourceVersion?: string;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
}

export interface ContainerSpec {
	name: string;
	image: string;
	imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
	command?: string[];
	args?: string[];
	workingDir?: string;
	env?: { name: string; value?: string }[];
	stdin?: boolean;
	stdinOnce?: boolean;
	tty?: boolean;
}

export interface ContainerStateStatus {
	waiting?: { reason: string; message?: string };
	running?: { startedAt: string };
	terminated?: {
		exitCode: number;
		reason: string;
		startedAt: string;
		finishedAt: string;
		containerID: string;
	};
}

export interface ContainerStatus {
	name: string;
	state: ContainerStateStatus;
	lastState: Record<string, never>;
	ready: boolean;
	restartCount: number;
	image: string;
	imageID: string;
	containerID?: string;
	started?: boolean;
}

export interface PodCondition {
	type: string;
	status: 'True' | 'False';
	lastProbeTime: null;
	lastTransitionTime: string;
	reason?: string;
	message?: string;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface PodStatus {
	phase?: PodPhase;
	conditions?: PodCondition[];
	hostIP?: string;
	podIP?: string;
	startTime?: string;
	containerStatuses?: ContainerStatus[];
	qosClass?: string;
}

export interface Pod {
	apiVersion?: string;
	kind?: string;
	metadata: ObjectMeta;
	spec: {
		nodeName?: string;
		restartPolicy?: 'Always' | 'OnFailure' | 'Never';
		terminationGracePeriodSeconds?: number;
		containers: ContainerSpec[];
	};
	status?: PodStatus;
}
