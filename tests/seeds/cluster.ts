import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCluster } from '../../src/lib/server/cluster.ts';
import type { Reached } from './replay.ts';

/** A cluster of its own for the replay, or the sentence why this machine can have none. */
export async function reachCluster(): Promise<
	(Reached & { close(): Promise<void> }) | { reason: string }
> {
	const home = await mkdtemp(path.join(tmpdir(), 'execscope-seeds-'));
	const cluster = await startCluster({
		home,
		apiserverPort: 0,
		apiserverPortExplicit: false,
		era: '1.15-redirect',
		by: 'tests/seeds'
	});
	const close = async () => {
		await cluster.close();
		await rm(home, { recursive: true, force: true });
	};
	const { kubeconfig, kubeconfigPath } = cluster;
	if (kubeconfig) return { kubeconfig, kubeconfigPath, discovery: new Map(), close };
	await close();
	return { reason: cluster.engine.reason ?? 'there is no engine' };
}
