/**
 * kube-apiserver as far as `kubectl exec` and its neighbours need it (`cmd/kube-apiserver/app/server.go`): HTTPS with
 * JSON, client certificates and bearer tokens, RBAC, the objects of the world in memory, and `pods/exec`.
 */
import type { Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { formatAddress, type Address } from '../transport/address.ts';
import type { Door } from '../transport/door.ts';
import { startTappedServer, type Listening } from '../transport/tapped-server.ts';
import type { Token } from './authentication.ts';
import type { KubeletClient } from './dial.ts';
import { serve, type ChainContext } from './handler-chain.ts';
import { installLegacyApi, type World } from './install-legacy-api.ts';
import type { Pod } from './objects.ts';
import { Scheduler } from './scheduler.ts';

export interface ApiserverOptions {
	address: Address;
	/** PEM; `ca` is the authority of client certificates. */
	tls: { cert: string; key: string; ca: string };
	/** What the API server shows to kubelets, and the authority of theirs. */
	kubeletClient: KubeletClient;
	tokens: readonly Token[];
	world: World;
	door: Door;
	trace: Trace;
	limits: Limits;
	clock: Clock;
}

/** Starts the API server; its state is the world, every time anew. */
export async function startApiserver(options: ApiserverOptions): Promise<Listening> {
	const { address, tls, trace, clock, limits, door } = options;
	const born = Date.now() - clock.now();
	const now = () => born + clock.now();
	const storage = await installLegacyApi(trace.boot, options.world, now());
	const scheduler = new Scheduler(storage.pods, storage.nodes, now);
	let serverAddress = formatAddress(address);
	const context: ChainContext = {
		trace,
		tokens: options.tokens,
		storage,
		exec: {
			pods: storage.pods.store,
			nodes: storage.nodes.store,
			kubeletClient: options.kubeletClient,
			limits,
			clock
		},
		clock,
		now,
		created(object) {
			if (object.kind !== 'Pod') return {};
			const node = scheduler.schedule(object as Pod);
			return { scheduled: node ?? 'no node takes it yet' };
		},
		serverAddress: () => serverAddress
	};
	const listening = await startTappedServer({
		address,
		tls: { ...tls, requestCert: true, rejectUnauthorized: false },
		door,
		open: (peerPort) =>
			trace.connection({ from: 'kubectl', to: 'apiserver', over: 'tls', peerPort }),
		request: (request, response) => void serve(context, request, response, undefined),
		upgrade: (request, socket) => void serve(context, request, undefined, socket)
	});
	serverAddress = formatAddress(listening.address);
	return {
		address: listening.address,
		async close() {
			scheduler.close();
			await listening.close();
		}
	};
}
