/**
 * From a pod's spec to what the runtime is asked for: `generatePodSandboxConfig` and `generateContainerConfig` of
 * `pkg/kubelet/kuberuntime`.
 */
import { join } from 'node:path';
import type { CriSent } from '../../wire/cri/messages.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import { labels } from './runtime-manager.ts';

/** `podLogs` is the folder of all pods' logs. */
export function podSandboxConfig(pod: Pod, podLogs: string): CriSent<'PodSandboxConfig'> {
	const { name, namespace, uid } = pod.metadata;
	return {
		metadata: { name, namespace, uid, attempt: 0 },
		hostname: name,
		log_directory: podLogsFolder(podLogs, pod),
		labels: { ...pod.metadata.labels, ...podLabels(pod) },
		annotations: { ...pod.metadata.annotations, 'kubernetes.io/config.source': 'api' },
		linux: {}
	};
}

export function containerConfig(pod: Pod, container: ContainerSpec): CriSent<'ContainerConfig'> {
	return {
		metadata: { name: container.name, attempt: 0 },
		image: { image: imageName(container.image) },
		command: container.command ?? [],
		args: container.args ?? [],
		working_dir: container.workingDir ?? '',
		envs: (container.env ?? []).map(({ name, value }) => ({ key: name, value: value ?? '' })),
		log_path: join(container.name, '0.log'),
		labels: { ...podLabels(pod), [labels.containerName]: container.name },
		annotations: { 'io.kubernetes.container.restartCount': '0' },
		stdin: container.stdin ?? false,
		stdin_once: container.stdinOnce ?? false,
		tty: container.tty ?? false,
		linux: {}
	};
}

/** `BuildPodLogsDirectory`: `default_nginx_<uid>`; in it has each container a folder, and each attempt a file there. */
export function podLogsFolder(podLogs: string, { metadata }: Pod): string {
	return join(podLogs, [metadata.namespace, metadata.name, metadata.uid].join('_'));
}

/** With the tag `latest` when it has neither tag nor digest: `parsers.ParseImageName`. */
export function imageName(image: string): string {
	const last = image.slice(image.lastIndexOf('/') + 1);
	return last.includes(':') || last.includes('@') ? image : `${image}:latest`;
}

function podLabels(pod: Pod): Record<string, string> {
	return {
		[labels.podName]: pod.metadata.name,
		[labels.podNamespace]: pod.metadata.namespace,
		[labels.podUid]: pod.metadata.uid
	};
}
