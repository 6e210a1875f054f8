/**
 * Copies between the client's streams and Docker's raw connection until there is no more output:
 * `holdHijackedConnection` of `pkg/kubelet/dockershim/libdocker/kube_docker_client.go`.
 */
import type net from 'node:net';
import { StdcopyDecoder } from '../../wire/docker/stdcopy.ts';
import type { Hijacked } from './docker-transport.ts';
import type { ExecStreams } from './native-exec-handler.ts';

/** Resolves when Docker has ended its output, or the client has gone; throws what broke either connection. */
export async function holdHijackedConnection(
	hijacked: Hijacked,
	streams: ExecStreams
): Promise<void> {
	const { socket } = hijacked;
	const leave = () => socket.destroy();
	if (streams.gone.aborted) leave();
	streams.gone.addEventListener('abort', leave);
	try {
		const input = copyInput(socket, streams);
		const hasOutput = streams.stdout !== undefined || streams.stderr !== undefined;
		// Input that ends is no reason to stop while there may be output; input that fails is.
		if (hasOutput) await Promise.race([copyOutput(hijacked, streams), input.then(() => never)]);
		else await input;
	} finally {
		streams.gone.removeEventListener('abort', leave);
		socket.destroy();
	}
}

const never = new Promise<never>(() => {});

/** Half-closes at the end, which is the end of stdin for the process. */
async function copyInput(socket: net.Socket, streams: ExecStreams): Promise<void> {
	for await (const piece of streams.stdin ?? []) {
		if (!socket.writable) return;
		await streams.forwarding(piece);
		if (!socket.write(piece.data)) await drained(socket);
	}
	if (streams.stdin) await streams.stdinEnded();
	if (socket.writable) socket.end();
}

function drained(socket: net.Socket): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			socket.off('drain', done);
			socket.off('close', done);
			resolve();
		};
		socket.on('drain', done);
		socket.on('close', done);
		if (socket.destroyed) done();
	});
}

/** With a TTY the bytes are raw and all stdout; else they say whose they are. */
async function copyOutput({ socket, head }: Hijacked, streams: ExecStreams): Promise<void> {
	const write = streams.tty ? rawWriter(streams) : demultiplexer(streams);
	try {
		if (head.length > 0) await write(head);
		for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
			await write(chunk as Buffer);
		}
	} catch (error) {
		if (streams.gone.aborted) return;
		throw isReset(error) ? new Error('read: connection reset by peer') : error;
	}
}

function isReset(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

type Write = (chunk: Buffer) => Promise<void>;

function rawWriter({ stdout }: ExecStreams): Write {
	return async (chunk) => stdout?.(chunk);
}

function demultiplexer(streams: ExecStreams): Write {
	const decoder = new StdcopyDecoder();
	return async (chunk) => {
		for (const { stream, data } of decoder.push(chunk)) {
			if (data.length === 0) continue;
			if (stream === 'systemerr') {
				throw new Error(`error from daemon in stream: ${Buffer.from(data).toString()}`);
			}
			await (stream === 'stderr' ? streams.stderr : streams.stdout)?.(data);
		}
	};
}
