/**
 * Containers of a pod, in their sandbox's namespaces: `pkg/kubelet/dockershim/docker_container.go`. Mounts are passed on
 * as binds, devices and security contexts (but for user and TTY) are not.
 */
import { lstat, symlink, unlink } from 'node:fs/promises';
import { posix } from 'node:path';
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';
import {
	toContainer,
	toContainerStatus,
	toDockerStatus,
	toNanos,
	toPullableImageId
} from './convert.ts';
import { CriError } from './cri-error.ts';
import type { DockerClient } from './docker-client.ts';
import { worded } from './docker-error.ts';
import type { Asking } from './docker-transport.ts';
import type { CreateBody } from './docker-types.ts';
import {
	containerLabels,
	containerType,
	extractLabels,
	logPathOf,
	makeContainerName,
	parseName,
	sandboxIdLabel,
	typeLabel
} from './naming.ts';

export async function createContainer(
	client: DockerClient,
	request: CriMessage<'CreateContainerRequest'>,
	asking: Asking
): Promise<CriSent<'CreateContainerResponse'>> {
	const { config, sandbox_config: sandbox, pod_sandbox_id: sandboxId } = request;
	if (sandboxId === '' || !config) throw new CriError('InvalidArgument', 'container config is nil');
	if (!sandbox?.metadata || !config.metadata) {
		throw new CriError('InvalidArgument', 'sandbox config is nil');
	}
	const logPath = config.log_path && posix.join(sandbox.log_directory, config.log_path);
	const name = makeContainerName(sandbox.metadata, config.metadata);
	const id = await client.createContainer(asking, name, {
		...createBody(config, sandboxId),
		Labels: containerLabels(config, sandboxId, logPath)
	});
	return { container_id: id };
}

function createBody(
	config: NonNullable<CriMessage<'ContainerConfig'>>,
	sandboxId: string
): Omit<CreateBody, 'Labels'> {
	const binds = config.mounts.map(
		({ host_path, container_path, readonly }) =>
			`${host_path}:${container_path}${readonly ? ':ro' : ''}`
	);
	const uid = config.linux?.security_context?.run_as_user;
	return {
		Image: config.image?.image ?? '',
		...(config.command.length > 0 ? { Entrypoint: config.command } : {}),
		...(config.args.length > 0 ? { Cmd: config.args } : {}),
		Env: config.envs.map(({ key, value }) => `${key}=${value}`),
		...(uid ? { User: uid.value } : {}),
		WorkingDir: config.working_dir,
		Tty: config.tty,
		OpenStdin: config.stdin,
		StdinOnce: config.stdin_once,
		HostConfig: {
			...(binds.length > 0 ? { Binds: binds } : {}),
			NetworkMode: `container:${sandboxId}`,
			IpcMode: `container:${sandboxId}`
		}
	};
}

export async function startContainer(
	client: DockerClient,
	{ container_id: id }: CriMessage<'StartContainerRequest'>,
	asking: Asking
): Promise<CriSent<'StartContainerResponse'>> {
	await client.startContainer(asking, id).catch(worded(`failed to start container "${id}"`));
	await createLogLink(client, id, asking);
	return {};
}

export async function stopContainer(
	client: DockerClient,
	{ container_id: id, timeout }: CriMessage<'StopContainerRequest'>,
	asking: Asking
): Promise<CriSent<'StopContainerResponse'>> {
	await client.stopContainer(asking, id, Number(timeout));
	return {};
}

export async function removeContainer(
	client: DockerClient,
	{ container_id: id }: CriMessage<'RemoveContainerRequest'>,
	asking: Asking
): Promise<CriSent<'RemoveContainerResponse'>> {
	// Docker removes the log with the container, and then does not know its path any more.
	const container = await client.inspectContainer(asking, id).catch(() => undefined);
	await removeLogLink(logPathOf(container?.Config.Labels ?? null));
	await client.removeContainer(asking, id).catch(worded(`failed to remove container "${id}"`));
	return {};
}

/** `createContainerLogSymlink`: from where the kubelet looks for the log to where Docker writes it. */
async function createLogLink(client: DockerClient, id: string, asking: Asking): Promise<void> {
	const { Config, LogPath } = await client.inspectContainer(asking, id);
	const path = logPathOf(Config.Labels);
	if (path === '' || !LogPath) return;
	await removeLogLink(path);
	await symlink(LogPath, path).catch((error: Error) => {
		throw new Error(
			`failed to create symbolic link "${path}" to the container log file "${LogPath}" for container "${id}": ${error.message}`,
			{ cause: error }
		);
	});
}

/** Only ever a link: the path is in a label, which whoever made the container chose. */
async function removeLogLink(path: string): Promise<void> {
	if (path === '') return;
	const found = await lstat(path).catch(() => undefined);
	if (found?.isSymbolicLink()) await unlink(path);
}

export async function listContainers(
	client: DockerClient,
	{ filter }: CriMessage<'ListContainersRequest'>,
	asking: Asking
): Promise<CriSent<'ListContainersResponse'>> {
	const labels = Object.entries(filter?.label_selector ?? {}).map(
		([key, value]) => `${key}=${value}`
	);
	if (filter?.pod_sandbox_id) labels.push(`${sandboxIdLabel}=${filter.pod_sandbox_id}`);
	const rows = await client.listContainers(asking, {
		label: [`${typeLabel}=${containerType}`, ...labels],
		...(filter?.id ? { id: [filter.id] } : {}),
		...(filter?.state ? { status: [toDockerStatus(filter.state.state)] } : {})
	});
	return { containers: rows.map(toContainer).filter((each) => each !== undefined) };
}

export async function containerStatus(
	client: DockerClient,
	{ container_id: id }: CriMessage<'ContainerStatusRequest'>,
	asking: Asking
): Promise<CriSent<'ContainerStatusResponse'>> {
	const container = await client.inspectContainer(asking, id);
	const named = parseName(container.Name);
	if (!named)
		throw new Error(`failed to parse the container name: ${JSON.stringify(container.Name)}`);
	const image = await client
		.inspectImage(asking, container.Image)
		.catch(worded(`unable to inspect docker image "${container.Image}"`));
	return {
		status: {
			id: container.Id,
			metadata: named.container,
			...toContainerStatus(container),
			created_at: toNanos(container.Created),
			started_at: toNanos(container.State.StartedAt),
			finished_at: toNanos(container.State.FinishedAt),
			exit_code: container.State.ExitCode,
			image: { image: image.RepoTags?.[0] ?? container.Config.Image },
			image_ref: toPullableImageId(container.Image, image),
			log_path: logPathOf(container.Config.Labels),
			...extractLabels(container.Config.Labels)
		}
	};
}
