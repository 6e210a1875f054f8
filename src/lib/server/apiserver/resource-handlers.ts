/**
 * The verbs on objects: apiserver `pkg/endpoints/handlers/{get,create,delete,update}.go`, for every storage alike.
 */
import { eras, type EraId } from '../../trace/eras.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import type { Answer, ApiRequest, Handled } from './api-request.ts';
import { listVersion } from './list-options.ts';
import { negotiate } from './negotiation.ts';
import type { KubeObject } from './objects.ts';
import { readBody } from './request-body.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { badRequest, methodNotAllowed, type Status } from './status.ts';
import {
	decodeObject,
	mustGet,
	type DeleteOptions,
	type ResourceStorage,
	type Write
} from './storage.ts';
import { includeObjectOf, tableOf } from './table.ts';
import { serveWatch } from './watch.ts';

export interface HandlerContext {
	trace: Pick<Trace, 'boot'>;
	clock: Clock;
	limits: Limits;
	/** Milliseconds since 1970. */
	now(): number;
	/** Called with what was created, before the answer; what it returns goes into the facts. */
	created(object: KubeObject): Record<string, unknown>;
}

/** Does what the verb says with the storage that the path led to. */
export function handleResource<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<Handled> | Handled {
	const { verb, subresource, name } = api.info;
	const status = subresource === 'status';
	if (verb === 'get') return getObject(api, storage, context);
	if (verb === 'update' && status) return updateStatus(api, storage, context);
	if (status) throw methodNotAllowed();
	if (verb === 'list') return listObjects(api, storage, context);
	if (verb === 'watch') return watchObjects(api, storage, context);
	if (verb === 'create' && !name) return createObject(api, storage, context);
	if (verb === 'delete') return deleteObject(api, storage, context);
	throw methodNotAllowed();
}

async function getObject<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<Answer> {
	const { table } = negotiate(api.request.headers.accept);
	const era = eraOf(api, context);
	const object = inEra(era, mustGet(storage, api.info));
	const { selfLink, resourceVersion } = object.metadata;
	const include = includeObjectOf(api.url.searchParams);
	const body = table
		? tableOf(
				[object],
				storage.printer,
				{ selfLink, resourceVersion },
				{ version: table, include, now: context.now(), era }
			)
		: object;
	return { status: 200, body, facts: { kind: storage.kind, name: object.metadata.name } };
}

/** The era in which a request is answered; housekeeping that no run asked for is of the boot's. */
function eraOf({ talk }: ApiRequest, { trace }: HandlerContext): EraId {
	return (talk.run ?? trace.boot).era;
}

/** An object as the era shows it; what the store has is of no era. */
function inEra<T extends KubeObject | Status>(era: EraId, object: T): T {
	if (eras[era].selfLink || !('selfLink' in object.metadata)) return object;
	const { selfLink: _gone, ...metadata } = object.metadata;
	return { ...object, metadata };
}

/** The objects of the namespace, or of all, that the selectors let through. */
function filterOf<T extends KubeObject>(
	{ info, url }: ApiRequest,
	storage: ResourceStorage<T>
): (object: T) => boolean {
	const fields = fieldSelector(
		url.searchParams.get('fieldSelector') ?? '',
		storage.resource,
		storage.fields
	);
	const labels = labelSelector(url.searchParams.get('labelSelector') ?? '');
	const namespace = storage.namespaced ? info.namespace : '';
	return (object) =>
		(namespace === '' || object.metadata.namespace === namespace) &&
		(info.name === '' || object.metadata.name === info.name) &&
		fields(storage.fieldsOf(object)) &&
		labels(object.metadata.labels ?? {});
}

function listObjects<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Answer {
	const { table } = negotiate(api.request.headers.accept);
	const era = eraOf(api, context);
	const { store } = storage;
	const version = listVersion(api.url.searchParams, store.revision);
	const objects = (version === undefined ? store.list() : store.listAt(version))
		.filter(filterOf(api, storage))
		.map((object) => inEra(era, object));
	const metadata = {
		...(eras[era].selfLink ? { selfLink: api.info.path } : {}),
		resourceVersion: String(version ?? store.revision)
	};
	const include = includeObjectOf(api.url.searchParams);
	const facts = {
		kind: `${storage.kind}List`,
		items: objects.length,
		...(table ? { as: 'Table' } : {})
	};
	if (table) {
		const form = { version: table, include, now: context.now(), era };
		return { status: 200, body: tableOf(objects, storage.printer, metadata, form), facts };
	}
	const items = objects.map(({ kind: _kind, apiVersion: _version, ...item }) => item);
	return {
		status: 200,
		body: { kind: `${storage.kind}List`, apiVersion: 'v1', metadata, items },
		facts
	};
}

