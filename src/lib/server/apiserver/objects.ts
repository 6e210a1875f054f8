/**
 * The API objects that this cluster keeps: `core/v1` Pod, Node, Namespace and Event, the fields that somebody here
 * reads. Fields that nobody here reads are kept as they came.
 */
export interface ObjectMeta {
	name: string;
	generateName?: string;
	namespace?: string;
	selfLink?: string;
	uid: string;
	resourceVersion: string;
	creationTimestamp: string;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	ownerReferences?: unknown[];
}

export interface KubeObject {
	kind: string;
	apiVersion: string;
	metadata: ObjectMeta;
}

export interface Container {
	name: string;
	image: string;
	command?: string[];
	args?: string[];
	tty?: boolean;
	stdin?: boolean;
	ports?: { name?: string; containerPort: number; protocol?: string }[];
	resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
	imagePullPolicy?: string;
	[field: string]: unknown;
}

export interface PodSpec {
	containers: Container[];
	initContainers?: Container[];
	nodeName?: string;
	nodeSelector?: Record<string, string>;
	restartPolicy?: string;
	schedulerName?: string;
	terminationGracePeriodSeconds?: number;
	readinessGates?: { conditionType: string }[];
	[field: string]: unknown;
}

export interface ContainerStatus {
	name: string;
	ready?: boolean;
	restartCount?: number;
	state?: {
		waiting?: { reason?: string; message?: string };
		running?: { startedAt?: string };
		terminated?: { exitCode: number; signal?: number; reason?: string };
	};
	/** Of the container before, when it was restarted. */
	lastState?: { terminated?: { finishedAt?: string } };
	[field: string]: unknown;
}

export interface Condition {
	type: string;
	status: 'True' | 'False' | 'Unknown';
	reason?: string;
	message?: string;
	lastProbeTime?: string | null;
	lastTransitionTime?: string;
	lastHeartbeatTime?: string;
}

export interface PodStatus {
	phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
	conditions?: Condition[];
	reason?: string;
	message?: string;
	podIP?: string;
	hostIP?: string;
	nominatedNodeName?: string;
	initContainerStatuses?: ContainerStatus[];
	containerStatuses?: ContainerStatus[];
	qosClass?: string;
	[field: string]: unknown;
}

export interface Pod extends KubeObject {
	spec: PodSpec;
	status: PodStatus;
}

export interface NodeStatus {
	addresses?: { type: string; address: string }[];
	conditions?: Condition[];
	daemonEndpoints?: { kubeletEndpoint?: { Port: number } };
	nodeInfo?: Record<string, string>;
	[field: string]: unknown;
}

export interface Node extends KubeObject {
	spec: { unschedulable?: boolean; [field: string]: unknown };
	status: NodeStatus;
}

export interface Namespace extends KubeObject {
	spec: { finalizers?: string[] };
	status: { phase: 'Active' | 'Terminating' };
}

export interface Event extends KubeObject {
	involvedObject: { kind?: string; namespace?: string; name?: string; uid?: string };
	reason?: string;
	message?: string;
	type?: string;
	count?: number;
	firstTimestamp?: string | null;
	lastTimestamp?: string | null;
	source?: { component?: string; host?: string };
}

/** A pod that the world starts with: what is not said is defaulted as if it had been created. */
export interface PodSeed {
	metadata: Partial<ObjectMeta> & { name: string; namespace: string };
	spec: PodSpec;
	status?: PodStatus;
}
