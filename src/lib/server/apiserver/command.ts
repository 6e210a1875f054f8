/**
 * What a run was asked to do, as far as the requests of an outside client say it: verb and object of the first request
 * that is no discovery, and then those of the exec or one of its siblings, whose query has the options.
 */
import type { IncomingMessage } from 'node:http';
import type { Run } from '../../trace/trace.ts';
import type { PodVerb } from './pod-verb.ts';
import type { RequestInfo } from './request-info.ts';

const told = new WeakMap<Run, 'request' | 'verb'>();

/** Says it once for a run, and once more when the first `verb` of a pod follows, with its query. */
export function tellCommand(
	run: Run | undefined,
	info: RequestInfo,
	request: IncomingMessage,
	asked?: { verb: PodVerb; query: URLSearchParams }
): void {
	if (!run || told.get(run) === 'verb' || (told.has(run) && !asked)) return;
	told.set(run, asked ? 'verb' : 'request');
	const client = request.headers['user-agent'];
	run.command({
		query: asked ? verbFacts(info, asked.verb, asked.query) : requestFacts(info),
		...(client ? { client } : {})
	});
}

function requestFacts({ verb, path, isResource, resource, namespace, name }: RequestInfo) {
	if (!isResource) return { verb, path };
	return { verb, resource, ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
}

function verbFacts({ namespace, name }: RequestInfo, row: PodVerb, query: URLSearchParams) {
	return {
		verb: row.verb,
		namespace,
		pod: name,
		container: query.get('container') ?? undefined,
		...row.commandOf(query)
	};
}
