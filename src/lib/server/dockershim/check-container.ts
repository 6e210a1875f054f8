import type { DockerClient } from './docker-client.ts';
import type { Asking } from './docker-transport.ts';
import type { ContainerJson } from './docker-types.ts';

/** `checkContainerStatus`: inspects a container; throws when it is not there or does not run. */
export async function checkContainerStatus(
	client: DockerClient,
	id: string,
	asking: Asking
): Promise<ContainerJson> {
	const container = await client.inspectContainer(asking, id, 'check-container');
	if (!container.State.Running) throw new Error(`container not running (${container.Id})`);
	return container;
}
