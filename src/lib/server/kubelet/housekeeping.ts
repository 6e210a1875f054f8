/**
 * What a kubelet does without being asked: registers its node and watches the pods that are bound to it
 * (`pkg/kubelet/kubelet_node_status.go`, `pkg/kubelet/config/apiserver.go`, client-go's reflector). It belongs to the
 * boot run, and later to the run that caused an event: the watch of a node says with each event which that was.
 */
import type { EraId } from '../../trace/eras.ts';
import type { Run, Trace } from '../../trace/trace.ts';
import type { Clock } from '../limits.ts';
import type { Address } from '../transport/address.ts';
import { ApiClient, type ApiAnswer, type ApiClientOptions } from './api-client.ts';
import { nodeObject, type NodeFacts } from './node-status.ts';
import type { Pod } from './pod.ts';
import { PodWorkers } from './pod-workers.ts';
import type { RuntimeService } from './remote-runtime-service.ts';

export interface HousekeepingOptions {
	node: string;
	apiserver: ApiClientOptions;
	/** The era of the next run: what nobody asked for follows it. */
	era(): EraId;
	trace: Trace;
	clock: Clock;
	connectRuntime(run: Run): RuntimeService;
	/** Folder of the pods' logs. */
	podLogs: string;
}

/** Upstream's reflector waits this long before it lists and watches again. */
const reflectorPeriodMs = 1000;

interface WatchEvent {
	type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
	object: Pod;
	/** Of the run that caused the event. */
	traceparent?: string;
}

export class Housekeeping {
	readonly #options: HousekeepingOptions;
	readonly #api: ApiClient;
	readonly #workers: PodWorkers;
	readonly #pods = new Map<string, Pod>();
	#hostIP = '';
	/** What the node says of itself, but for its era and the time. */
	#node: Omit<NodeFacts, 'era' | 'now'> | undefined;
	#closed = false;
	#stopWaiting = () => {};

	constructor(options: HousekeepingOptions) {
		this.#options = options;
		this.#api = new ApiClient(options.apiserver, () => options.era());
		this.#workers = new PodWorkers({
			api: this.#api,
			connectRuntime: (run) => options.connectRuntime(run),
			latest: (uid) => this.#pods.get(uid),
			hostIP: () => this.#hostIP,
			podLogs: options.podLogs
		});
	}

	/** `GetPodByName`. */
	podByName(namespace: string, name: string): Pod | undefined {
		return this.pods().find(
			({ metadata }) => metadata.namespace === namespace && metadata.name === name
		);
	}

	pods(): Pod[] {
		return [...this.#pods.values()];
	}

	/** Registers the node and takes over its pods; then watches them until `close`. Throws when the API server refuses. */
	async start(address: Address, containerRuntimeVersion: string): Promise<void> {
		const { boot } = this.#options.trace;
		this.#hostIP = address.kind === 'tcp' ? address.host : '';
		const { node: name } = this.#options;
		this.#node = { name, address, containerRuntimeVersion, since: new Date() };
		await this.#register();
		const resourceVersion = await this.#list(boot);
		void this.#reflect(resourceVersion);
	}

	close(): void {
		this.#closed = true;
		this.#stopWaiting();
		this.#workers.close();
		this.#api.close();
	}

	/**
	 * `updateNodeStatus`: tells the API server what the node is by now. Nothing is told by a kubelet that has not started
	 * or is closed. Throws when the API server refuses.
	 */
	async refresh(): Promise<void> {
		if (!this.#node || this.#closed) return;
		this.#accepted(await this.#putStatus());
	}

	async #register(): Promise<void> {
		const { boot } = this.#options.trace;
		const posted = await this.#api.request(boot, 'POST', '/api/v1/nodes', this.#nodeNow());
		this.#accepted(posted.status === 409 ? await this.#putStatus() : posted);
	}

	#putStatus(): Promise<ApiAnswer> {
		const path = `/api/v1/nodes/${this.#options.node}/status`;
		return this.#api.request(this.#options.trace.boot, 'PUT', path, this.#nodeNow());
	}

	#nodeNow(): object {
		// Only asked for after `start` has set it.
		return nodeObject({ ...this.#node!, era: this.#options.era(), now: new Date() });
	}

	#accepted({ status, body }: ApiAnswer): void {
		if (status >= 300)
			throw new Error(`cannot register ${this.#options.node}: ${status} ${JSON.stringify(body)}`);
	}

	#podsPath(): string {
		const selector = encodeURIComponent(`spec.nodeName=${this.#options.node}`);
		return `/api/v1/pods?fieldSelector=${selector}`;
	}

	/** Lists the node's pods and brings each in order; returns the version from which to watch. */
	async #list(run: Run): Promise<string> {
		const { status, body } = await this.#api.request(run, 'GET', this.#podsPath());
		if (status !== 200) throw new Error(`cannot list pods: ${status} ${JSON.stringify(body)}`);
		const { metadata, items = [] } = body as {
			metadata?: { resourceVersion?: string };
			items?: Pod[];
		};
		const listed = new Set(items.map((pod) => pod.metadata.uid));
		for (const pod of this.pods()) if (!listed.has(pod.metadata.uid)) this.#forget(run, pod);
		for (const pod of items) this.#pods.set(pod.metadata.uid, pod);
		await this.#workers.updateAll(run, items);
		return metadata?.resourceVersion ?? '0';
	}

	/** `Reflector.ListAndWatch`: watches; when the watch ends, lists and watches again. */
	async #reflect(first: string): Promise<void> {
		let resourceVersion: string | undefined = first;
		while (!this.#closed) {
			try {
				resourceVersion ??= await this.#list(this.#options.trace.boot);
				await this.#watch(resourceVersion);
			} catch {
				// The API server is gone or refuses: upstream logs it, and tries again as is done here.
			}
			resourceVersion = undefined;
			if (!this.#closed) await this.#pause();
		}
	}

	#pause(): Promise<void> {
		return new Promise((resolve) => {
			const takeBack = this.#options.clock.after(reflectorPeriodMs, resolve);
			this.#stopWaiting = () => {
				takeBack();
				resolve();
			};
		});
	}

	async #watch(resourceVersion: string): Promise<void> {
		const path = `${this.#podsPath()}&resourceVersion=${resourceVersion}&watch=true`;
		for await (const value of this.#api.watch(this.#options.trace.boot, path)) {
			const event = value as WatchEvent;
			if (event.type === 'ERROR') return;
			if (event.type !== 'BOOKMARK') this.#happened(event);
		}
	}

	#happened(event: WatchEvent): void {
		const pod = event.object;
		const { uid, deletionTimestamp } = pod.metadata;
		const run = this.#causeOf(event);
		if (event.type === 'DELETED') return this.#forget(run, pod);
		const known = this.#pods.has(uid);
		this.#pods.set(uid, pod);
		// Our own status updates come back as MODIFIED: only what is new, or is to go, is work.
		if (!known || deletionTimestamp) this.#workers.update(run, pod);
	}

	/** The run that caused an event; the boot run, which records nothing once it has ended, when nobody's did. */
	#causeOf({ traceparent }: WatchEvent): Run {
		return this.#options.trace.find({ traceparent })?.run ?? this.#options.trace.boot;
	}

	#forget(run: Run, pod: Pod): void {
		if (this.#pods.delete(pod.metadata.uid)) this.#workers.remove(run, pod);
	}
}
