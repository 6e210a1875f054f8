/**
 * Binds new pods to nodes: a stand-in for kube-scheduler inside this process, so a binding is a call here and POST
 * pods/NAME/binding upstream. Of the ready nodes whose labels suit, the one with the fewest pods takes the pod.
 */
import type { Node, Pod } from './objects.ts';
import type { PodStorage } from './pod-storage.ts';
import type { NodeStorage } from './cluster-storages.ts';

export class Scheduler {
	#pods: PodStorage;
	#nodes: NodeStorage;
	#now: () => number;
	/** Pods that were asked for and have no node yet. Pods that the world starts with are not scheduled. */
	#waiting = new Map<string, Pod>();
	#stop: (() => void)[];

	constructor(pods: PodStorage, nodes: NodeStorage, now: () => number) {
		this.#pods = pods;
		this.#nodes = nodes;
		this.#now = now;
		this.#stop = [
			nodes.store.watch(() => this.#retry()),
			pods.store.watch(({ type, object }) => {
				if (type === 'DELETED') this.#waiting.delete(object.metadata.uid);
			})
		];
	}

	close(): void {
		for (const stop of this.#stop) stop();
	}

	/** Binds a pod that was just created; the node's name, or undefined while no node takes it. */
	schedule(created: Pod): string | undefined {
		const { namespace = '', name } = created.metadata;
		const pod = this.#pods.store.get(namespace, name);
		if (!pod || pod.spec.nodeName || pod.spec.schedulerName !== 'default-scheduler') {
			return pod?.spec.nodeName;
		}
		const nodes = this.#nodes.store.list();
		const [best] = nodes
			.filter((node) => takes(node, pod))
			.map((node) => ({ name: node.metadata.name, pods: this.#podsOn(node) }))
			.sort((a, b) => a.pods - b.pods);
		if (!best) {
			this.#waiting.set(pod.metadata.uid, pod);
			this.#pods.unschedulable(pod, whyNot(nodes, pod), this.#now());
			return undefined;
		}
		this.#waiting.delete(pod.metadata.uid);
		this.#pods.bind(pod, best.name, this.#now());
		return best.name;
	}

	#retry(): void {
		for (const pod of [...this.#waiting.values()]) this.schedule(pod);
	}

	#podsOn({ metadata }: Node): number {
		return this.#pods.store.list().filter(({ spec }) => spec.nodeName === metadata.name).length;
	}
}

function takes(node: Node, pod: Pod): boolean {
	return ready(node) && matches(node, pod);
}

function ready({ spec, status }: Node): boolean {
	const condition = status.conditions?.find(({ type }) => type === 'Ready');
	return condition?.status === 'True' && !spec.unschedulable;
}

function matches({ metadata }: Node, { spec }: Pod): boolean {
	return Object.entries(spec.nodeSelector ?? {}).every(
		([label, value]) => metadata.labels?.[label] === value
	);
}

function whyNot(nodes: readonly Node[], pod: Pod): string {
	const off = nodes.filter((node) => !ready(node)).length;
	const other = nodes.filter((node) => ready(node) && !matches(node, pod)).length;
	const reasons = [
		...(other > 0 ? [`${other} node(s) didn't match node selector`] : []),
		...(off > 0 ? [`${off} node(s) were not ready`] : [])
	];
	const all = `0/${nodes.length} nodes are available`;
	return reasons.length > 0 ? `${all}: ${reasons.join(', ')}.` : `${all}.`;
}
