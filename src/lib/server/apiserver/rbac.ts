/**
 * Who may do what: RBAC (`plugin/pkg/auth/authorizer/rbac/rbac.go`) with its roles and bindings as data, all of them
 * for the whole cluster. `system:node` is what the node authorizer would allow; see `node-restriction.ts` for the rest.
 */
import type { UserInfo } from './authentication.ts';
import type { RequestInfo } from './request-info.ts';
import { failure, forbidden, type StatusError } from './status.ts';

interface PolicyRule {
	verbs: readonly string[];
	/** Of the core group; `pods/exec` is a subresource. */
	resources?: readonly string[];
	nonResourceURLs?: readonly string[];
}

interface ClusterRole {
	name: string;
	rules: readonly PolicyRule[];
}

const discoveryPaths = [
	'/',
	'/api',
	'/api/*',
	'/apis',
	'/apis/*',
	'/healthz',
	'/livez',
	'/readyz',
	'/openapi',
	'/openapi/*',
	'/version',
	'/version/'
];

const clusterAdmin: ClusterRole = {
	name: 'cluster-admin',
	rules: [{ verbs: ['*'], resources: ['*'], nonResourceURLs: ['*'] }]
};
const discovery: ClusterRole = {
	name: 'system:discovery',
	rules: [{ verbs: ['get', 'head'], nonResourceURLs: discoveryPaths }]
};
const node: ClusterRole = {
	name: 'system:node',
	rules: [
		{ verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'], resources: ['nodes'] },
		{ verbs: ['update', 'patch'], resources: ['nodes/status', 'pods/status'] },
		{ verbs: ['get', 'list', 'watch', 'create', 'delete'], resources: ['pods'] },
		{ verbs: ['create', 'update', 'patch'], resources: ['events'] }
	]
};
const podReader: ClusterRole = {
	name: 'pod-reader',
	rules: [{ verbs: ['get', 'list'], resources: ['pods'] }]
};

/** A group or a user, and the role it has in the whole cluster. */
export const clusterRoleBindings = [
	{ group: 'system:masters', role: clusterAdmin },
	{ group: 'system:authenticated', role: discovery },
	{ group: 'system:nodes', role: node },
	{ user: 'dev', role: podReader }
] as const satisfies readonly { group?: string; user?: string; role: ClusterRole }[];

export interface Decision {
	allowed: boolean;
	/** The binding that allowed it, in words. */
	reason: string;
}

/** Looks for a binding of the user that has a rule for the request. */
export function authorize(user: UserInfo, info: RequestInfo): Decision {
	for (const binding of clusterRoleBindings) {
		const subject = 'user' in binding ? binding.user : binding.group;
		const bound = 'user' in binding ? user.name === subject : user.groups.includes(subject);
		if (bound && binding.role.rules.some((rule) => allows(rule, info))) {
			return { allowed: true, reason: `${subject} has the role ${binding.role.name}` };
		}
	}
	return { allowed: false, reason: 'no role allows it' };
}

function allows(rule: PolicyRule, info: RequestInfo): boolean {
	if (!rule.verbs.includes('*') && !rule.verbs.includes(info.verb)) return false;
	if (!info.isResource) return (rule.nonResourceURLs ?? []).some((url) => covers(url, info.path));
	if (rule.resources?.includes('*')) return true;
	return info.group === '' && (rule.resources ?? []).includes(resourcePath(info));
}

function covers(pattern: string, path: string): boolean {
	return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** `pods`, or `pods/exec`. */
export function resourcePath({ resource, subresource }: RequestInfo): string {
	return subresource ? `${resource}/${subresource}` : resource;
}

/** The 403 that a user reads: apiserver `pkg/endpoints/handlers/responsewriters/errors.go`. */
export function refusal(user: UserInfo, info: RequestInfo): StatusError {
	const who = `User "${user.name}" cannot ${info.verb}`;
	if (!info.isResource) {
		return failure(403, 'Forbidden', `forbidden: ${who} path "${info.path}"`, {});
	}
	const where = info.namespace ? `in the namespace "${info.namespace}"` : 'at the cluster scope';
	const what = `resource "${resourcePath(info)}" in API group "${info.group}" ${where}`;
	return forbidden(info, `${who} ${what}`);
}
