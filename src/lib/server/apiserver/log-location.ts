/**
 * Which kubelet has the log of a container, and under which URL: `LogLocation` in `pkg/registry/core/pod/strategy.go`.
 * Neither phase nor container state counts here.
 */
import { formatPodLogOptions, type PodLogOptions } from '../../wire/pod-log-options.ts';
import { connectionInfo, hostPort } from './connection-info.ts';
import { notFound } from './status.ts';
import type { StreamLocator } from './stream-location.ts';
import { validateContainer } from './validate-container.ts';

export interface LogLocation {
	/** `https://host:port/containerLogs/namespace/pod/container?...`. */
	url: URL;
	node: string;
	container: string;
}

/** Undefined for a pod that no node has: it has printed nothing. Throws 404 or 400 as a Status, or 500. */
export function logLocation(
	{ pods, nodes, chooseText }: StreamLocator,
	{ namespace, name }: { namespace: string; name: string },
	options: PodLogOptions
): LogLocation | undefined {
	const pod = pods.get(namespace, name);
	if (!pod) throw notFound('pods', name);
	const container = validateContainer(pod, options.container, chooseText);
	const node = pod.spec.nodeName;
	if (!node) return undefined;
	const registered = nodes.get('', node);
	if (!registered) throw notFound('nodes', node);
	const path = ['containerLogs', namespace, name, container].map(encodeURIComponent).join('/');
	const query = formatPodLogOptions(options);
	const base = `https://${hostPort(connectionInfo(registered))}/${path}`;
	return { url: new URL(query ? `${base}?${query}` : base), node, container };
}
