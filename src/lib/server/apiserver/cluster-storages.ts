/**
 * Nodes, namespaces and events: `pkg/registry/core/{node,namespace,event}`. Kubelets register their node and write its
 * status; namespaces are those of the world; events are kept as they come.
 */
import type { Event, Namespace, Node } from './objects.ts';
import { restrictNode } from './node-restriction.ts';
import { nameErrors } from './pod-validation.ts';
import { eventPrinter, namespacePrinter, nodePrinter } from './printers.ts';
import { alreadyExists, deleted, invalid, notFound, type Status } from './status.ts';
import {
	checkPreconditions,
	mustGet,
	newMetadata,
	type DeleteOptions,
	type ResourceStorage,
	type Write
} from './storage.ts';
import { Store, type Revisions } from './store.ts';

const fresh = { uid: '', creationTimestamp: '' };

export class NodeStorage implements ResourceStorage<Node> {
	readonly resource = 'nodes';
	readonly kind = 'Node';
	readonly namespaced = false;
	readonly printer = nodePrinter;
	readonly fields = ['metadata.name', 'spec.unschedulable'];
	readonly store: Store<Node>;

	constructor(revisions: Revisions) {
		this.store = new Store(revisions);
	}

	fieldsOf({ metadata, spec }: Node): Record<string, string> {
		return {
			'metadata.name': metadata.name,
			'spec.unschedulable': String(spec.unschedulable ?? false)
		};
	}

	create(given: Node, write: Write): Node {
		const at = { namespace: '', now: write.now };
		const metadata = newMetadata({ ...given.metadata, ...fresh }, this.resource, at);
		const wrong = nameErrors(metadata.name);
		if (wrong.length > 0) throw invalid(this.kind, metadata.name, wrong);
		restrictNode(write.user, metadata.name);
		if (this.store.get('', metadata.name)) {
			throw alreadyExists(this.resource, metadata.name, false);
		}
		const { spec = {}, status = {} } = given;
		return this.store.put({ kind: 'Node', apiVersion: 'v1', metadata, spec, status }, write.cause);
	}

	delete({ preconditions = {} }: DeleteOptions, write: Write): Status {
		const node = mustGet(this, write);
		restrictNode(write.user, node.metadata.name);
		checkPreconditions(this.resource, node, preconditions);
		this.store.remove(node, write.cause);
		return deleted(node.metadata.name, this.resource, node.metadata.uid);
	}

	updateStatus(given: Node, write: Write): Node {
		const node = mustGet(this, write);
		restrictNode(write.user, node.metadata.name);
		return this.store.put({ ...node, status: given.status ?? {} }, write.cause);
	}
}

export class NamespaceStorage implements ResourceStorage<Namespace> {
	readonly resource = 'namespaces';
	readonly kind = 'Namespace';
	readonly namespaced = false;
	readonly printer = namespacePrinter;
	readonly fields = ['metadata.name', 'status.phase'];
	readonly store: Store<Namespace>;

	constructor(revisions: Revisions) {
		this.store = new Store(revisions);
	}

	fieldsOf({ metadata, status }: Namespace): Record<string, string> {
		return { 'metadata.name': metadata.name, 'status.phase': status.phase };
	}

	seed(name: string, now: number): Namespace {
		return this.store.put(
			{
				kind: 'Namespace',
				apiVersion: 'v1',
				metadata: newMetadata({ name }, this.resource, { namespace: '', now }),
				spec: { finalizers: ['kubernetes'] },
				status: { phase: 'Active' }
			},
			undefined
		);
	}
}

export class EventStorage implements ResourceStorage<Event> {
	readonly resource = 'events';
	readonly kind = 'Event';
	readonly namespaced = true;
	readonly printer = eventPrinter;
	readonly fields = [
		'metadata.name',
		'metadata.namespace',
		'involvedObject.kind',
		'involvedObject.namespace',
		'involvedObject.name',
		'involvedObject.uid',
		'reason',
		'type'
	];
	readonly store: Store<Event>;
	#namespaces: Store<Namespace>;

	constructor(revisions: Revisions, namespaces: Store<Namespace>) {
		this.store = new Store(revisions);
		this.#namespaces = namespaces;
	}

	fieldsOf({ metadata, involvedObject, reason, type }: Event): Record<string, string> {
		return {
			'metadata.name': metadata.name,
			'metadata.namespace': metadata.namespace ?? '',
			'involvedObject.kind': involvedObject.kind ?? '',
			'involvedObject.namespace': involvedObject.namespace ?? '',
			'involvedObject.name': involvedObject.name ?? '',
			'involvedObject.uid': involvedObject.uid ?? '',
			reason: reason ?? '',
			type: type ?? ''
		};
	}

	create(given: Event, write: Write): Event {
		if (!this.#namespaces.get('', write.namespace)) {
			throw notFound('namespaces', write.namespace);
		}
		const metadata = newMetadata({ ...given.metadata, ...fresh }, this.resource, write);
		const wrong = nameErrors(metadata.name);
		if (wrong.length > 0) throw invalid(this.kind, metadata.name, wrong);
		if (this.store.get(write.namespace, metadata.name)) {
			throw alreadyExists(this.resource, metadata.name, false);
		}
		const involvedObject = given.involvedObject ?? {};
		return this.store.put({ ...given, metadata, involvedObject }, write.cause);
	}
}
