/**
 * How the shim finds its own containers again in a Docker that knows no pods: names and labels
 * (`pkg/kubelet/dockershim/{naming,labels,helpers}.go`).
 */
import type { CriMessage } from '../../wire/cri/messages.ts';

export const sandboxIdLabel = 'io.kubernetes.sandbox.id';
export const typeLabel = 'io.kubernetes.docker.type';
export const sandboxType = 'podsandbox';
export const containerType = 'container';
export const containerNameLabel = 'io.kubernetes.container.name';
const logPathLabel = 'io.kubernetes.container.logpath';
const annotationPrefix = 'annotation.';
const internalLabels: readonly string[] = [typeLabel, logPathLabel, sandboxIdLabel];
/** The name of a sandbox's container where other containers have theirs. */
export const sandboxContainerName = 'POD';

type SandboxMetadata = NonNullable<CriMessage<'PodSandboxMetadata'>>;
type ContainerMetadata = NonNullable<CriMessage<'ContainerMetadata'>>;

/** `k8s_POD_nginx_default_<uid>_0`. */
export function makeSandboxName(pod: SandboxMetadata): string {
	return joined(sandboxContainerName, pod, pod.attempt);
}

/** `k8s_nginx_nginx_default_<uid>_0`. */
export function makeContainerName(pod: SandboxMetadata, container: ContainerMetadata): string {
	return joined(container.name, pod, container.attempt);
}

function joined(name: string, pod: SandboxMetadata, attempt: number): string {
	return ['k8s', name, pod.name, pod.namespace, pod.uid, attempt].join('_');
}

/** What the name of a sandbox or container says; undefined when it is none of ours. */
export function parseName(
	dockerName: string
): { container: ContainerMetadata; pod: SandboxMetadata } | undefined {
	const parts = dockerName.replace(/^\//, '').split('_');
	const [prefix, container = '', name = '', namespace = '', uid = '', number = ''] = parts;
	// A seventh part is the random suffix that upstream adds after a name clash.
	if (prefix !== 'k8s' || (parts.length !== 6 && parts.length !== 7)) return undefined;
	if (!/^\d+$/.test(number)) return undefined;
	const attempt = Number(number);
	return { container: { name: container, attempt }, pod: { name, namespace, uid, attempt } };
}

/** Docker has labels only: annotations become labels with a prefix. */
export function makeLabels(
	labels: Record<string, string>,
	annotations: Record<string, string>
): Record<string, string> {
	const prefixed = Object.entries(annotations).map(
		([key, value]) => [`${annotationPrefix}${key}`, value] as const
	);
	return { ...labels, ...Object.fromEntries(prefixed) };
}

export function sandboxLabels(config: {
	labels: Record<string, string>;
	annotations: Record<string, string>;
}): Record<string, string> {
	return {
		...makeLabels(config.labels, config.annotations),
		[typeLabel]: sandboxType,
		[containerNameLabel]: sandboxContainerName
	};
}

export function containerLabels(
	config: { labels: Record<string, string>; annotations: Record<string, string> },
	sandboxId: string,
	logPath: string
): Record<string, string> {
	return {
		...makeLabels(config.labels, config.annotations),
		[typeLabel]: containerType,
		[logPathLabel]: logPath,
		[sandboxIdLabel]: sandboxId
	};
}

/** The way back; what the shim keeps for itself is left out. */
export function extractLabels(input: Record<string, string> | null): {
	labels: Record<string, string>;
	annotations: Record<string, string>;
} {
	const labels: Record<string, string> = {};
	const annotations: Record<string, string> = {};
	for (const [key, value] of Object.entries(input ?? {})) {
		if (internalLabels.includes(key)) continue;
		if (key === containerNameLabel && input?.[typeLabel] === sandboxType) continue;
		if (key.startsWith(annotationPrefix)) annotations[key.slice(annotationPrefix.length)] = value;
		else labels[key] = value;
	}
	return { labels, annotations };
}

export function logPathOf(labels: Record<string, string> | null): string {
	return labels?.[logPathLabel] ?? '';
}
