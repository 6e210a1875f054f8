/**
 * `kubectl --as`: apiserver `pkg/endpoints/filters/impersonation.go`. Who may impersonate becomes the other user for
 * this request; for anybody else it is 403. Users and groups only.
 */
import type { IncomingMessage } from 'node:http';
import type { UserInfo } from './authentication.ts';
import { authorize, refusal } from './rbac.ts';
import type { RequestInfo } from './request-info.ts';
import { failure } from './status.ts';

/** The user that the request shall act for; the one who asks when it names nobody. Throws 403 or 500. */
export function impersonated(request: IncomingMessage, user: UserInfo): UserInfo {
	const { 'impersonate-user': as, 'impersonate-group': inGroups = [] } = request.headersDistinct;
	const name = as?.[0];
	if (!name) {
		if (inGroups.length === 0) return user;
		throw failure(
			500,
			undefined,
			`requested ${inGroups.length} groups without impersonating a user`
		);
	}
	allow(user, 'users', name);
	for (const group of inGroups) allow(user, 'groups', group);
	return { name, groups: [...inGroups, 'system:authenticated'], by: user.by };
}

function allow(user: UserInfo, resource: 'users' | 'groups', name: string): void {
	const info: RequestInfo = {
		path: '',
		verb: 'impersonate',
		isResource: true,
		group: '',
		version: 'v1',
		namespace: '',
		resource,
		subresource: '',
		name,
		rest: []
	};
	if (!authorize(user, info).allowed) throw refusal(user, info);
}
