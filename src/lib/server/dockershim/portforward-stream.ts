/**
 * A port-forward between its CRI call and its token: `GetPortForward` and `servePortForward` of
 * `pkg/kubelet/server/streaming/server.go`, `streamingRuntime.PortForward` of `pkg/kubelet/dockershim/docker_streaming.go`.
 */
import type { CriMessage } from '../../wire/cri/messages.ts';
import { portForwardProtocol } from '../../wire/portforward/stream-pairs.ts';
import { checkContainerStatus } from './check-container.ts';
import { CriError } from './cri-error.ts';
import type { StreamRuntime } from './exec-stream.ts';
import { forwardPort } from './forward-port.ts';
import { handshake } from './handshake.ts';
import { PortForwardTrace } from './portforward-trace.ts';
import type { PreparedStream } from './prepared-stream.ts';
import { servePortForward } from './serve-portforward.ts';

/** Throws CriError for a request that is not valid. */
export function portForwardStream(
	{ client, signal, limits, clock }: StreamRuntime,
	{ pod_sandbox_id: podSandboxId }: CriMessage<'PortForwardRequest'>
): PreparedStream {
	if (podSandboxId === '') {
		throw new CriError('InvalidArgument', 'missing required pod_sandbox_id');
	}
	return {
		kind: 'portforward',
		facts: { podSandboxId },
		served: {
			id: 'serve-portforward',
			fn: 'portforward.ServePortForward',
			facts: { podSandboxId }
		},
		accept(arrived, era) {
			const { protocol, ...answer } = handshake(arrived, era, [portForwardProtocol]);
			if (protocol === undefined) return answer;
			const serve: NonNullable<ReturnType<PreparedStream['accept']>['upgraded']>['serve'] = ({
				socket,
				run,
				asked
			}) =>
				servePortForward({
					...{ socket, limits, clock, pod: podSandboxId },
					told: new PortForwardTrace(run, asked, podSandboxId),
					async forward(port, connection) {
						// Taken anew for each connection: a sandbox that was started again has another process.
						const { Id, State } = await checkContainerStatus(client, podSandboxId, { run, signal });
						await forwardPort({ containerId: Id, pid: State.Pid ?? 0, port, signal }, connection);
					}
				});
			return { ...answer, upgraded: { protocol, serve } };
		}
	};
}
