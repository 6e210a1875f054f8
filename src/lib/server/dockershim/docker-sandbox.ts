/**
 * Pod sandboxes as Docker containers that only hold namespaces: `pkg/kubelet/dockershim/docker_sandbox.go`. No
 * checkpoints, no network plugin, no port mappings.
 */
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';
import { CriError } from './cri-error.ts';
import {
	extractLabels,
	makeSandboxName,
	parseName,
	sandboxIdLabel,
	sandboxLabels,
	sandboxType,
	typeLabel
} from './naming.ts';
import { toNanos, toSandbox } from './convert.ts';
import type { DockerClient } from './docker-client.ts';
import { DockerError, worded } from './docker-error.ts';
import { parseImageName } from './docker-image.ts';
import type { Asking } from './docker-transport.ts';

const pauseImage = 'k8s.gcr.io/pause:3.1';
/** Seconds that a sandbox's process has to end by itself. */
const sandboxGraceSeconds = 10;

export async function runPodSandbox(
	client: DockerClient,
	{ config }: CriMessage<'RunPodSandboxRequest'>,
	asking: Asking
): Promise<CriSent<'RunPodSandboxResponse'>> {
	if (!config?.metadata) throw new CriError('InvalidArgument', 'sandbox metadata is nil');
	const pod = JSON.stringify(config.metadata.name);
	await ensureImage(client, pauseImage, asking);
	const id = await client
		.createContainer(asking, makeSandboxName(config.metadata), {
			Image: pauseImage,
			Hostname: config.hostname,
			Labels: sandboxLabels(config),
			HostConfig: {}
		})
		.catch(worded(`failed to create a sandbox for pod ${pod}`));
	await client
		.startContainer(asking, id)
		.catch(worded(`failed to start sandbox container for pod ${pod}`));
	return { pod_sandbox_id: id };
}

export async function stopPodSandbox(
	client: DockerClient,
	{ pod_sandbox_id: id }: CriMessage<'StopPodSandboxRequest'>,
	asking: Asking
): Promise<CriSent<'StopPodSandboxResponse'>> {
	await client.stopContainer(asking, id, sandboxGraceSeconds).catch(unlessGone);
	return {};
}

/** Removes what still stands of its containers, then the sandbox itself. */
export async function removePodSandbox(
	client: DockerClient,
	{ pod_sandbox_id: id }: CriMessage<'RemovePodSandboxRequest'>,
	asking: Asking
): Promise<CriSent<'RemovePodSandboxResponse'>> {
	const rows = await client.listContainers(asking, { label: [`${sandboxIdLabel}=${id}`] });
	for (const row of rows) await client.removeContainer(asking, row.Id).catch(unlessGone);
	await client.removeContainer(asking, id).catch(unlessGone);
	return {};
}

export async function podSandboxStatus(
	client: DockerClient,
	{ pod_sandbox_id: id }: CriMessage<'PodSandboxStatusRequest'>,
	asking: Asking
): Promise<CriSent<'PodSandboxStatusResponse'>> {
	const sandbox = await client.inspectContainer(asking, id);
	const named = parseName(sandbox.Name);
	if (!named) throw new Error(`failed to parse the sandbox name: ${JSON.stringify(sandbox.Name)}`);
	const host = sandbox.HostConfig;
	const mode = (value: string | undefined) => (value === 'host' ? 'NODE' : 'POD');
	return {
		status: {
			id: sandbox.Id,
			metadata: named.pod,
			state: sandbox.State.Running ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
			created_at: toNanos(sandbox.Created),
			network: { ip: sandbox.NetworkSettings?.IPAddress ?? '' },
			linux: {
				namespaces: {
					options: {
						network: mode(host?.NetworkMode),
						pid: host?.PidMode === 'host' ? 'NODE' : 'CONTAINER',
						ipc: mode(host?.IpcMode)
					}
				}
			},
			...extractLabels(sandbox.Config.Labels)
		}
	};
}

export async function listPodSandbox(
	client: DockerClient,
	{ filter }: CriMessage<'ListPodSandboxRequest'>,
	asking: Asking
): Promise<CriSent<'ListPodSandboxResponse'>> {
	const labels = Object.entries(filter?.label_selector ?? {}).map(
		([key, value]) => `${key}=${value}`
	);
	const filters = {
		label: [`${typeLabel}=${sandboxType}`, ...labels],
		...(filter?.id ? { id: [filter.id] } : {})
	};
	// Docker can leave out what does not run, but cannot leave out what does.
	const wanted = filter?.state?.state;
	const rows = await client.listContainers(asking, filters, wanted !== 'SANDBOX_READY');
	const items = rows.map(toSandbox).filter((each) => each !== undefined);
	return { items: items.filter((each) => wanted === undefined || each.state === wanted) };
}

async function ensureImage(client: DockerClient, image: string, asking: Asking): Promise<void> {
	try {
		await client.inspectImage(asking, image);
	} catch (error) {
		if (!(error instanceof DockerError && error.notFound)) throw error;
		const { name, tag } = parseImageName(image);
		await client
			.pullImage(asking, name, tag)
			.catch(worded(`unable to pull sandbox image ${JSON.stringify(image)}`));
	}
}

/** What is gone already need not be stopped or removed. */
function unlessGone(error: unknown): void {
	if (!(error instanceof DockerError && error.notFound)) throw error;
}
