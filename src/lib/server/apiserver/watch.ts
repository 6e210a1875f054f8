/**
 * Watches: apiserver `pkg/endpoints/handlers/watch.go`, one JSON object a line, and `pkg/storage/cacher`. From a version
 * on, or from now on with everything there is first, or (1.35 clients) that with a bookmark at its end. Bookmarks are
 * given in every era; in 1.15 they stood behind a gate.
 */
import type { ServerResponse } from 'node:http';
import type { Clock, Limits } from '../limits.ts';
import type { ApiRequest } from './api-request.ts';
import { isNode } from './authentication.ts';
import { answer } from './conversation.ts';
import { watchStart, type WatchStart } from './list-options.ts';
import type { KubeObject } from './objects.ts';
import { isTrue } from './request-info.ts';
import { StatusError } from './status.ts';
import type { ResourceStorage } from './storage.ts';
import type { Change, Store } from './store.ts';

export interface WatchOptions<T extends KubeObject> {
	storage: ResourceStorage<T>;
	matches(object: T): boolean;
	/** The object as the client wants it: itself, or a Table of one row. */
	shown(object: T): object;
	/** A bookmark as the client wants it; it has a version and no name. */
	marked(bookmark: Bookmark): object;
	clock: Clock;
	limits: Limits;
}

export interface Bookmark {
	kind: string;
	apiVersion: 'v1';
	metadata: {
		resourceVersion: string;
		creationTimestamp: null;
		annotations?: Record<string, string>;
	};
}

type Write = (type: string, object: object, traceparent?: string) => void;

/** Answers with a stream of events that ends when the client goes or its `timeoutSeconds` are over. */
export async function serveWatch<T extends KubeObject>(
	api: ApiRequest,
	options: WatchOptions<T>
): Promise<'taken'> {
	const { store, resource } = options.storage;
	const start = watchStart(api.url.searchParams, store.revision);
	const from = typeof start === 'number' ? start : store.revision;
	await answer(api.talk, 200, { resource, watch: true, from });
	const response = api.respond();
	if (response.destroyed) return 'taken';
	response.writeHead(200, { 'Content-Type': 'application/json' });
	response.flushHeaders();
	const write = writerOf(api, response, options.limits);
	const tell = (change: Change<T>) => {
		const event = change.revision > from ? eventOf(change, options.matches) : undefined;
		const cause = change.cause?.open ? change.cause.traceparent() : undefined;
		if (event) write(event.type, options.shown(event.object), cause);
	};
	try {
		if (typeof start === 'number') store.since(start).forEach(tell);
		else tellAll(start, options, write);
	} catch (error) {
		// What was forgotten is said as an event: the headers have promised a watch.
		if (!(error instanceof StatusError)) throw error;
		write('ERROR', error.status);
		response.end();
		return 'taken';
	}
	goOn(api, response, store, { ...options, tell, write });
	return 'taken';
}

/** Only kubelets are told which run caused an event. */
function writerOf({ user }: ApiRequest, response: ServerResponse, limits: Limits): Write {
	return (type, object, traceparent) => {
		const cause = traceparent && isNode(user) ? { traceparent } : {};
		response.write(`${JSON.stringify({ type, object, ...cause })}\n`);
		if (response.writableLength > limits.watchBehindBytes) response.destroy();
	};
}

/** Everything there is, as if it had just come. */
function tellAll<T extends KubeObject>(
	start: WatchStart,
	{ storage: { store, kind }, matches, shown, marked }: WatchOptions<T>,
	write: Write
): void {
	for (const object of store.list().filter(matches)) {
		write('ADDED', shown(object), store.causeOf(object)?.traceparent());
	}
	if (start !== 'list and bookmark') return;
	const annotations = { 'k8s.io/initial-events-end': 'true' };
	write('BOOKMARK', marked(bookmark(kind, store.revision, annotations)));
}

/** Tells every change, and the version each minute to who asks for that, until the client goes or its time is over. */
function goOn<T extends KubeObject>(
	{ url }: ApiRequest,
	response: ServerResponse,
	store: Store<T>,
	{
		storage,
		marked,
		tell,
		write,
		clock,
		limits
	}: WatchOptions<T> & {
		tell(change: Change<T>): void;
		write: Write;
	}
): void {
	const ms = timeoutOf(url.searchParams, limits);
	const end = clock.now() + ms;
	const stops = [store.watch(tell), clock.after(ms, () => response.end())];
	let stopMarking = () => {};
	const markNext = () => {
		const beforeEnd = end - lastBookmarkMs - clock.now();
		const { watchBookmarkMs } = limits;
		const wait = beforeEnd > 0 ? Math.min(beforeEnd, watchBookmarkMs) : watchBookmarkMs;
		stopMarking = clock.after(wait, () => {
			write('BOOKMARK', marked(bookmark(storage.kind, store.revision)));
			markNext();
		});
	};
	if (isTrue(url.searchParams.get('allowWatchBookmarks'))) markNext();
	response.on('close', () => {
		for (const stop of stops) stop();
		stopMarking();
	});
}

/** How long before its end a watch has a bookmark, so that the next one can go on from there. */
const lastBookmarkMs = 2000;

/** The longest that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** As the client says; else some time between the least and twice that, so that not all come back at once. */
function timeoutOf(query: URLSearchParams, { watchTimeoutMs }: Limits): number {
	const seconds = Number(query.get('timeoutSeconds') ?? 0);
	const ms = seconds > 0 ? seconds * 1000 : watchTimeoutMs * (1 + Math.random());
	return Math.min(ms, maxTimerMs);
}

/**
 * What a change is for somebody who sees only matching objects; undefined when it is nothing. What leaves the view is
 * shown as it was last seen in it, with the version of the change.
 */
function eventOf<T extends KubeObject>(
	{ type, object, previous }: Change<T>,
	matches: (object: T) => boolean
): Pick<Change<T>, 'type' | 'object'> | undefined {
	const before = previous !== undefined && matches(previous);
	if (type === 'DELETED') return before ? { type, object } : undefined;
	if (matches(object)) return { type: before ? 'MODIFIED' : 'ADDED', object };
	if (!before) return undefined;
	const { resourceVersion } = object.metadata;
	return {
		type: 'DELETED',
		object: { ...previous, metadata: { ...previous.metadata, resourceVersion } }
	};
}

function bookmark(kind: string, revision: number, annotations?: Record<string, string>): Bookmark {
	const metadata = { resourceVersion: String(revision), creationTimestamp: null };
	return { kind, apiVersion: 'v1', metadata: { ...metadata, ...(annotations && { annotations }) } };
}
