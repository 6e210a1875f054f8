/** What runs now, by its names: `FindPod` and `FindContainerByName` of `pkg/kubelet/container/runtime.go`. */
import {
	podFullName,
	type Container,
	type KubeGenericRuntimeManager,
	type RuntimePod
} from './runtime-manager.ts';

/**
 * Asks the runtime. A uid in the request's path decides nothing here: upstream looks a pod up by its uid only when it
 * has no name.
 */
export async function findPod(
	manager: KubeGenericRuntimeManager,
	fullName: string
): Promise<RuntimePod | undefined> {
	const pods = await manager.getPods();
	return pods.find((each) => podFullName(each) === fullName);
}

export function findContainer(pod: RuntimePod | undefined, name: string): Container | undefined {
	return pod?.containers.find((each) => each.metadata?.name === name);
}
