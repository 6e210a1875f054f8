/**
 * The calls that prepare a stream: `pkg/kubelet/dockershim/docker_streaming.go`. Attach is not here.
 */
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';
import { checkContainerStatus } from './check-container.ts';
import type { CriContext } from './docker-server.ts';
import { execStream, type StreamRuntime } from './exec-stream.ts';
import { portForwardStream } from './portforward-stream.ts';
import type { PreparedStream } from './prepared-stream.ts';
import type { StreamingServer } from './streaming-server.ts';

export interface DockerStreaming {
	runtime: StreamRuntime;
	server: StreamingServer;
}

/** `dockerService.Exec`: prepares an exec and answers with the URL where it can be streamed, once. */
export async function exec(
	{ runtime, server }: DockerStreaming,
	request: CriMessage<'ExecRequest'>,
	context: CriContext
): Promise<CriSent<'ExecResponse'>> {
	await checkContainerStatus(runtime.client, request.container_id, context);
	return tokenUrl(server, execStream(runtime, request), context);
}

/** `dockerService.PortForward`: prepares forwarding to ports of a pod; which ones, the streams will say. */
export async function portForward(
	{ runtime, server }: DockerStreaming,
	request: CriMessage<'PortForwardRequest'>,
	context: CriContext
): Promise<CriSent<'PortForwardResponse'>> {
	await checkContainerStatus(runtime.client, request.pod_sandbox_id, context);
	return tokenUrl(server, portForwardStream(runtime, request), context);
}

/** The answer of each of these calls, which announces itself. */
async function tokenUrl(
	server: StreamingServer,
	stream: PreparedStream,
	{ run, asked }: CriContext
): Promise<{ url: string }> {
	const { url, token } = await server.getUrl(stream, run);
	await run.step('token-url', { n: url, re: asked, facts: { url, token } });
	return { url };
}
