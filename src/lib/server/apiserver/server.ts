/**
 * kube-apiserver as far as `kubectl exec` and its neighbours need it (`cmd/kube-apiserver/app/server.go`): HTTPS with
 * JSON, client certificates and bearer tokens, RBAC, the objects of the world in memory, and `pods/exec`.
 */
import type { Trace } from '../../trace/trace.ts';
import type { Clock, Limits } from '../limits.ts';
import { formatAddress, type Address } from '../transport/address.ts';
import type { Door } from '../transport/door.ts';
import { startTappedServer, type Listening } from '../transport/tapped-server.ts';
import { isFromNode, type Token } from './authentication.ts';
import type { KubeletClient } from './dial.ts';
import { serve, type ChainContext } from './handler-chain.ts';
import { installLegacyApi, type LegacyStorage, type World } from './install-legacy-api.ts';
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

/**
 * Starts the API server; its state is the world, every time anew. Throws when the address is taken, and has said
 * nothing then: the caller may try another one.
 */
export async function startApiserver(options: ApiserverOptions): Promise<Listening> {
	const { address, tls, trace, clock, door } = options;
	let installed: (context: ChainContext) => void = () => {};
	// Who finds the port before /api/v1 is there waits for it.
	const context = new Promise<ChainContext>((resolve) => (installed = resolve));
	const listening = await startTappedServer({
		address,
		tls: { ...tls, requestCert: true, rejectUnauthorized: false },
		door,
		open: (client) =>
			trace.connection({
				from: 'kubectl',
				to: 'apiserver',
				over: 'tls',
				believed: isFromNode(client)
			}),
		request: (request, response) =>
			void context.then((chain) => serve(chain, request, response, undefined)),
		upgrade: (request, socket) =>
			void context.then((chain) => serve(chain, request, undefined, socket))
	});
	const born = Date.now() - clock.now();
	const now = () => born + clock.now();
	const storage = await installLegacyApi(trace.boot, options.world, now());
	const scheduler = new Scheduler(storage.pods, storage.nodes, now);
	installed(chainContext(options, storage, scheduler, now, formatAddress(listening.address)));
	return {
		address: listening.address,
		async close() {
			scheduler.close();
			await listening.close();
		}
	};
}

function chainContext(
	{ trace, tokens, kubeletClient, limits, clock }: ApiserverOptions,
	storage: LegacyStorage,
	scheduler: Scheduler,
	now: () => number,
	serverAddress: string
): ChainContext {
	const [pods, nodes] = [storage.pods.store, storage.nodes.store];
	return {
		trace,
		tokens,
		storage,
		streams: { pods, nodes, kubeletClient, trace, limits, clock },
		clock,
		limits,
		now,
		created(object) {
			if (object.kind !== 'Pod') return {};
			return { scheduled: scheduler.schedule(object as Pod) ?? 'no node takes it yet' };
		},
		serverAddress
	};
}
