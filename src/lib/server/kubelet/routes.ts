/**
 * The kubelet's routes as a visible table: `InstallDefaultHandlers`, `InstallDebuggingHandlers` and
 * `InstallDebuggingDisabledHandlers` of `pkg/kubelet/server/server.go`. `{name}` is one segment, `{name:*}` the rest.
 */
import type { StepId } from '../../trace/steps.ts';
import { streamVerbOf, type StreamHandler } from './stream-verbs.ts';

type HandlerName =
	| 'healthz'
	| 'getPods'
	| 'getMetrics'
	| 'getRunningPods'
	| StreamHandler
	| 'getContainerLogs'
	| 'criHandler'
	| 'notServed';

interface Route {
	path: string;
	methods: readonly string[];
	handler: HandlerName;
	/** There only while debugging handlers are on. */
	debugging: boolean;
	/** As which step a request of a foreign client is announced. */
	step: StepId;
}

const requestOf = (handler: HandlerName) => streamVerbOf(handler)?.asked ?? 'kubelet-request';
const route = (
	methods: string,
	path: string,
	handler: HandlerName,
	step: StepId = requestOf(handler)
): Route => ({ path, methods: methods.split(' '), handler, debugging: false, step });
const debug = (...of: Parameters<typeof route>): Route => ({ ...route(...of), debugging: true });

const routes: readonly Route[] = [
	route('GET', '/healthz', 'healthz'),
	route('GET', '/healthz/{check}', 'healthz'),
	route('GET', '/pods', 'getPods'),
	route('GET', '/metrics', 'getMetrics'),
	route('GET', '/metrics/{kind}', 'notServed'),
	route('GET', '/stats/{subpath:*}', 'notServed'),
	route('GET', '/spec/{subpath:*}', 'notServed'),
	debug('POST', '/run/{podNamespace}/{podID}/{containerName}', 'notServed'),
	debug('POST', '/run/{podNamespace}/{podID}/{uid}/{containerName}', 'notServed'),
	debug('GET POST', '/exec/{podNamespace}/{podID}/{containerName}', 'getExec'),
	debug('GET POST', '/exec/{podNamespace}/{podID}/{uid}/{containerName}', 'getExec'),
	debug('GET POST', '/attach/{podNamespace}/{podID}/{containerName}', 'notServed'),
	debug('GET POST', '/attach/{podNamespace}/{podID}/{uid}/{containerName}', 'notServed'),
	debug('GET POST', '/portForward/{podNamespace}/{podID}', 'getPortForward'),
	debug('GET POST', '/portForward/{podNamespace}/{podID}/{uid}', 'getPortForward'),
	debug(
		'GET',
		'/containerLogs/{podNamespace}/{podID}/{containerName}',
		'getContainerLogs',
		'kubelet-log'
	),
	debug('GET', '/configz', 'notServed'),
	debug('GET', '/logs/{logpath:*}', 'notServed'),
	debug('GET', '/debug/pprof/{subpath:*}', 'notServed'),
	debug('PUT', '/debug/flags/v', 'notServed'),
	debug('GET', '/runningpods/', 'getRunningPods'),
	debug('GET POST', '/cri/{verb}/{token}', 'criHandler', 'follow-redirect')
];

/** With debugging handlers off, everything under these is answered 405. */
const disabledPaths: readonly string[] = [
	'/run/',
	'/exec/',
	'/attach/',
	'/portForward/',
	'/containerLogs/',
	'/runningpods/',
	'/debug/pprof/',
	'/logs/'
];

export type Match =
	| { kind: 'route'; route: Route; params: Record<string, string> }
	/** The path is there, the method is not. */
	| { kind: 'method'; allowed: string[] }
	| { kind: 'disabled'; step: StepId }
	| { kind: 'none' };

/** Finds the route of a request; `path` is without its query. */
export function matchRoute(method: string, path: string, debuggingHandlers: boolean): Match {
	const installed = routes.filter((each) => debuggingHandlers || !each.debugging);
	const found = findRoute(installed, method, path);
	if (found || debuggingHandlers) return found ?? { kind: 'none' };
	if (!disabledPaths.some((each) => path.startsWith(each))) return { kind: 'none' };
	const hidden = findRoute(routes, method, path);
	return {
		kind: 'disabled',
		step: hidden?.kind === 'route' ? hidden.route.step : 'kubelet-request'
	};
}

function findRoute(among: readonly Route[], method: string, path: string): Match | undefined {
	const allowed: string[] = [];
	for (const route of among) {
		const params = matchPath(route.path, path);
		if (!params) continue;
		if (route.methods.includes(method)) return { kind: 'route', route, params };
		allowed.push(...route.methods);
	}
	return allowed.length > 0 ? { kind: 'method', allowed: [...new Set(allowed)] } : undefined;
}

/** The values of a pattern's names, decoded; undefined when the path is another one or is badly encoded. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
	const wanted = pattern.split('/');
	const given = path.split('/');
	const rest = wanted.at(-1)?.endsWith(':*}') ?? false;
	if (rest ? given.length < wanted.length : given.length !== wanted.length) return undefined;
	const params: Record<string, string> = {};
	for (const [at, part] of wanted.entries()) {
		const name = /^\{(\w+)(:\*)?\}$/.exec(part);
		const value = name?.[2] ? given.slice(at).join('/') : given[at]!;
		if (!name) {
			if (value !== part) return undefined;
			continue;
		}
		const decoded = decode(value);
		if (decoded === undefined || (decoded === '' && !name[2])) return undefined;
		params[name[1]!] = decoded;
	}
	return params;
}

function decode(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		// A stray % sign: Go's router would not find a route either.
		return undefined;
	}
}
