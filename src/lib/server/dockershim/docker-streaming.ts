/**
 * What ties CRI's streaming calls to Docker: `pkg/kubelet/dockershim/docker_streaming.go`. Exec only.
 */
import type { Message } from '../../trace/trace.ts';
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';
import type { Clock, Limits } from '../limits.ts';
import type { DockerClient } from './docker-client.ts';
import type { Asking } from './docker-transport.ts';
import type { ContainerJson } from './docker-types.ts';
import { execInContainer, type ExecStreams } from './native-exec-handler.ts';
import type { StreamingServer } from './streaming-server.ts';

/** `dockerService.Exec`: prepares an exec and answers with the URL where it can be streamed, once. */
export async function exec(
	client: DockerClient,
	streaming: StreamingServer,
	request: CriMessage<'ExecRequest'>,
	asking: Asking,
	asked: Message
): Promise<CriSent<'ExecResponse'>> {
	await checkContainerStatus(client, request.container_id, asking);
	const { url, token } = await streaming.getExec(request, asking.run);
	await asking.run.step('token-url', { n: url, re: asked, facts: { url, token } });
	return { url };
}

/** `streamingRuntime.exec`: the container is looked at again, for it may have stopped since. */
export async function streamingExec(
	client: DockerClient,
	exec: CriMessage<'ExecRequest'>,
	streams: ExecStreams,
	asking: Asking,
	times: { limits: Limits; clock: Clock }
): Promise<void> {
	const container = await checkContainerStatus(client, exec.container_id, asking);
	await execInContainer(client, container.Id, exec.cmd, streams, asking, times);
}

/** Inspects a container; throws when it is not there or does not run. */
async function checkContainerStatus(
	client: DockerClient,
	id: string,
	asking: Asking
): Promise<ContainerJson> {
	const container = await client.inspectContainer(asking, id, 'check-container');
	if (!container.State.Running) throw new Error(`container not running (${container.Id})`);
	return container;
}
