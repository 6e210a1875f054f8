/**
 * How /api/v1 comes to be: `Master.InstallLegacyAPI` (`pkg/master/master.go`) makes the storage objects, maps paths to
 * them, and adds the routes. Told as boot calls, nested as upstream nests them.
 */
import type { Run } from '../../trace/trace.ts';
import { EventStorage, NamespaceStorage, NodeStorage } from './cluster-storages.ts';
import type { PodSeed } from './objects.ts';
import { PodStorage } from './pod-storage.ts';
import { restStorageMap, servedRows } from './rest-storage-map.ts';
import { Revisions } from './store.ts';

export interface World {
	namespaces: readonly string[];
	pods: readonly PodSeed[];
}

export interface LegacyStorage {
	pods: PodStorage;
	nodes: NodeStorage;
	namespaces: NamespaceStorage;
	events: EventStorage;
}

/** Makes the stores, fills them with the world, and says each step of it on the boot run. */
export async function installLegacyApi(
	boot: Run,
	world: World,
	now: number
): Promise<LegacyStorage> {
	const installed = await boot.call('install-legacy-api', {
		n: 'Master.InstallLegacyAPI',
		fn: 'Master.InstallLegacyAPI',
		facts: { within: 'CreateServerChain, CreateKubeAPIServer', group: 'v1', prefix: '/api' }
	});
	const revisions = new Revisions();
	const namespaces = new NamespaceStorage(revisions);
	const nodes = new NodeStorage(revisions);
	const events = new EventStorage(revisions, namespaces.store);
	const made = await boot.call('pod-storage', {
		n: 'podstore.NewStorage',
		fn: 'podstore.NewStorage',
		facts: { of: 'PodStorage', keeps: 'genericregistry.Store', exec: 'ExecREST' }
	});
	const pods = new PodStorage(revisions, namespaces.store);
	made();
	for (const name of world.namespaces) namespaces.seed(name, now);
	for (const pod of world.pods) pods.seed(pod, now);
	await tellRoutes(boot);
	installed();
	return { pods, nodes, namespaces, events };
}

async function tellRoutes(boot: Run): Promise<void> {
	const absent = Object.keys(restStorageMap).filter((path) => !restStorageMap[path]!.served);
	const mapped = await boot.call('rest-storage-map', {
		n: 'restStorageMap["pods/exec"] = podStorage.Exec',
		fn: 'LegacyRESTStorageProvider.NewLegacyRESTStorage',
		facts: {
			restStorageMap: Object.fromEntries(servedRows().map(([path, row]) => [path, row.storage])),
			notServed: absent
		}
	});
	mapped();
	const routed = await boot.call('install-api-resources', {
		n: 'GenericAPIServer.installAPIResources',
		fn: 'GenericAPIServer.installAPIResources',
		facts: {
			from: 'GenericAPIServer.InstallLegacyAPIGroup',
			group: 'APIGroupInfo',
			connect: 'APIInstaller: POST and GET pods/{name}/exec'
		}
	});
	routed();
	const added = await boot.call('add-webservice', {
		n: 'GoRestfulContainer.Add',
		fn: 'GoRestfulContainer.Add',
		facts: { of: 'discovery.NewLegacyRootAPIHandler', in: 'APIServerHandler', serves: 'GET /api' }
	});
	added();
}
