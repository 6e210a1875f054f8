/**
 * What a request asks for, read off its method and path: apiserver `pkg/endpoints/request/requestinfo.go`. The old
 * `/watch/` and `/proxy/` prefixes are not known here.
 */
import { exactNameOf } from './selectors.ts';

export type Verb =
	'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface RequestInfo {
	path: string;
	/** For paths that are no resource: the method in lower case. */
	verb: string;
	/** False for /version, /healthz and the discovery paths. */
	isResource: boolean;
	group: string;
	version: string;
	namespace: string;
	resource: string;
	subresource: string;
	name: string;
	/** What follows the subresource. */
	rest: string[];
}

const verbs: Record<string, Verb> = {
	POST: 'create',
	GET: 'get',
	HEAD: 'get',
	PUT: 'update',
	PATCH: 'patch',
	DELETE: 'delete'
};

/** Namespaces have subresources of their own: what follows them is else a resource inside. */
const namespaceSubresources = new Set(['status', 'finalize']);

export function requestInfo(method: string, url: URL): RequestInfo {
	const path = url.pathname;
	const parts = path
		.split('/')
		.filter((part) => part !== '')
		.map(decode);
	const verb = verbs[method] ?? '';
	const none: RequestInfo = {
		path,
		verb: method.toLowerCase(),
		isResource: false,
		group: '',
		version: '',
		namespace: '',
		resource: '',
		subresource: '',
		name: '',
		rest: []
	};
	const [prefix, ...after] = parts;
	if (prefix !== 'api' && prefix !== 'apis') return none;
	const group = prefix === 'apis' ? (after.shift() ?? '') : '';
	const version = after.shift() ?? '';
	if (after.length === 0) return none;
	const found = { ...none, isResource: true, verb, group, version, ...resourceOf(after) };
	return { ...found, ...collectionVerb(found, url.searchParams) };
}

function resourceOf(parts: string[]) {
	let namespace = '';
	let rest = parts;
	if (parts[0] === 'namespaces' && parts[1] !== undefined) {
		namespace = parts[1];
		if (parts.length > 2 && !namespaceSubresources.has(parts[2]!)) rest = parts.slice(2);
	}
	const [resource = '', name = '', subresource = '', ...more] = rest;
	return { namespace, resource, name, subresource, rest: more };
}

/** A request for no single name is about the collection, unless a field selector picks one name. */
function collectionVerb(info: RequestInfo, query: URLSearchParams): Partial<RequestInfo> {
	if (info.name !== '') {
		return info.verb === 'get' && isTrue(query.get('watch')) ? { verb: 'watch' } : {};
	}
	if (info.verb === 'delete') return { verb: 'deletecollection' };
	if (info.verb !== 'get') return {};
	const name = exactNameOf(query.get('fieldSelector') ?? '') ?? '';
	return { verb: isTrue(query.get('watch')) ? 'watch' : 'list', name };
}

/** How the API reads booleans in a query: there, and neither `false` nor `0`. */
export function isTrue(value: string | null): boolean {
	return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		// A stray percent sign: the part stands as it came, and names nothing.
		return part;
	}
}
