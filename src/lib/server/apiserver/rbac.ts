/**
 * Who may do what: RBAC (`plugin/pkg/auth/authorizer/rbac/rbac.go`) with its roles and bindings as data, all of them
 * for the whole cluster. `system:node` is what the node authorizer would allow; see `node-restriction.ts` for the rest.
 */
import type { UserInfo } from './authentication.ts';
import type { RequestInfo } from './request-info.ts';
import { failure, forbidden, type StatusError } from './status.ts';

interface PolicyRule {
	verbs: readonly string[];
	/** The core group if left out. */
	apiGroups?: readonly string[];
	/** `pods/exec` is a subresource. */
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
	rules: [
		{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
		{ verbs: ['*'], nonResourceURLs: ['*'] }
	]
};
const basicUser: ClusterRole = {
	name: 'system:basic-user',
	rules: [
		{
			verbs: ['create'],
			apiGroups: ['authorization.k8s.io'],
			resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']
		}
	]
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
	{ group: 'system:authenticated', role: basicUser },
	{ group: 'system:authenticated', role: discovery },
	{ group: 'system:nodes', role: node },
	{ user: 'dev', role: podReader }
] as const satisfies readonly { group?: string; user?: string; role: ClusterRole }[];

export type Subject = Pick<UserInfo, 'name' | 'groups'>;

export interface Decision {
	allowed: boolean;
	/** The binding that allowed it, in words. */
	reason: string;
	/** The binding itself, which has the name of its role. */
	binding?: { role: string; kind: 'User' | 'Group'; subject: string };
}

/** Looks for a binding of the user that has a rule for the request. */
export function authorize(user: Subject, info: RequestInfo): Decision {
	for (const { role, kind, subject } of bindingsOf(user)) {
		if (!role.rules.some((rule) => allows(rule, info))) continue;
		const reason = `${subject} has the role ${role.name}`;
		return { allowed: true, reason, binding: { role: role.name, kind, subject } };
	}
	return { allowed: false, reason: 'no role allows it' };
}

/** Every rule that is for this user. */
export function rulesOf(user: Subject): PolicyRule[] {
	return bindingsOf(user).flatMap(({ role }) => role.rules);
}

function bindingsOf(user: Subject) {
	return clusterRoleBindings
		.map((binding) =>
			'user' in binding
				? { role: binding.role, kind: 'User' as const, subject: binding.user }
				: { role: binding.role, kind: 'Group' as const, subject: binding.group }
		)
		.filter(({ kind, subject }) =>
			kind === 'User' ? user.name === subject : user.groups.includes(subject)
		);
}

function allows(rule: PolicyRule, info: RequestInfo): boolean {
	if (!has(rule.verbs, info.verb)) return false;
	if (!info.isResource) return (rule.nonResourceURLs ?? []).some((url) => covers(url, info.path));
	return has(rule.apiGroups ?? [''], info.group) && has(rule.resources ?? [], resourcePath(info));
}

function has(list: readonly string[], one: string): boolean {
	return list.includes('*') || list.includes(one);
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
