/**
 * Watches: apiserver `pkg/endpoints/handlers/watch.go`, one JSON object a line. From a version on, from now on with
 * everything there is first, or (1.35 clients) that with a bookmark at its end.
 */
import type { Clock } from '../limits.ts';
import type { ApiRequest } from './api-request.ts';
import { isNode } from './authentication.ts';
import { answer } from './conversation.ts';
import type { KubeObject } from './objects.ts';
import { isTrue } from './request-info.ts';
import { badRequest } from './status.ts';
import type { ResourceStorage } from './storage.ts';
import type { Change } from './store.ts';

export interface WatchOptions<T extends KubeObject> {
	storage: ResourceStorage<T>;
	matches(object: T): boolean;
	/** The object as the client wants it: itself, or a Table of one row. */
	shown(object: T): object;
	clock: Clock;
}

/** A client that reads slower than this many bytes behind is cut off: it will list again. */
const maxBehindBytes = 16 * 1024 * 1024;

/** Answers with a stream of events that ends when the client goes or its `timeoutSeconds` are over. */
export async function serveWatch<T extends KubeObject>(
	api: ApiRequest,
	options: WatchOptions<T>
): Promise<'taken'> {
	const { talk, url, user } = api;
	const { storage, matches, shown, clock } = options;
	const start = startOf(url.searchParams);
	const from = typeof start === 'number' ? start : storage.store.revision;
	const missed = storage.store.since(from);
	await answer(talk, 200, { resource: storage.resource, watch: true, from });
	const response = api.respond();
	if (response.destroyed) return 'taken';
	response.writeHead(200, { 'Content-Type': 'application/json' });
	response.flushHeaders();

	const write = (type: string, object: object, traceparent?: string) => {
		const cause = traceparent && isNode(user) ? { traceparent } : {};
		response.write(`${JSON.stringify({ type, object, ...cause })}\n`);
		if (response.writableLength > maxBehindBytes) response.destroy();
	};
	const tell = (change: Change<T>) => {
		const type = typeFor(change, matches);
		const { object, cause } = change;
		if (type) write(type, shown(object), cause?.open ? cause.traceparent() : undefined);
	};
	if (typeof start === 'number') missed.forEach(tell);
	else {
		const cause = (object: T) => storage.store.causeOf(object)?.traceparent();
		for (const object of storage.store.list().filter(matches)) {
			write('ADDED', shown(object), cause(object));
		}
		if (start === 'list and bookmark') {
			write('BOOKMARK', initialEventsEnd(storage.kind, storage.store.revision));
		}
	}
	const stop = storage.store.watch(tell);
	const seconds = Number(url.searchParams.get('timeoutSeconds') ?? 0);
	const stopTimer = seconds > 0 ? clock.after(seconds * 1000, () => response.end()) : () => {};
	response.on('close', () => {
		stop();
		stopTimer();
	});
	return 'taken';
}

type Start = number | 'list' | 'list and bookmark';

function startOf(query: URLSearchParams): Start {
	if (isTrue(query.get('sendInitialEvents'))) {
		if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
			throw badRequest('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
		}
		return 'list and bookmark';
	}
	const version = query.get('resourceVersion') ?? '';
	if (version === '' || version === '0') return 'list';
	if (!/^\d+$/.test(version))
		throw badRequest(`Invalid value: "${version}": a resource version is a number`);
	return Number(version);
}

/** What a change is for somebody who sees only matching objects; undefined when it is nothing. */
function typeFor<T>(
	{ type, object, previous }: Change<T>,
	matches: (object: T) => boolean
): Change<T>['type'] | undefined {
	const before = previous !== undefined && matches(previous);
	if (type === 'DELETED') return before ? 'DELETED' : undefined;
	if (matches(object)) return before ? 'MODIFIED' : 'ADDED';
	return before ? 'DELETED' : undefined;
}

function initialEventsEnd(kind: string, revision: number) {
	return {
		kind,
		apiVersion: 'v1',
		metadata: {
			resourceVersion: String(revision),
			creationTimestamp: null,
			annotations: { 'k8s.io/initial-events-end': 'true' }
		}
	};
}
