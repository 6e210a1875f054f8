/**
 * An exec between its CRI call and its token: `validateExecRequest` and `serveExec` of
 * `pkg/kubelet/server/streaming/server.go`, `streamingRuntime.exec` of `pkg/kubelet/dockershim/docker_streaming.go`.
 */
import type { CriMessage } from '../../wire/cri/messages.ts';
import { streamProtocol } from '../../wire/remote-command/protocols.ts';
import type { Clock, Limits } from '../limits.ts';
import { checkContainerStatus } from './check-container.ts';
import { CriError } from './cri-error.ts';
import type { DockerClient } from './docker-client.ts';
import { execEnd } from './exec-status.ts';
import { handshake } from './handshake.ts';
import { execInContainer } from './native-exec-handler.ts';
import type { PreparedStream } from './prepared-stream.ts';
import { serveStreams } from './serve-streams.ts';
import { StreamTrace } from './stream-trace.ts';

type ExecRequest = CriMessage<'ExecRequest'>;

/** What serving a stream needs. */
export interface StreamRuntime {
	client: DockerClient;
	/** Aborted when the shim stops. */
	signal: AbortSignal;
	limits: Limits;
	clock: Clock;
}

/** Throws CriError for a request that is not valid. */
export function execStream(runtime: StreamRuntime, request: ExecRequest): PreparedStream {
	validateExecRequest(request);
	const { container_id: containerId, cmd, stdin, stdout, stderr, tty } = request;
	return {
		kind: 'exec',
		facts: { containerId },
		served: {
			id: 'serve-exec',
			fn: 'remotecommand.ServeExec',
			facts: { containerId, cmd, tty }
		},
		accept(arrived, era) {
			const { protocol: name, ...answer } = handshake(arrived, era);
			const protocol = name === undefined ? undefined : streamProtocol(name);
			if (!protocol) return answer;
			return {
				...answer,
				upgraded: {
					protocol: protocol.name,
					serve: ({ socket, run, asked }) =>
						serveStreams({
							...runtime,
							socket,
							protocol,
							options: { stdin, stdout, stderr, tty },
							told: new StreamTrace(run, asked),
							async join(streams) {
								const { client, signal } = runtime;
								const asking = { run, signal };
								// The container is looked at again, for it may have stopped since.
								const { Id } = await checkContainerStatus(client, containerId, asking);
								await execInContainer(client, Id, cmd, streams, asking, runtime);
							},
							end: execEnd
						})
				}
			};
		}
	};
}

/** Throws InvalidArgument, in upstream's order. */
function validateExecRequest({ container_id, tty, stdin, stdout, stderr }: ExecRequest): void {
	const invalid = (message: string) => new CriError('InvalidArgument', message);
	if (container_id === '') throw invalid('missing required container_id');
	if (tty && stderr) throw invalid('tty and stderr cannot both be true');
	if (!stdin && !stdout && !stderr) {
		throw invalid('one of stdin, stdout, or stderr must be set');
	}
}
