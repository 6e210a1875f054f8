/**
 * Which kubelet runs the container, and under which URL: `ExecLocation` and `streamLocation` in
 * `pkg/registry/core/pod/strategy.go` of 1.15, with its checks in its order. Neither phase nor container state counts.
 */
import { connectionInfo, hostPort } from './connection-info.ts';
import type { PodExecOptions } from './exec-options.ts';
import type { Node, Pod } from './objects.ts';
import { badRequest, notFound } from './status.ts';
import type { Store } from './store.ts';

export interface ExecLocation {
	/** `https://host:port/exec/namespace/pod/container?...` with the kubelet's parameters. */
	url: URL;
	node: string;
	container: string;
}

export interface ExecLocator {
	pods: Pick<Store<Pod>, 'get'>;
	nodes: Pick<Store<Node>, 'get'>;
}

/** Throws 404 or 400 as a Status, or 500 when the node has no usable address. */
export function execLocation(
	{ pods, nodes }: ExecLocator,
	{ namespace, name }: { namespace: string; name: string },
	options: PodExecOptions
): ExecLocation {
	const pod = pods.get(namespace, name);
	if (!pod) throw notFound('pods', name);
	const container = options.container || onlyContainer(pod);
	if (!hasContainer(pod, container)) {
		throw badRequest(`container ${container} is not valid for pod ${name}`);
	}
	const node = pod.spec.nodeName;
	if (!node) throw badRequest(`pod ${name} does not have a host assigned`);
	const registered = nodes.get('', node);
	if (!registered) throw notFound('nodes', node);
	const path = ['exec', namespace, name, container].map(encodeURIComponent).join('/');
	const query = kubeletQuery(options);
	const base = `https://${hostPort(connectionInfo(registered))}/${path}`;
	return { url: new URL(query ? `${base}?${query}` : base), node, container };
}

function onlyContainer({ metadata, spec }: Pod): string {
	const names = spec.containers.map(({ name }) => name);
	if (names.length === 1) return names[0]!;
	const needed = `a container name must be specified for pod ${metadata.name}`;
	if (names.length === 0) throw badRequest(needed);
	const inits = (spec.initContainers ?? []).map(({ name }) => name);
	const more = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
	throw badRequest(`${needed}, choose one of: [${names.join(' ')}]${more}`);
}

function hasContainer({ spec }: Pod, container: string): boolean {
	return [...spec.containers, ...(spec.initContainers ?? [])].some(
		({ name }) => name === container
	);
}

/** The same options under the kubelet's names, sorted by name as Go's `url.Values.Encode` sorts them. */
export function kubeletQuery(options: PodExecOptions): string {
	return [
		...options.command.map((word) => `command=${queryEscape(word)}`),
		...(options.stderr ? ['error=1'] : []),
		...(options.stdin ? ['input=1'] : []),
		...(options.stdout ? ['output=1'] : []),
		...(options.tty ? ['tty=1'] : [])
	].join('&');
}

/** Go's `url.QueryEscape`: a blank is `+`, and only letters, digits and `-_.~` stand for themselves. */
function queryEscape(text: string): string {
	return encodeURIComponent(text)
		.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('%20', '+');
}
