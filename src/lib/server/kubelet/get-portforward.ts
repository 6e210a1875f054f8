/**
 * `/portForward/...`: `getPortForward` of `pkg/kubelet/server/server.go` and `Kubelet.GetPortForward` of
 * `pkg/kubelet/kubelet_pods.go`. What is forwarded to is the sandbox of the pod, whose network all its containers share.
 */
import { text } from './exchange.ts';
import { findPod } from './find-container.ts';
import type { StreamCall, StreamVerb } from './get-stream.ts';
import { labels, podFullName, type KubeGenericRuntimeManager } from './runtime-manager.ts';

export const getPortForward: StreamVerb = {
	handler: 'getPortForward',
	id: 'get-portforward',
	asked: 'kubelet-portforward',
	method: 'PortForward',
	facts: ({ query }) => (query.has('port') ? { ports: query.getAll('port') } : {}),
	read(call) {
		const port = newV4Options(call);
		if (typeof port === 'string') return port;
		return async ({ metadata }, manager) => {
			const { uid } = call.params;
			if (uid !== undefined && uid !== metadata.uid) return text(404, 'pod not found');
			const fullName = podFullName(metadata);
			if (!(await findPod(manager, fullName))) {
				throw new Error(`pod not found (${JSON.stringify(fullName)})`);
			}
			const pod_sandbox_id = await newestSandbox(manager, metadata);
			return manager.streamUrl('PortForward', { pod_sandbox_id, port });
		};
	}
};

/**
 * `NewV4Options` of `pkg/kubelet/server/portforward/websocket.go`: with SPDY each stream names its port, a WebSocket
 * must name them all in its query. A string is the refusal.
 */
function newV4Options({ query, webSocket }: StreamCall): number[] | string {
	if (!webSocket) return [];
	const named = query.getAll('port');
	if (named.length === 0) return 'query parameter "port" is required';
	const ports: number[] = [];
	for (const text of named.flatMap((value) => value.split(','))) {
		const port = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
		if (port === 0) return `port ${JSON.stringify(text)} must be > 0`;
		if (!(port <= 0xffff)) {
			const why = Number.isNaN(port) ? 'invalid syntax' : 'value out of range';
			const said = `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
			return `unable to parse ${JSON.stringify(text)} as a port: ${said}`;
		}
		ports.push(port);
	}
	return ports;
}

/** `getSandboxIDByPodUID`, with the error of `kubeGenericRuntimeManager.GetPortForward`. */
async function newestSandbox(
	manager: KubeGenericRuntimeManager,
	{ uid, name, namespace }: { uid: string; name: string; namespace: string }
): Promise<string> {
	const sandboxes = await manager.sandboxes({ label_selector: { [labels.podUid]: uid } });
	const [newest] = sandboxes.sort((a, b) => Number(BigInt(b.created_at) - BigInt(a.created_at)));
	if (!newest) {
		throw new Error(`failed to find sandboxID for pod "${name}_${namespace}(${uid})"`);
	}
	return newest.id;
}
