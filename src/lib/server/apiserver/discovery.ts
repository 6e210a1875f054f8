/**
 * What a client can ask for: /api, /apis and /api/v1 (apiserver `pkg/endpoints/discovery/{legacy,root,version}.go`),
 * /version, and the few paths that are no resource. Plain answers as 1.15 gives them; newer clients take them too.
 */
import { eras, type EraId } from '../../trace/eras.ts';
import { servedRows } from './rest-storage-map.ts';

/** GET /api: `discovery.NewLegacyRootAPIHandler`. */
export function apiVersions(serverAddress: string) {
	return {
		kind: 'APIVersions',
		versions: ['v1'],
		serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }]
	};
}

/** GET /apis: no group but the core one is served. */
export function apiGroups() {
	return { kind: 'APIGroupList', apiVersion: 'v1', groups: [] };
}

/** GET /api/v1: the rows of `restStorageMap` that are served. */
export function apiResources() {
	return {
		kind: 'APIResourceList',
		groupVersion: 'v1',
		resources: servedRows().map(([name, row]) => ({
			name,
			singularName: '',
			namespaced: row.namespaced,
			kind: row.kind,
			verbs: row.verbs,
			...(row.shortNames ? { shortNames: row.shortNames } : {}),
			...(row.categories ? { categories: row.categories } : {})
		}))
	};
}

/** GET /: the paths that lead somewhere. */
export function rootPaths() {
	return { paths: ['/api', '/api/v1', '/apis', '/healthz', '/version'] };
}

/** Facts of the releases whose behaviour an era has. */
const releases: Record<EraId, { gitCommit: string; buildDate: string; goVersion: string }> = {
	'1.15-redirect': {
		gitCommit: '2d3c76f9091b6bec110a5e63777c332469e0cba2',
		buildDate: '2019-08-19T11:05:50Z',
		goVersion: 'go1.12.9'
	}
};

/** GET /version: `version.Info` of the era's release. */
export function versionInfo(era: EraId) {
	const { version } = eras[era];
	const [major, minor] = version.split('.');
	const { gitCommit, buildDate, goVersion } = releases[era];
	return {
		major,
		minor,
		gitVersion: `v${version}`,
		gitCommit,
		gitTreeState: 'clean',
		buildDate,
		goVersion,
		compiler: 'gc',
		platform: 'linux/amd64'
	};
}
