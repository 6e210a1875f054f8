/**
 * Pods: `podstore.NewStorage` (`pkg/registry/core/pod/storage/storage.go`) with its strategy. Creation with defaults
 * and validation, deletion with a grace period that the kubelet ends, and the status that kubelets write.
 */
import type { Namespace, Pod, PodSeed } from './objects.ts';
import { restrictPod, restrictPodCreation } from './node-restriction.ts';
import { qosClass, withDefaults } from './pod-defaults.ts';
import { validatePod } from './pod-validation.ts';
import { podPrinter } from './printers.ts';
import { alreadyExists, notFound } from './status.ts';
import {
	checkPreconditions,
	mustGet,
	newMetadata,
	timestamp,
	type DeleteOptions,
	type ResourceStorage,
	type Write
} from './storage.ts';
import { Store, type Revisions } from './store.ts';

export class PodStorage implements ResourceStorage<Pod> {
	readonly resource = 'pods';
	readonly kind = 'Pod';
	readonly namespaced = true;
	readonly printer = podPrinter;
	readonly fields = [
		'metadata.name',
		'metadata.namespace',
		'spec.nodeName',
		'spec.restartPolicy',
		'status.phase',
		'status.podIP'
	];
	readonly store: Store<Pod>;
	#namespaces: Store<Namespace>;

	constructor(revisions: Revisions, namespaces: Store<Namespace>) {
		this.store = new Store(revisions);
		this.#namespaces = namespaces;
	}

	fieldsOf({ metadata, spec, status }: Pod): Record<string, string> {
		return {
			'metadata.name': metadata.name,
			'metadata.namespace': metadata.namespace ?? '',
			'spec.nodeName': spec.nodeName ?? '',
			'spec.restartPolicy': spec.restartPolicy ?? '',
			'status.phase': status.phase ?? '',
			'status.podIP': status.podIP ?? ''
		};
	}

	create(given: Pod, write: Write): Pod {
		// An identity and a status are the cluster's to give, whatever the client sent.
		const own = { ...given.metadata, uid: '', creationTimestamp: '' };
		const metadata = newMetadata(own, this.resource, write);
		restrictPodCreation(write.user, metadata.name);
		if (!this.#namespaces.get('', write.namespace)) {
			throw notFound('namespaces', write.namespace);
		}
		validatePod(metadata.name, given.spec);
		const existing = this.store.get(write.namespace, metadata.name);
		if (existing) {
			const leaving = existing.metadata.deletionTimestamp !== undefined;
			throw alreadyExists(this.resource, metadata.name, leaving);
		}
		const spec = withDefaults(given.spec);
		const status = { phase: 'Pending' as const, qosClass: qosClass(spec) };
		return this.store.put({ ...head, metadata, spec, status }, write.cause);
	}

	/** Puts a pod of the world at the start, with the identity and status that the world gives it. */
	seed({ metadata, spec, status }: PodSeed, now: number): Pod {
		const full = withDefaults(spec);
		return this.store.put(
			{
				...head,
				metadata: newMetadata(metadata, this.resource, { namespace: metadata.namespace, now }),
				spec: full,
				status: { phase: 'Pending', ...status, qosClass: qosClass(full) }
			},
			undefined
		);
	}

	delete({ gracePeriodSeconds, preconditions = {} }: DeleteOptions, write: Write): Pod {
		const pod = mustGet(this, write);
		restrictPod(write.user, pod, 'delete');
		checkPreconditions(this.resource, pod, preconditions);
		const grace = this.#grace(pod, gracePeriodSeconds);
		if (grace === 0) return this.store.remove(pod, write.cause);
		const { deletionTimestamp, deletionGracePeriodSeconds = Infinity } = pod.metadata;
		// A second deletion can only make the wait shorter.
		if (deletionTimestamp && grace >= deletionGracePeriodSeconds) return pod;
		const metadata = {
			...pod.metadata,
			deletionTimestamp: timestamp(write.now + grace * 1000),
			deletionGracePeriodSeconds: grace
		};
		return this.store.put({ ...pod, metadata }, write.cause);
	}

	/** Seconds to wait for the kubelet; 0 when there is nothing to wait for. */
	#grace({ spec, status }: Pod, asked: number | undefined): number {
		const over = status.phase === 'Succeeded' || status.phase === 'Failed';
		if (!spec.nodeName || over) return 0;
		return asked ?? spec.terminationGracePeriodSeconds ?? 30;
	}

	/** Takes the status as a whole and nothing else. Upstream kubelets send a patch, which has no version either. */
	updateStatus(given: Pod, write: Write): Pod {
		const pod = mustGet(this, write);
		restrictPod(write.user, pod, 'update pod status for');
		const { uid } = given.metadata;
		checkPreconditions(this.resource, pod, uid ? { uid } : {});
		const status = { ...given.status, qosClass: pod.status.qosClass };
		return this.store.put({ ...pod, status }, write.cause);
	}

	/** What POST pods/NAME/binding does: binds a pod that no node has yet. */
	bind(pod: Pod, node: string, now: number): Pod {
		const scheduled = {
			type: 'PodScheduled',
			status: 'True' as const,
			lastProbeTime: null,
			lastTransitionTime: timestamp(now)
		};
		const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
		const status = { ...pod.status, conditions: [...others, scheduled] };
		const bound = { ...pod, spec: { ...pod.spec, nodeName: node }, status };
		return this.store.put(bound, this.store.causeOf(pod));
	}

	/** Says in the pod's status why no node takes it. */
	unschedulable(pod: Pod, message: string, now: number): void {
		const before = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
		if (before?.message === message) return;
		const waiting = {
			type: 'PodScheduled',
			status: 'False' as const,
			lastProbeTime: null,
			lastTransitionTime: timestamp(now),
			reason: 'Unschedulable',
			message
		};
		const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
		const status = { ...pod.status, conditions: [...others, waiting] };
		this.store.put({ ...pod, status }, this.store.causeOf(pod));
	}
}

const head = { kind: 'Pod', apiVersion: 'v1' };
