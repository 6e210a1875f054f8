/**
 * From pod and container name to the container that runs now, and on to its exec URL: `GetExec` and `findContainer`
 * of `pkg/kubelet/kubelet_pods.go`.
 */
import type { ExecOptions } from './exec-options.ts';
import { podFullName, type Container, type KubeGenericRuntimeManager } from './runtime-manager.ts';

/**
 * Asks the runtime for the container's exec URL. Throws `container not found ("name")` when no such container runs,
 * or what the runtime said.
 */
export async function kubeletGetExec(
	manager: KubeGenericRuntimeManager,
	fullName: string,
	containerName: string,
	cmd: string[],
	options: ExecOptions
): Promise<string> {
	const container = await findContainer(manager, fullName, containerName);
	if (!container) throw new Error(`container not found (${JSON.stringify(containerName)})`);
	return manager.getExec(container.id, cmd, options);
}

/**
 * The running container of that name. A uid in the request's path decides nothing here: upstream looks a pod up by
 * its uid only when it has no name.
 */
async function findContainer(
	manager: KubeGenericRuntimeManager,
	fullName: string,
	containerName: string
): Promise<Container | undefined> {
	const pods = await manager.getPods();
	const pod = pods.find((each) => podFullName(each) === fullName);
	return pod?.containers.find((each) => each.metadata?.name === containerName);
}
