/**
 * What the handlers ask of every kind of object: the part of `rest.Storage` (apiserver `pkg/registry/rest/rest.go`)
 * that is used here, and what making an object has in common for all kinds (`rest.BeforeCreate`).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Run } from '../../trace/trace.ts';
import type { UserInfo } from './authentication.ts';
import type { KubeObject, ObjectMeta } from './objects.ts';
import type { Printer } from './printers.ts';
import { badRequest, conflict, notFound, type Status } from './status.ts';
import type { Store } from './store.ts';

/** Who writes, where, when (milliseconds since 1970), and in which run. */
export interface Write {
	namespace: string;
	name: string;
	user: UserInfo;
	now: number;
	cause: Run | undefined;
}

export interface DeleteOptions {
	/** Nothing is to be deleted, only said. */
	dryRun?: boolean;
	gracePeriodSeconds?: number;
	preconditions?: { uid?: string; resourceVersion?: string };
}

export interface ResourceStorage<T extends KubeObject = KubeObject> {
	readonly resource: string;
	readonly kind: string;
	readonly namespaced: boolean;
	readonly store: Store<T>;
	readonly printer: Printer<T>;
	/** Field selectors that this kind knows. */
	readonly fields: readonly string[];
	fieldsOf(object: T): Record<string, string>;
	create?(given: T, write: Write): T;
	delete?(options: DeleteOptions, write: Write): T | Status;
	updateStatus?(given: T, write: Write): T;
}

/**
 * The object, or 404. A namespace is an object outside of all namespaces, though a request for one counts as one inside
 * it (as upstream, where RBAC wants it so).
 */
export function mustGet<T extends KubeObject>(
	storage: Pick<ResourceStorage<T>, 'store' | 'resource' | 'namespaced'>,
	{ namespace, name }: { namespace: string; name: string }
): T {
	const found = storage.store.get(storage.namespaced ? namespace : '', name);
	if (!found) throw notFound(storage.resource, name);
	return found;
}

/** Reads an object of this kind from a body; throws 400 for anything else. */
export function decodeObject<T extends KubeObject>(
	body: string,
	kind: string,
	apiVersion = 'v1'
): T {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch (error) {
		throw badRequest(
			`the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${(error as Error).message}`
		);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
	}
	const given = value as { kind?: unknown; apiVersion?: unknown; metadata?: unknown };
	const [is, version] = [given.kind ?? kind, given.apiVersion ?? apiVersion];
	if (is !== kind || version !== apiVersion) {
		throw badRequest(
			`${String(is)} in version "${String(version)}" cannot be handled as a ${kind}`
		);
	}
	const metadata = given.metadata ?? {};
	if (typeof metadata !== 'object') throw badRequest(`metadata of a ${kind} must be an object`);
	return { ...value, kind, apiVersion, metadata } as T;
}

/** Metadata of a new object: name, identity and time, in the order of `metav1.ObjectMeta`. */
export function newMetadata(
	given: Partial<ObjectMeta>,
	resource: string,
	{ namespace, now }: Pick<Write, 'namespace' | 'now'>
): ObjectMeta {
	if (given.namespace && given.namespace !== namespace) {
		throw badRequest(
			'the namespace of the provided object does not match the namespace sent on the request'
		);
	}
	const name = given.name || (given.generateName ? given.generateName + randomSuffix() : '');
	const scope = namespace ? `namespaces/${namespace}/` : '';
	return {
		name,
		...(given.generateName ? { generateName: given.generateName } : {}),
		...(namespace ? { namespace } : {}),
		selfLink: `/api/v1/${scope}${resource}/${name}`,
		uid: given.uid || randomUUID(),
		resourceVersion: '',
		creationTimestamp: given.creationTimestamp || timestamp(now),
		...(given.labels ? { labels: given.labels } : {}),
		...(given.annotations ? { annotations: given.annotations } : {}),
		...(given.ownerReferences ? { ownerReferences: given.ownerReferences } : {})
	};
}

/** RFC 3339 to the second, as `metav1.Time` is written. */
export function timestamp(now: number): string {
	return new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Throws 409 when the caller meant another object of this name, or an older version of it. */
export function checkPreconditions(
	resource: string,
	{ metadata }: KubeObject,
	{ uid, resourceVersion }: NonNullable<DeleteOptions['preconditions']>
): void {
	if (uid !== undefined && uid !== metadata.uid) {
		throw conflict(
			resource,
			metadata.name,
			`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
		);
	}
	if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
		throw conflict(
			resource,
			metadata.name,
			`Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`
		);
	}
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters that spell no words: apimachinery `rand.String`. */
function randomSuffix(): string {
	return [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
