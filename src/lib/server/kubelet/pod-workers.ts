/**
 * Brings each pod of the node in order, one piece of work after another for each (`pkg/kubelet/pod_workers.go`), and
 * reports how it stands (`pkg/kubelet/status/status_manager.go`). Work belongs to the run that caused it.
 */
import type { Run } from '../../trace/trace.ts';
import type { ApiClient } from './api-client.ts';
import type { Pod } from './pod.ts';
import { podStatus } from './pod-status.ts';
import type { RuntimeService } from './remote-runtime-service.ts';
import type { RuntimePod } from './runtime-manager.ts';
import { isComplete, killPod, observePods, syncPod, type Synced } from './sync-pod.ts';

export interface PodWorkersOptions {
	api: ApiClient;
	connectRuntime(run: Run): RuntimeService;
	/** The pod as the API server has it by now; undefined when it is gone. */
	latest(uid: string): Pod | undefined;
	/** Address of the node. */
	hostIP(): string;
	/** Folder of the pods' logs. */
	podLogs: string;
}

/** What the runtime has of a pod, and the connection over which it said so. */
interface Found {
	service: RuntimeService;
	seen: RuntimePod | undefined;
}

const defaultGraceSeconds = 30;

export class PodWorkers {
	readonly #options: PodWorkersOptions;
	/** The last piece of work of each pod, by uid. */
	readonly #last = new Map<string, Promise<void>>();
	readonly #killing = new Set<string>();
	#closed = false;

	constructor(options: PodWorkersOptions) {
		this.#options = options;
	}

	/** Syncs pods one by one over one connection: what the kubelet does with those that it finds at its start. */
	async updateAll(run: Run, pods: Pod[]): Promise<void> {
		const service = this.#options.connectRuntime(run);
		try {
			const seen = await observePods(service);
			for (const pod of pods) await this.#update(run, pod, { service, seen: find(seen, pod) });
		} finally {
			service.close();
		}
	}

	/** A pod is new here, or is to go. */
	update(run: Run, pod: Pod): void {
		void this.#update(run, pod);
	}

	/** A pod is gone from the API server, perhaps without waiting for us: nothing of it may be left here. */
	remove(run: Run, pod: Pod): void {
		if (this.#killing.delete(pod.metadata.uid)) return;
		void this.#queue(pod, () =>
			this.#withRuntime(run, pod, ({ service, seen }) =>
				killPod(service, pod, seen, { graceSeconds: 0, podLogs: this.#options.podLogs })
			)
		);
	}

	/** What has not begun will not begin any more. */
	close(): void {
		this.#closed = true;
	}

	#update(run: Run, pod: Pod, found?: Found): Promise<void> {
		const { uid, deletionTimestamp } = pod.metadata;
		if (deletionTimestamp) {
			if (this.#killing.has(uid)) return Promise.resolve();
			this.#killing.add(uid);
		} else if (isOver(pod)) return Promise.resolve();
		const work = (at: Found) =>
			deletionTimestamp ? this.#kill(run, pod, at) : this.#sync(run, pod, at);
		return this.#queue(pod, () => (found ? work(found) : this.#withRuntime(run, pod, work)));
	}

	#queue({ metadata: { uid } }: Pod, work: () => Promise<void>): Promise<void> {
		const before = this.#last.get(uid) ?? Promise.resolve();
		// A pod that cannot be brought in order, or a drop by the driver, must not end the work on others. How far it
		// came is in the pod's status.
		const done = before
			.then(() => (this.#closed ? undefined : work()))
			.catch(() => void this.#killing.delete(uid));
		this.#last.set(uid, done);
		void done.then(() => {
			if (this.#last.get(uid) === done) this.#last.delete(uid);
		});
		return done;
	}

	async #withRuntime(run: Run, pod: Pod, work: (found: Found) => Promise<void>): Promise<void> {
		const service = this.#options.connectRuntime(run);
		try {
			const seen = find(await observePods(service, pod.metadata.uid), pod);
			await work({ service, seen });
		} finally {
			service.close();
		}
	}

	async #sync(run: Run, pod: Pod, { service, seen }: Found): Promise<void> {
		if (!isComplete(pod, seen)) await this.#report(run, pod, { podIP: '', containers: new Map() });
		await this.#report(run, pod, await syncPod(service, pod, seen, this.#options.podLogs));
	}

	async #kill(run: Run, pod: Pod, { service, seen }: Found): Promise<void> {
		const { metadata, spec } = pod;
		const { api, podLogs } = this.#options;
		const graceSeconds =
			metadata.deletionGracePeriodSeconds ??
			spec.terminationGracePeriodSeconds ??
			defaultGraceSeconds;
		await killPod(service, pod, seen, { graceSeconds, podLogs });
		await api.request(run, 'DELETE', podPath(pod), {
			kind: 'DeleteOptions',
			apiVersion: 'v1',
			gracePeriodSeconds: 0,
			preconditions: { uid: metadata.uid }
		});
	}

	/** Writes the pod's status, whatever version the object has by now. */
	async #report(run: Run, pod: Pod, synced: Synced): Promise<void> {
		const { latest, hostIP, api } = this.#options;
		const current = latest(pod.metadata.uid) ?? pod;
		const metadata = { ...current.metadata };
		delete metadata.resourceVersion;
		const status = podStatus(current, { ...synced, hostIP: hostIP(), now: new Date() });
		await api.request(run, 'PUT', `${podPath(pod)}/status`, {
			kind: 'Pod',
			apiVersion: 'v1',
			...current,
			metadata,
			status
		});
	}
}

function isOver({ status }: Pod): boolean {
	return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function podPath({ metadata }: Pod): string {
	return `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
}

function find(pods: RuntimePod[], pod: Pod): RuntimePod | undefined {
	return pods.find((each) => each.uid === pod.metadata.uid);
}
