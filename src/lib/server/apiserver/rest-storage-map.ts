/**
 * The table that leads from a path to the code behind it: `restStorageMap` in `pkg/registry/core/rest/storage_core.go`
 * of 1.15. Rows that this API server does not serve stand here too and say so; they stay out of discovery, and a
 * request for them is answered as for any path that does not exist.
 */
import type { Verb } from './request-info.ts';

export interface StorageRow {
	/** Upstream's expression for the storage object. */
	storage: string;
	kind: string;
	namespaced: boolean;
	verbs: readonly Verb[];
	served: boolean;
	singular?: string;
	shortNames?: readonly string[];
	categories?: readonly string[];
}

const served = (
	storage: string,
	kind: string,
	namespaced: boolean,
	verbs: readonly Verb[],
	names: Pick<StorageRow, 'shortNames' | 'categories'> = {}
): StorageRow => ({ storage, kind, namespaced, verbs, served: true, ...names });

const absent = (storage: string, kind: string, namespaced = true): StorageRow => ({
	storage,
	kind,
	namespaced,
	verbs: [],
	served: false
});

export const restStorageMap: Readonly<Record<string, StorageRow>> = {
	pods: served('podStorage.Pod', 'Pod', true, ['create', 'delete', 'get', 'list', 'watch'], {
		shortNames: ['po'],
		categories: ['all']
	}),
	'pods/attach': absent('podStorage.Attach', 'PodAttachOptions'),
	'pods/status': served('podStorage.Status', 'Pod', true, ['get', 'update']),
	'pods/log': served('podStorage.Log', 'Pod', true, ['get']),
	'pods/exec': served('podStorage.Exec', 'PodExecOptions', true, ['create', 'get']),
	'pods/portforward': served('podStorage.PortForward', 'PodPortForwardOptions', true, [
		'create',
		'get'
	]),
	'pods/proxy': absent('podStorage.Proxy', 'PodProxyOptions'),
	'pods/binding': absent('podStorage.Binding', 'Binding'),
	'pods/eviction': absent('podStorage.Eviction', 'Eviction'),
	bindings: absent('podStorage.Binding', 'Binding'),
	podTemplates: absent('podTemplateStorage', 'PodTemplate'),
	replicationControllers: absent('controllerStorage.Controller', 'ReplicationController'),
	services: absent('serviceRest', 'Service'),
	endpoints: absent('endpointsStorage', 'Endpoints'),
	nodes: served('nodeStorage.Node', 'Node', false, ['create', 'delete', 'get', 'list', 'watch'], {
		shortNames: ['no']
	}),
	'nodes/status': served('nodeStorage.Status', 'Node', false, ['get', 'update']),
	'nodes/proxy': absent('nodeStorage.Proxy', 'NodeProxyOptions', false),
	events: served('eventStorage', 'Event', true, ['create', 'get', 'list', 'watch'], {
		shortNames: ['ev']
	}),
	limitRanges: absent('limitRangeStorage', 'LimitRange'),
	resourceQuotas: absent('resourceQuotaStorage', 'ResourceQuota'),
	namespaces: served('namespaceStorage', 'Namespace', false, ['get', 'list', 'watch'], {
		shortNames: ['ns']
	}),
	secrets: absent('secretStorage', 'Secret'),
	serviceAccounts: absent('serviceAccountStorage', 'ServiceAccount'),
	persistentVolumes: absent('persistentVolumeStorage', 'PersistentVolume', false),
	configMaps: absent('configMapStorage', 'ConfigMap'),
	componentStatuses: absent('componentstatus.NewStorage(...)', 'ComponentStatus', false)
};

/** The rows that a client can reach, in the order in which discovery lists them. */
export function servedRows(rows = restStorageMap): [path: string, row: StorageRow][] {
	return Object.entries(rows)
		.filter(([, row]) => row.served)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}
