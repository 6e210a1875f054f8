/**
 * Makes the runtime have what a pod's spec says, or no longer have it: `SyncPod` and `KillPod` of
 * `pkg/kubelet/kuberuntime/kuberuntime_manager.go`. What runs already is adopted. Without init containers, and nothing
 * that ended or failed is tried again: upstream does so by the clock, and housekeeping here has none.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Dropped } from '../../trace/trace.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import { containerConfig, imageName, podLogsFolder, podSandboxConfig } from './pod-configs.ts';
import type { CriContainerStatus, Waiting } from './pod-status.ts';
import type { RuntimeService } from './remote-runtime-service.ts';
import { groupByPod, labels, type Container, type RuntimePod } from './runtime-manager.ts';

export interface Synced {
	podIP: string;
	containers: Map<string, CriContainerStatus | Waiting>;
}

/** What the runtime has of one pod, in any state; of all pods without `uid`. */
export async function observePods(service: RuntimeService, uid?: string): Promise<RuntimePod[]> {
	const filter = uid ? { filter: { label_selector: { [labels.podUid]: uid } } } : {};
	const { items } = await service.invoke('ListPodSandbox', filter);
	const { containers } = await service.invoke('ListContainers', filter);
	return groupByPod(items, containers);
}

/** Whether a sync would have to make something first. */
export function isComplete(pod: Pod, seen: RuntimePod | undefined): boolean {
	return (
		readySandbox(seen) !== undefined &&
		pod.spec.containers.every(({ name }) => newest(seen, name) !== undefined)
	);
}

/** Starts what is missing and says how all of it stands. Throws when there can be no sandbox. */
export async function syncPod(
	service: RuntimeService,
	pod: Pod,
	seen: RuntimePod | undefined,
	podLogs: string
): Promise<Synced> {
	const sandboxId = readySandbox(seen) ?? (await runPodSandbox(service, pod, podLogs));
	const containers = new Map<string, CriContainerStatus | Waiting>();
	for (const spec of pod.spec.containers) {
		const running = newest(seen, spec.name);
		containers.set(
			spec.name,
			running
				? await containerStatus(service, running.id)
				: await startContainer(service, pod, spec, { sandboxId, podLogs })
		);
	}
	const { status } = await service.invoke('PodSandboxStatus', { pod_sandbox_id: sandboxId });
	return { podIP: status?.network?.ip ?? '', containers };
}

/** Stops and removes everything that the runtime has of a pod, and its logs. Upstream clears logs away by and by. */
export async function killPod(
	service: RuntimeService,
	pod: Pod,
	seen: RuntimePod | undefined,
	{ graceSeconds, podLogs }: { graceSeconds: number; podLogs: string }
): Promise<void> {
	for (const { id, state } of seen?.containers ?? []) {
		if (state !== 'CONTAINER_RUNNING') continue;
		await service.invoke('StopContainer', { container_id: id, timeout: String(graceSeconds) });
	}
	for (const { id } of seen?.sandboxes ?? [])
		await service.invoke('StopPodSandbox', { pod_sandbox_id: id });
	for (const { id } of seen?.containers ?? [])
		await service.invoke('RemoveContainer', { container_id: id });
	for (const { id } of seen?.sandboxes ?? [])
		await service.invoke('RemovePodSandbox', { pod_sandbox_id: id });
	await rm(podLogsFolder(podLogs, pod), { recursive: true, force: true });
}

function readySandbox(seen: RuntimePod | undefined): string | undefined {
	return seen?.sandboxes.find((each) => each.state === 'SANDBOX_READY')?.id;
}

/** The last container of that name; earlier attempts stay in the runtime for a while. */
function newest(seen: RuntimePod | undefined, name: string): Container | undefined {
	const attempt = (container: Container) => container.metadata?.attempt ?? 0;
	return seen?.containers
		.filter((each) => each.metadata?.name === name)
		.sort((a, b) => attempt(b) - attempt(a))[0];
}

async function runPodSandbox(service: RuntimeService, pod: Pod, podLogs: string): Promise<string> {
	const config = podSandboxConfig(pod, podLogs);
	await mkdir(podLogsFolder(podLogs, pod), { recursive: true, mode: 0o700 });
	const { pod_sandbox_id } = await service.invoke('RunPodSandbox', { config });
	return pod_sandbox_id;
}

async function containerStatus(service: RuntimeService, id: string): Promise<CriContainerStatus> {
	const { status } = await service.invoke('ContainerStatus', { container_id: id });
	if (!status) throw new Error(`no status of container ${id}`);
	return status;
}

async function startContainer(
	service: RuntimeService,
	pod: Pod,
	spec: ContainerSpec,
	{ sandboxId, podLogs }: { sandboxId: string; podLogs: string }
): Promise<CriContainerStatus | Waiting> {
	const refused = await ensureImageExists(service, spec);
	if (refused) return refused;
	const created = await attempt('CreateContainerError', async () => {
		await mkdir(join(podLogsFolder(podLogs, pod), spec.name), { recursive: true, mode: 0o700 });
		return service.invoke('CreateContainer', {
			pod_sandbox_id: sandboxId,
			config: containerConfig(pod, spec),
			sandbox_config: podSandboxConfig(pod, podLogs)
		});
	});
	if ('reason' in created) return created;
	const { container_id } = created;
	const started = await attempt('RunContainerError', () =>
		service.invoke('StartContainer', { container_id })
	);
	return 'reason' in started ? started : containerStatus(service, container_id);
}

/** `EnsureImageExists`: pulls by the pull policy; why there is no image, in the runtime's own words. */
async function ensureImageExists(
	service: RuntimeService,
	{ image, imagePullPolicy = 'IfNotPresent' }: ContainerSpec
): Promise<Waiting | undefined> {
	const spec = { image: { image: imageName(image) } };
	const present = await attempt('ImageInspectError', () => service.invoke('ImageStatus', spec));
	if ('reason' in present) return present;
	if (present.image && imagePullPolicy !== 'Always') return undefined;
	if (imagePullPolicy === 'Never') {
		const message = `Container image "${image}" is not present with pull policy of Never`;
		return { reason: 'ErrImageNeverPull', message };
	}
	const pulled = await attempt('ErrImagePull', () => service.invoke('PullImage', spec));
	return 'reason' in pulled ? pulled : undefined;
}

/** The result, or what went wrong as the state of a container that waits. */
async function attempt<T extends object>(
	reason: string,
	work: () => Promise<T>
): Promise<T | Waiting> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Dropped) throw error;
		return { reason, message: (error as Error).message };
	}
}
