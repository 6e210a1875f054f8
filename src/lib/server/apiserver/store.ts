/**
 * Where objects are kept: `genericregistry.Store` (apiserver `pkg/registry/generic/registry/store.go`) with memory in
 * place of etcd. One counter gives every change its resourceVersion, and the last changes are remembered for watches.
 */
import type { Run } from '../../trace/trace.ts';
import type { KubeObject } from './objects.ts';
import { expired, expiredList } from './status.ts';

/** The counter that all stores of one API server share, as all keys of one etcd do. */
export class Revisions {
	current = 0;

	next(): number {
		return ++this.current;
	}
}

export interface Change<T> {
	type: 'ADDED' | 'MODIFIED' | 'DELETED';
	object: T;
	previous: T | undefined;
	revision: number;
	/** The run whose request caused it. */
	cause: Run | undefined;
}

const remembered = 1000;

/** Objects are replaced, never changed in place: what a reader holds stays as it was. */
export class Store<T extends KubeObject> {
	#revisions: Revisions;
	#objects = new Map<string, T>();
	#causes = new Map<string, Run>();
	#history: Change<T>[] = [];
	#forgotten: number;
	#watchers = new Set<(change: Change<T>) => void>();

	constructor(revisions: Revisions) {
		this.#revisions = revisions;
		this.#forgotten = revisions.current;
	}

	get revision(): number {
		return this.#revisions.current;
	}

	get(namespace: string, name: string): T | undefined {
		return this.#objects.get(`${namespace}/${name}`);
	}

	/** In the order of their keys, as etcd lists them. */
	list(): T[] {
		return inOrder(this.#objects);
	}

	/** As they were at that version; throws 410 when the changes since are not all remembered. */
	listAt(revision: number): T[] {
		if (revision < this.#forgotten) throw expiredList();
		const objects = new Map(this.#objects);
		for (const { object, previous } of this.since(revision).toReversed()) {
			if (previous) objects.set(keyOf(object), previous);
			else objects.delete(keyOf(object));
		}
		return inOrder(objects);
	}

	/** The run that last changed this object, while it is open. */
	causeOf(object: T): Run | undefined {
		const cause = this.#causes.get(keyOf(object));
		return cause?.open ? cause : undefined;
	}

	/** Puts a new object or a new version of one; gives it its resourceVersion. */
	put(object: T, cause: Run | undefined): T {
		const previous = this.#objects.get(keyOf(object));
		const revision = this.#revisions.next();
		const stored = stamped(object, revision);
		this.#objects.set(keyOf(object), stored);
		const type = previous ? 'MODIFIED' : 'ADDED';
		this.#tell({ type, object: stored, previous, revision, cause });
		return stored;
	}

	/** Takes an object away; its last version, with the resourceVersion of the deletion. */
	remove(object: T, cause: Run | undefined): T {
		const revision = this.#revisions.next();
		const last = stamped(object, revision);
		this.#objects.delete(keyOf(object));
		this.#tell({ type: 'DELETED', object: last, previous: object, revision, cause });
		this.#causes.delete(keyOf(object));
		return last;
	}

	/** Changes after this version; throws 410 when they are not all remembered. */
	since(revision: number): Change<T>[] {
		if (revision < this.#forgotten) throw expired(revision, this.#forgotten);
		return this.#history.filter((change) => change.revision > revision);
	}

	/** Calls back for every change from now on, until the returned function is called. */
	watch(listener: (change: Change<T>) => void): () => void {
		this.#watchers.add(listener);
		return () => this.#watchers.delete(listener);
	}

	#tell(change: Change<T>): void {
		if (change.cause) this.#causes.set(keyOf(change.object), change.cause);
		this.#history.push(change);
		if (this.#history.length > remembered) this.#forgotten = this.#history.shift()!.revision;
		for (const listener of [...this.#watchers]) listener(change);
	}
}

function inOrder<T>(objects: ReadonlyMap<string, T>): T[] {
	return [...objects.keys()].sort().map((key) => objects.get(key)!);
}

function keyOf(object: KubeObject): string {
	return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function stamped<T extends KubeObject>(object: T, revision: number): T {
	return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
