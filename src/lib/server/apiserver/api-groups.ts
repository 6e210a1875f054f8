/**
 * The groups of the API and their versions, with the resources of each: what `GenericAPIServer.InstallAPIGroups` is
 * given. The core group is `restStorageMap`; of the named ones there is `authorization.k8s.io`
 * (`pkg/registry/authorization/rest/storage_authorization.go`).
 */
import type { RequestInfo } from './request-info.ts';
import { restStorageMap, type StorageRow } from './rest-storage-map.ts';
import { resourcePath } from './rbac.ts';

type Rows = Readonly<Record<string, StorageRow>>;

interface ApiGroup {
	name: string;
	version: string;
	rows: Rows;
}

const review = (kind: string, served = true): StorageRow => ({
	storage: `${kind.toLowerCase()}.NewREST`,
	kind,
	namespaced: false,
	verbs: served ? ['create'] : [],
	served
});

/** Those under /apis; the core group has no name and is under /api. */
export const namedGroups: readonly ApiGroup[] = [
	{
		name: 'authorization.k8s.io',
		version: 'v1',
		rows: {
			subjectaccessreviews: review('SubjectAccessReview'),
			selfsubjectaccessreviews: review('SelfSubjectAccessReview'),
			localsubjectaccessreviews: { ...review('LocalSubjectAccessReview', false), namespaced: true },
			selfsubjectrulesreviews: review('SelfSubjectRulesReview')
		}
	}
];

/** The row that a path leads to; undefined when nothing is served there. */
export function rowOf(info: RequestInfo): StorageRow | undefined {
	const { group, version } = info;
	const rows =
		group === '' && version === 'v1'
			? restStorageMap
			: namedGroups.find((each) => each.name === group && each.version === version)?.rows;
	const path = resourcePath(info);
	return rows && Object.hasOwn(rows, path) && rows[path]!.served ? rows[path] : undefined;
}
