/** `/exec/...`: `getExec` of `pkg/kubelet/server/server.go` and `Kubelet.GetExec` of `pkg/kubelet/kubelet_pods.go`. */
import { findContainer, findPod } from './find-container.ts';
import type { StreamVerb } from './get-stream.ts';
import { podFullName } from './runtime-manager.ts';
import { newOptions } from './stream-options.ts';

export const getExec: StreamVerb = {
	handler: 'getExec',
	id: 'get-exec',
	asked: 'kubelet-exec',
	method: 'Exec',
	facts: ({ params, query }) => ({
		containerName: params['containerName'] ?? '',
		cmd: query.getAll('command')
	}),
	read({ params, query }) {
		const options = newOptions(query);
		if (typeof options === 'string') return options;
		const { containerName = '' } = params;
		return async (pod, manager) => {
			const running = await findPod(manager, podFullName(pod.metadata));
			const container = findContainer(running, containerName);
			if (!container) throw new Error(`container not found (${JSON.stringify(containerName)})`);
			const cmd = query.getAll('command');
			return manager.streamUrl('Exec', { container_id: container.id, cmd, ...options });
		};
	}
};
