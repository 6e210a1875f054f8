/**
 * The three tables that lead a request to the code behind it, as this lab has them: the recording of a start tells
 * two of them, and every other recording relies on these. A row that is not served here says so.
 */
export interface RouteRow {
	/** A path of the API server's map, or a pattern: `{name}` is one segment, `{name:*}` the rest. */
	path: string;
	methods?: string;
	/** The storage object or handler, in upstream's words. */
	leads: string;
	served: boolean;
	/** There only while the kubelet's debugging handlers are on. */
	debugging?: true;
}

export const routeTables = ['apiserver', 'kubelet', 'streaming'] as const;
export type RouteTableId = (typeof routeTables)[number];

const storage = (path: string, leads: string): RouteRow => ({ path, leads, served: true });
const absent = (path: string, leads: string): RouteRow => ({ path, leads, served: false });
const route = (methods: string, path: string, leads: string, served = true): RouteRow => ({
	path,
	methods,
	leads,
	served
});
const debug = (...of: Parameters<typeof route>): RouteRow => ({ ...route(...of), debugging: true });

export const routes: Readonly<Record<RouteTableId, readonly RouteRow[]>> = {
	apiserver: [
		storage('pods', 'podStorage.Pod'),
		absent('pods/attach', 'podStorage.Attach'),
		storage('pods/status', 'podStorage.Status'),
		storage('pods/log', 'podStorage.Log'),
		storage('pods/exec', 'podStorage.Exec'),
		storage('pods/portforward', 'podStorage.PortForward'),
		absent('pods/proxy', 'podStorage.Proxy'),
		absent('pods/binding', 'podStorage.Binding'),
		absent('pods/eviction', 'podStorage.Eviction'),
		absent('bindings', 'podStorage.Binding'),
		absent('podTemplates', 'podTemplateStorage'),
		absent('replicationControllers', 'controllerStorage.Controller'),
		absent('services', 'serviceRest'),
		absent('endpoints', 'endpointsStorage'),
		storage('nodes', 'nodeStorage.Node'),
		storage('nodes/status', 'nodeStorage.Status'),
		absent('nodes/proxy', 'nodeStorage.Proxy'),
		storage('events', 'eventStorage'),
		absent('limitRanges', 'limitRangeStorage'),
		absent('resourceQuotas', 'resourceQuotaStorage'),
		storage('namespaces', 'namespaceStorage'),
		absent('secrets', 'secretStorage'),
		absent('serviceAccounts', 'serviceAccountStorage'),
		absent('persistentVolumes', 'persistentVolumeStorage'),
		absent('configMaps', 'configMapStorage'),
		absent('componentStatuses', 'componentstatus.NewStorage(...)')
	],
	kubelet: [
		route('GET', '/healthz', 'healthz'),
		route('GET', '/healthz/{check}', 'healthz'),
		route('GET', '/pods', 'getPods'),
		route('GET', '/metrics', 'getMetrics'),
		route('GET', '/metrics/{kind}', '', false),
		route('GET', '/stats/{subpath:*}', '', false),
		route('GET', '/spec/{subpath:*}', '', false),
		debug('POST', '/run/{podNamespace}/{podID}/{containerName}', '', false),
		debug('POST', '/run/{podNamespace}/{podID}/{uid}/{containerName}', '', false),
		debug('GET POST', '/exec/{podNamespace}/{podID}/{containerName}', 'getExec'),
		debug('GET POST', '/exec/{podNamespace}/{podID}/{uid}/{containerName}', 'getExec'),
		debug('GET POST', '/attach/{podNamespace}/{podID}/{containerName}', '', false),
		debug('GET POST', '/attach/{podNamespace}/{podID}/{uid}/{containerName}', '', false),
		debug('GET POST', '/portForward/{podNamespace}/{podID}', 'getPortForward'),
		debug('GET POST', '/portForward/{podNamespace}/{podID}/{uid}', 'getPortForward'),
		debug('GET', '/containerLogs/{podNamespace}/{podID}/{containerName}', 'getContainerLogs'),
		debug('GET', '/configz', '', false),
		debug('GET', '/logs/{logpath:*}', '', false),
		debug('GET', '/debug/pprof/{subpath:*}', '', false),
		debug('PUT', '/debug/flags/v', '', false),
		debug('GET', '/runningpods/', 'getRunningPods'),
		debug('GET POST', '/cri/{verb}/{token}', 'criHandler')
	],
	streaming: [
		route('GET POST', '/cri/exec/{token}', 'serveExec'),
		route('GET POST', '/cri/attach/{token}', '', false),
		route('GET POST', '/cri/portforward/{token}', 'servePortForward')
	]
};

/** The row of a table that a request comes to; undefined when none has its path. */
export function matchRoute(
	rows: readonly RouteRow[],
	method: string,
	path: string
): RouteRow | undefined {
	return rows.find(
		(row) => (row.methods?.split(' ').includes(method) ?? true) && fits(row.path, path)
	);
}

/** The row of the API server's map that a path means: `/api/v1/namespaces/default/pods/nginx/exec` is `pods/exec`. */
export function storageRow(rows: readonly RouteRow[], path: string): RouteRow | undefined {
	const parts = /^\/api\/v1\/(.+)$/.exec(path)?.[1]!.split('/') ?? [];
	const own = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
	const [resource, , subresource] = own;
	const name = subresource ? `${resource}/${subresource}` : resource;
	return rows.find((row) => row.path.toLowerCase() === name?.toLowerCase());
}

function fits(pattern: string, path: string): boolean {
	const wanted = pattern.split('/');
	const given = path.split('/');
	const open = wanted.at(-1)!.endsWith(':*}');
	if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
	return wanted.every(
		(part, at) => part === given[at] || (part.startsWith('{') && given[at] !== '')
	);
}
