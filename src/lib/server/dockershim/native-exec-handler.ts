/**
 * Runs a command in a container by Docker's own exec: `NativeExecHandler.ExecInContainer` of
 * `pkg/kubelet/dockershim/exec.go`.
 */
import { dockershimExitText } from '../../wire/remote-command/status.ts';
import type { TerminalSize } from '../../wire/remote-command/resize.ts';
import type { Clock, Limits } from '../limits.ts';
import type { DockerClient } from './docker-client.ts';
import { DockerError } from './docker-error.ts';
import type { Asking, Hijacked } from './docker-transport.ts';
import { holdHijackedConnection } from './hold-hijacked-connection.ts';

/** Bytes of stdin, and where they were on the connection that brought them. */
export interface Arrived {
	data: Uint8Array;
	o: number;
	len: number;
}

/** What a process reads and writes, whatever carries it. Absent: not asked for. */
export interface ExecStreams {
	tty: boolean;
	stdin?: AsyncIterable<Arrived> | undefined;
	/** Resolves when more may be written. */
	stdout?: ((data: Uint8Array) => Promise<void>) | undefined;
	stderr?: ((data: Uint8Array) => Promise<void>) | undefined;
	resize?: AsyncIterable<TerminalSize> | undefined;
	/** The client has gone: nobody reads any more. */
	gone: AbortSignal;
	/** Docker handed over the connection of the process, which `id` names: an exec. */
	started(id: string, hijacked: Hijacked): void;
	/** Before bytes of stdin go to Docker. */
	forwarding(piece: Arrived): Promise<void>;
	/** Stdin has ended; before the connection to Docker is half-closed. */
	stdinEnded(): Promise<void>;
}

/** The command ran and ended with another exit code than 0. */
export class DockerExitError extends Error {
	override name = 'DockerExitError';
	readonly exitCode: number;

	constructor(exitCode: number) {
		super(dockershimExitText(exitCode));
		this.exitCode = exitCode;
	}
}

/** Resolves when the command has ended with 0; throws DockerExitError for another code, else what went wrong. */
export async function execInContainer(
	client: DockerClient,
	containerId: string,
	cmd: string[],
	streams: ExecStreams,
	asking: Asking,
	times: { limits: Limits; clock: Clock }
): Promise<void> {
	const options = {
		Cmd: cmd,
		AttachStdin: streams.stdin !== undefined,
		AttachStdout: streams.stdout !== undefined,
		AttachStderr: streams.stderr !== undefined,
		Tty: streams.tty
	};
	const execId = await client.createExec(asking, containerId, options).catch((error: Error) => {
		if (!(error instanceof DockerError)) throw error;
		throw new Error(`failed to exec in container - Exec setup failed - ${error.message}`);
	});
	asking.run.name(execId);
	const hijacked = await client.startExec(asking, execId, streams.tty);
	streams.started(execId, hijacked);
	// Docker would let a resize wait for the start, so it is only sent now.
	const resizing = handleResizing(client, execId, streams, asking);
	await Promise.race([holdHijackedConnection(hijacked, streams), resizing.then(() => never)]);
	await waitForExit(client, execId, asking, times);
}

const never = new Promise<never>(() => {});

/** Passes each size on. That Docker refuses one is of no consequence. */
async function handleResizing(
	client: DockerClient,
	execId: string,
	streams: ExecStreams,
	asking: Asking
): Promise<void> {
	for await (const { width, height } of streams.resize ?? []) {
		await client.resizeExecTty(asking, execId, height, width).catch((error: unknown) => {
			if (!(error instanceof DockerError)) throw error;
		});
	}
}

/**
 * The stream may end before the process: asks until it has. A process that outlives the last try (a child that kept
 * running) counts as success, as upstream.
 */
async function waitForExit(
	client: DockerClient,
	execId: string,
	asking: Asking,
	{ limits, clock }: { limits: Limits; clock: Clock }
): Promise<void> {
	for (let tries = 1; ; tries++) {
		const { Running, ExitCode } = await client.inspectExec(asking, execId);
		if (!Running && ExitCode) throw new DockerExitError(ExitCode);
		if (!Running || tries >= limits.inspectTries) return;
		await wait(clock, limits.inspectEveryMs, asking.signal);
	}
}

function wait(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const done = () => {
			stop();
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const stop = clock.after(ms, done);
		signal?.addEventListener('abort', done);
	});
}
