/**
 * What a run was asked to do, as far as the requests of an outside client say it: verb and object of the first request
 * that is no discovery, and then those of the exec, whose query has the command line of the process.
 */
import type { IncomingMessage } from 'node:http';
import type { Run } from '../../trace/trace.ts';
import { isTrue, type RequestInfo } from './request-info.ts';

const told = new WeakMap<Run, 'request' | 'exec'>();

/** Says it once for a run, and once more when an exec follows; `exec` is the query of one. */
export function tellCommand(
	run: Run | undefined,
	info: RequestInfo,
	request: IncomingMessage,
	exec?: URLSearchParams
): void {
	if (!run || told.get(run) === 'exec' || (told.has(run) && !exec)) return;
	told.set(run, exec ? 'exec' : 'request');
	const client = request.headers['user-agent'];
	run.command({
		query: exec ? execFacts(info, exec) : requestFacts(info),
		...(client ? { client } : {})
	});
}

function requestFacts({ verb, path, isResource, resource, namespace, name }: RequestInfo) {
	if (!isResource) return { verb, path };
	return { verb, resource, ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
}

function execFacts({ namespace, name }: RequestInfo, query: URLSearchParams) {
	const on = (key: string) => isTrue(query.get(key));
	return {
		verb: 'exec',
		namespace,
		pod: name,
		container: query.get('container') ?? undefined,
		command: query.getAll('command'),
		stdin: on('stdin'),
		tty: on('tty')
	};
}
