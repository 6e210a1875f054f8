/**
 * What the error stream says at the end: `ServeExec` of `pkg/kubelet/server/remotecommand/exec.go` with
 * `v1WriteStatusFunc` and `v4WriteStatusFunc` of `httpstream.go`.
 */
import type { StreamProtocol } from '../../wire/remote-command/protocols.ts';
import {
	exitCodeStatus,
	internalErrorStatus,
	successStatus
} from '../../wire/remote-command/status.ts';
import { DockerExitError } from './native-exec-handler.ts';

export interface ExecEnd {
	/** What kubectl exits with when it has read this. */
	code: number;
	reason: 'Success' | 'NonZeroExitCode' | 'InternalError';
	/** What stands on the arrow. */
	n: string;
	/** For the error stream; none for a success before v4, which had texts of failures only. */
	bytes: Uint8Array;
}

/** How a command ended, told in `protocol`; `error` is what running it threw, undefined when it exited with 0. */
export function execEnd(error: unknown, protocol: StreamProtocol): ExecEnd {
	if (error === undefined) return told(0, 'Success', 'exit 0', successStatus(), '', protocol);
	const said = error instanceof Error ? error.message : String(error);
	if (error instanceof DockerExitError) {
		const { exitCode } = error;
		const text = `command terminated with non-zero exit code: ${said}`;
		const status = exitCodeStatus(exitCode, said);
		return told(exitCode, 'NonZeroExitCode', `exit ${exitCode}`, status, text, protocol);
	}
	const text = `Internal error occurred: error executing command in container: ${said}`;
	return told(1, 'InternalError', text, internalErrorStatus(said), text, protocol);
}

function told(
	code: number,
	reason: ExecEnd['reason'],
	n: string,
	status: Uint8Array,
	text: string,
	protocol: StreamProtocol
): ExecEnd {
	return { code, reason, n, bytes: protocol.status ? status : Buffer.from(text) };
}
