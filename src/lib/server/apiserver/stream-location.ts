/**
 * Which kubelet has the pod of a stream, and under which URL: `streamLocation` and `PortForwardLocation` in
 * `pkg/registry/core/pod/strategy.go`, with their checks in their order. Neither phase nor container state counts.
 */
import { connectionInfo, hostPort } from './connection-info.ts';
import type { Node, Pod } from './objects.ts';
import { badRequest, notFound } from './status.ts';
import type { Store } from './store.ts';
import { streamParams, type StreamOptions } from './stream-params.ts';
import { validateContainer, type ChooseText } from './validate-container.ts';

/** What a stream is to reach, as its request says it. */
export interface StreamTarget {
	/** The kubelet's first word for it. */
	path: 'exec' | 'attach' | 'portForward';
	/** Empty: the only container of the pod. Undefined: the pod itself, no container is looked at. */
	container: string | undefined;
	options: StreamOptions;
}

export interface StreamLocation {
	/** `https://host:port/exec/namespace/pod/container?...` with the kubelet's parameters. */
	url: URL;
	node: string;
	container?: string;
}

export interface StreamLocator {
	pods: Pick<Store<Pod>, 'get'>;
	nodes: Pick<Store<Node>, 'get'>;
	chooseText: ChooseText;
}

/** Throws 404 or 400 as a Status, or 500 when the node has no usable address. */
export function streamLocation(
	{ pods, nodes, chooseText }: StreamLocator,
	{ namespace, name }: { namespace: string; name: string },
	target: StreamTarget
): StreamLocation {
	const pod = pods.get(namespace, name);
	if (!pod) throw notFound('pods', name);
	const container =
		target.container === undefined
			? undefined
			: validateContainer(pod, target.container, chooseText);
	const node = pod.spec.nodeName;
	if (!node) throw badRequest(`pod ${name} does not have a host assigned`);
	const registered = nodes.get('', node);
	if (!registered) throw notFound('nodes', node);
	const parts = [target.path, namespace, name, ...(container === undefined ? [] : [container])];
	const base = `https://${hostPort(connectionInfo(registered))}/${parts.map(encodeURIComponent).join('/')}`;
	const query = streamParams(target.options);
	const url = new URL(query ? `${base}?${query}` : base);
	return { url, node, ...(container === undefined ? {} : { container }) };
}
