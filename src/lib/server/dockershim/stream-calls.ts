/**
 * The CRI calls that prepare a stream, and how one of a foreign client is told. Their handlers announce the answer
 * themselves: `token-url`.
 */
import type { Facts } from '../../trace/event.ts';
import type { StepId } from '../../trace/steps.ts';
import type { CriCall, CriMessage } from '../../wire/cri/messages.ts';

interface StreamCall {
	step: StepId;
	/** What stands on the arrow after the call's name. */
	about: string;
	facts: Facts;
	/** What the run was asked to do. */
	query: Facts;
}

/** The message of a call is what its definition decoded. */
export const streamCalls: ReadonlyMap<CriCall, (request: object) => StreamCall> = new Map([
	['Exec', (request: object) => exec(request as CriMessage<'ExecRequest'>)],
	['PortForward', (request: object) => portForward(request as CriMessage<'PortForwardRequest'>)]
]);

function exec({ container_id: containerId, ...asked }: CriMessage<'ExecRequest'>): StreamCall {
	const streams = (['stdin', 'stdout', 'stderr', 'tty'] as const).filter((each) => asked[each]);
	return {
		step: 'cri-exec',
		about: [JSON.stringify(asked.cmd), ...streams].join(' '),
		facts: { containerId, ...asked },
		query: { containerId, cmd: asked.cmd }
	};
}

function portForward(request: CriMessage<'PortForwardRequest'>): StreamCall {
	const { pod_sandbox_id: podSandboxId, port } = request;
	return {
		step: 'cri-portforward',
		about: podSandboxId.slice(0, 12),
		facts: { podSandboxId, port },
		query: { podSandboxId, port }
	};
}
