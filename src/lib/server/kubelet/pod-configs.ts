/**
 * From a pod's spec to what the runtime is asked for: `generatePodSandboxConfig` and `generateContainerConfig` of
 * `pkg/kubelet/kuberuntime`. No log folders: containers' logs are not in this version.
 */
import type { CriSent } from '../../wire/cri/messages.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import { labels } from './runtime-manager.ts';

export function podSandboxConfig(pod: Pod): CriSent<'PodSandboxConfig'> {
	const { name, namespace, uid } = pod.metadata;
	return {
		metadata: { name, namespace, uid, attempt: 0 },
		hostname: name,
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
		labels: { ...podLabels(pod), [labels.containerName]: container.name },
		annotations: { 'io.kubernetes.container.restartCount': '0' },
		stdin: container.stdin ?? false,
		stdin_once: container.stdinOnce ?? false,
		tty: container.tty ?? false,
		linux: {}
	};
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