function watchObjects<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<'taken'> {
	const { table } = negotiate(api.request.headers.accept);
	const include = includeObjectOf(api.url.searchParams);
	const era = eraOf(api, context);
	const shown = (stored: T) => {
		const object = inEra(era, stored);
		if (!table) return object;
		const { selfLink, resourceVersion } = object.metadata;
		const form = { version: table, include, now: context.now(), era };
		return tableOf([object], storage.printer, { selfLink, resourceVersion }, form);
	};
	// Upstream prints it as it prints any object: a row of one that has nothing but a version.
	const empty = { spec: { containers: [] }, status: { phase: '' }, involvedObject: {} };
	return serveWatch(api, {
		storage,
		matches: filterOf(api, storage),
		shown,
		marked: (mark) => {
			if (!table) return mark;
			const metadata = { name: '', ...mark.metadata };
			return shown({ ...empty, ...mark, metadata } as unknown as T);
		},
		clock: context.clock,
		limits: context.limits
	});
}

function writeOf({ info, user, talk }: ApiRequest, now: number): Write {
	const { namespace, name } = info;
	return { namespace, name, user, now, cause: talk.run };
}

async function createObject<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<Answer> {
	if (!storage.create || (storage.namespaced && !api.info.namespace)) throw methodNotAllowed();
	negotiate(api.request.headers.accept);
	const given = decodeObject<T>(await readBody(api.request), storage.kind);
	if (isDryRun(api.url.searchParams)) return dryRun(given, 201);
	const made = storage.create(given, writeOf(api, context.now()));
	const { kind, metadata } = made;
	return {
		status: 201,
		body: inEra(eraOf(api, context), made),
		facts: { kind, name: metadata.name, ...context.created(made) }
	};
}

function isDryRun(query: URLSearchParams): boolean {
	const asked = query.getAll('dryRun');
	if (asked.some((value) => value !== 'All')) {
		throw badRequest('Invalid value for dryRun: only All is known');
	}
	return asked.length > 0;
}

/** What would become of the object is not worked out here: it goes back as it is. */
function dryRun(object: object, status: number): Answer {
	return { status, body: object, facts: { dryRun: true } };
}

async function deleteObject<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<Answer> {
	if (!storage.delete) throw methodNotAllowed();
	const options = deleteOptions(await readBody(api.request), api.url.searchParams);
	if (options.dryRun || isDryRun(api.url.searchParams))
		return dryRun(inEra(eraOf(api, context), mustGet(storage, api.info)), 200);
	const gone = storage.delete(options, writeOf(api, context.now()));
	const { gracePeriodSeconds } = options;
	return {
		status: 200,
		body: inEra(eraOf(api, context), gone),
		facts: { ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) }
	};
}

/** As it stands in a body; kubectl says there, not in the query, that it only wants to know. */
type Given = Omit<DeleteOptions, 'dryRun'> & { dryRun?: string[] };

function deleteOptions(body: string, query: URLSearchParams): DeleteOptions {
	const given = body.trim() === '' ? {} : (parse(body) as Given);
	const { preconditions = {}, dryRun = [] } = given;
	const common = { preconditions, dryRun: dryRun.length > 0 };
	const seconds = given.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
	if (seconds === undefined) return common;
	if (!/^\d+$/.test(String(seconds))) {
		throw badRequest(`gracePeriodSeconds must be a number of seconds, not "${seconds}"`);
	}
	return { ...common, gracePeriodSeconds: Number(seconds) };
}

function parse(body: string): object {
	try {
		const value: unknown = JSON.parse(body);
		if (typeof value === 'object' && value !== null) return value;
	} catch {
		// Said below, in the same words as for JSON that is no object.
	}
	throw badRequest('the body of the request is no DeleteOptions object');
}

async function updateStatus<T extends KubeObject>(
	api: ApiRequest,
	storage: ResourceStorage<T>,
	context: HandlerContext
): Promise<Answer> {
	if (!storage.updateStatus) throw methodNotAllowed();
	const given = decodeObject<T>(await readBody(api.request), storage.kind);
	const { name } = given.metadata;
	if (name !== undefined && name !== api.info.name) {
		throw badRequest(
			`the name of the object (${name}) does not match the name on the URL (${api.info.name})`
		);
	}
	if (isDryRun(api.url.searchParams)) return dryRun(given, 200);
	const updated = storage.updateStatus(given, writeOf(api, context.now()));
	const body = inEra(eraOf(api, context), updated);
	return { status: 200, body, facts: { kind: storage.kind, name: api.info.name } };
}
