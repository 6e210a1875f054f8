/**
 * What a client can ask for: /api, /apis and what is under them (apiserver
 * `pkg/endpoints/discovery/{legacy,root,group,version}.go`), /version, and the few paths that are no resource. Plain answers as 1.15 gives them; newer clients take them too.
 */
import { eras, type EraId } from '../../trace/eras.ts';
import { namedGroups } from './api-groups.ts';
import { servedRows, type StorageRow } from './rest-storage-map.ts';

/** GET /api: `discovery.NewLegacyRootAPIHandler`. */
export function apiVersions(serverAddress: string) {
	return {
		kind: 'APIVersions',
		versions: ['v1'],
		serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }]
	};
}

/** GET /apis: every group but the core one, which has no name. */
export function apiGroups() {
	return { kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups.map(groupOf) };
}

/** GET /api/v1: the rows of `restStorageMap` that are served. */
export function apiResources() {
	return { kind: 'APIResourceList', groupVersion: 'v1', resources: resourcesOf() };
}

/** GET /apis/GROUP and /apis/GROUP/VERSION; undefined for a group or version that is not served. */
export function namedGroup(path: string): object | undefined {
	for (const group of namedGroups) {
		const root = `/apis/${group.name}`;
		const groupVersion = `${group.name}/${group.version}`;
		if (path === root) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
		if (path === `/apis/${groupVersion}`) {
			const resources = resourcesOf(group.rows);
			return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
		}
	}
	return undefined;
}

function groupOf({ name, version }: (typeof namedGroups)[number]) {
	const only = { groupVersion: `${name}/${version}`, version };
	return { name, versions: [only], preferredVersion: only };
}

function resourcesOf(rows?: Readonly<Record<string, StorageRow>>) {
	return servedRows(rows).map(([name, row]) => ({
		name,
		singularName: '',
		namespaced: row.namespaced,
		kind: row.kind,
		verbs: row.verbs,
		...(row.shortNames ? { shortNames: row.shortNames } : {}),
		...(row.categories ? { categories: row.categories } : {})
	}));
}

/** GET /: the paths that lead somewhere. */
export function rootPaths() {
	const named = namedGroups.flatMap(({ name, version }) => [
		`/apis/${name}`,
		`/apis/${name}/${version}`
	]);
	return { paths: ['/api', '/api/v1', '/apis', ...named, '/healthz', '/version'] };
}

interface Release {
	gitCommit: string;
	buildDate: string;
	goVersion: string;
	/** From 1.33 on, a server says which minor release of 1 it can still stand in for. */
	minCompatibilityMinor?: string;
}

const v1_15: Release = {
	gitCommit: '2d3c76f9091b6bec110a5e63777c332469e0cba2',
	buildDate: '2019-08-19T11:05:50Z',
	goVersion: 'go1.12.9'
};

/** Facts of the releases whose behaviour an era has: what their own binaries say. */
const releases: Record<EraId, Release> = {
	'1.15-redirect': v1_15,
	'1.15-proxy': v1_15,
	'1.24-cri': {
		gitCommit: '22a9682c8fe855c321be75c5faacde343f909b04',
		buildDate: '2023-08-23T23:37:25Z',
		goVersion: 'go1.20.7'
	},
	'1.31-websocket': {
		gitCommit: '9edcffcde5595e8a5b1a35f88c421764e575afce',
		buildDate: '2024-08-13T07:28:49Z',
		goVersion: 'go1.22.5'
	},
	'1.35': {
		gitCommit: 'fc0e7a6ca50f7ce368f9a5516e1716b473ed3a26',
		buildDate: '2026-06-11T18:05:09Z',
		goVersion: 'go1.25.11',
		minCompatibilityMinor: '34'
	},
	'1.36': {
		gitCommit: '0f29094e5b73085e3802ecc1298ecae13866bfe6',
		buildDate: '2026-07-22T18:10:35Z',
		goVersion: 'go1.26.5',
		minCompatibilityMinor: '35'
	}
};

/** GET /version: `version.Info` of the era's release. */
export function versionInfo(era: EraId) {
	const { version } = eras[era];
	const [major, minor] = version.split('.');
	const { gitCommit, buildDate, goVersion, minCompatibilityMinor } = releases[era];
	const compatibility = {
		emulationMajor: major,
		emulationMinor: minor,
		minCompatibilityMajor: major,
		minCompatibilityMinor
	};
	return {
		major,
		minor,
		...(minCompatibilityMinor ? compatibility : {}),
		gitVersion: `v${version}`,
		gitCommit,
		gitTreeState: 'clean',
		buildDate,
		goVersion,
		compiler: 'gc',
		platform: 'linux/amd64'
	};
}
