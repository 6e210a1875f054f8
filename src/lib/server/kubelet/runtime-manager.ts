/**
 * The kubelet's view of its container runtime: kubeGenericRuntimeManager (`pkg/kubelet/kuberuntime`), of which
 * `GetPods`, `GetExec` with its siblings and `Version` are here; starting and killing pods is in `sync-pod.ts`.
 */
import type { CriMessage } from '../../wire/cri/messages.ts';
import type { CriRequest, CriStreamMethod } from './cri-methods.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export type PodSandbox = CriMessage<'PodSandbox'>;
export type Container = CriMessage<'Container'>;

/** The labels by which the kubelet finds its containers again. */
export const labels = {
	podName: 'io.kubernetes.pod.name',
	podNamespace: 'io.kubernetes.pod.namespace',
	podUid: 'io.kubernetes.pod.uid',
	containerName: 'io.kubernetes.container.name'
} as const;

/** A pod as the runtime knows it: `kubecontainer.Pod`. */
export interface RuntimePod {
	uid: string;
	name: string;
	namespace: string;
	sandboxes: PodSandbox[];
	containers: Container[];
}

/** `GetPodFullName`: `nginx_default`. */
export function podFullName(pod: { name: string; namespace: string }): string {
	return `${pod.name}_${pod.namespace}`;
}

export class KubeGenericRuntimeManager {
	readonly #service: RuntimeService;

	constructor(service: RuntimeService) {
		this.#service = service;
	}

	/** Pods with a ready sandbox or a running container, asked from the runtime now, not remembered. */
	async getPods(): Promise<RuntimePod[]> {
		const { items } = await this.#service.invoke('ListPodSandbox', {
			filter: { state: { state: 'SANDBOX_READY' } }
		});
		const { containers } = await this.#service.invoke('ListContainers', {
			filter: { state: { state: 'CONTAINER_RUNNING' } }
		});
		return groupByPod(items, containers);
	}

	/** Every sandbox that fits, also those that have stopped. */
	async sandboxes(filter: CriRequest<'ListPodSandbox'>['filter']): Promise<PodSandbox[]> {
		return (await this.#service.invoke('ListPodSandbox', { filter })).items;
	}

	/**
	 * `GetExec`, `GetAttach`, `GetPortForward`: asks the runtime for the URL where these streams are served. Throws what
	 * the CRI said.
	 */
	async streamUrl<M extends CriStreamMethod>(method: M, request: CriRequest<M>): Promise<string> {
		return parseUrl(await this.#service.streamUrl(method, request));
	}

	/** `docker://20.10.24`, as a node's `containerRuntimeVersion` has it. */
	async version(): Promise<string> {
		const { runtime_name, runtime_version } = await this.#service.invoke('Version', {
			version: '0.1.0'
		});
		return `${runtime_name}://${runtime_version}`;
	}
}

/** Puts sandboxes and containers that share a pod's uid together. */
export function groupByPod(sandboxes: PodSandbox[], containers: Container[]): RuntimePod[] {
	const pods = new Map<string, RuntimePod>();
	const podOf = (uid: string, name: string, namespace: string) => {
		const pod = pods.get(uid) ?? { uid, name, namespace, sandboxes: [], containers: [] };
		pods.set(uid, pod);
		return pod;
	};
	for (const sandbox of sandboxes) {
		if (!sandbox.metadata) continue;
		const { uid, name, namespace } = sandbox.metadata;
		podOf(uid, name, namespace).sandboxes.push(sandbox);
	}
	for (const container of containers) {
		const { [labels.podUid]: uid, [labels.podName]: name } = container.labels;
		// A container without our labels is not a pod's: somebody started it beside us.
		if (!uid || !name) continue;
		podOf(uid, name, container.labels[labels.podNamespace] ?? '').containers.push(container);
	}
	return [...pods.values()];
}

/** What Go's `url.Parse` refuses, and what must never get into a Location header. */
function parseUrl(url: string): string {
	for (const character of url) {
		const code = character.charCodeAt(0);
		if (code < 0x20 || code === 0x7f)
			throw new Error(`parse ${JSON.stringify(url)}: net/url: invalid control character in URL`);
	}
	return url;
}
