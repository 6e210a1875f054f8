/**
 * The server's end of one exec: `ServeExec` of `pkg/kubelet/server/remotecommand/exec.go`. Joins the client's streams to
 * whatever runs commands, tells the client how the command ended, and closes.
 */
import { Dropped } from '../../trace/trace.ts';
import type { StreamProtocol } from '../../wire/remote-command/protocols.ts';
import type { TerminalSize } from '../../wire/remote-command/resize.ts';
import type { StreamOptions } from '../../wire/remote-command/streams.ts';
import type { Clock, Limits } from '../limits.ts';
import { StreamClosedError, type SpdyConnection } from '../transport/spdy-connection.ts';
import type { SpdyStream } from '../transport/spdy-connection.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import { execEnd } from './exec-status.ts';
import type { ExecTrace } from './exec-trace.ts';
import { createHttpStreams, type HttpStreams } from './http-streams.ts';
import type { ExecStreams } from './native-exec-handler.ts';
import { resizeEvents } from './resize-events.ts';

export interface ServeExec {
	/** Upgraded: the 101 is written. */
	socket: TappedDuplex;
	protocol: StreamProtocol;
	options: StreamOptions;
	told: ExecTrace;
	limits: Limits;
	clock: Clock;
	/** Runs the command; throws DockerExitError when it ended with another code than 0. */
	exec(streams: ExecStreams): Promise<void>;
}

/** Resolves when the connection has been closed; throws Dropped, the connection is gone then too. */
export async function serveExec(serve: ServeExec): Promise<void> {
	const { told, socket, protocol } = serve;
	const { connection, streams: created } = createHttpStreams(serve);
	try {
		const streams = await created;
		// Too slow a client is left alone with its connection, as upstream, until it goes or is idle too long.
		if (!streams) return void (await connection.closed);
		if (!protocol.halfClosesStdin) streams.stdin?.end();
		const gone = goneSignal(connection);
		const error = await run(serve, streams, gone);
		if (!gone.aborted) await writeStatus(serve, streams.error, error);
		if (!socket.destroyed) await told.closing();
	} catch (error) {
		socket.destroy();
		throw error;
	} finally {
		connection.close();
	}
}

/** Aborted when the client will say and read no more. */
function goneSignal(connection: SpdyConnection): AbortSignal {
	const gone = new AbortController();
	void connection.closed.then(() => gone.abort());
	return gone.signal;
}

/** What running the command threw. A hold that was dropped is no such thing. */
async function run(serve: ServeExec, streams: HttpStreams, gone: AbortSignal): Promise<unknown> {
	try {
		await serve.exec(execStreams(serve, streams, gone));
		return undefined;
	} catch (error) {
		if (error instanceof Dropped) throw error;
		return error;
	}
}

function execStreams(
	{ told, options }: ServeExec,
	{ stdin, stdout, stderr, resize }: HttpStreams,
	gone: AbortSignal
): ExecStreams {
	return {
		tty: options.tty,
		stdin,
		stdout: stdout && ((data) => stdout.write(data)),
		stderr: stderr && ((data) => stderr.write(data)),
		resize: resize && announcedSizes(resize, told),
		gone,
		started(execId, { request, socket }) {
			told.started(execId, request);
			socket.once('close', () => told.run.leave(request));
		},
		forwarding: (piece) => told.stdin({ o: piece.o, len: piece.len }),
		stdinEnded: async () => {
			if (stdin) await told.stdinClosed(stdin.id);
		}
	};
}

async function* announcedSizes(stream: SpdyStream, told: ExecTrace): AsyncGenerator<TerminalSize> {
	for await (const { piece, size } of resizeEvents(stream)) {
		await told.resize(size, { o: piece.o, len: piece.len });
		yield size;
	}
}

/** One JSON Status in v4; before, the text of a failure and nothing for a success. */
async function writeStatus(
	{ told, protocol }: ServeExec,
	stream: SpdyStream | undefined,
	error: unknown
): Promise<void> {
	const { bytes, n, code, reason } = execEnd(error, protocol);
	if (!stream || bytes.length === 0) return;
	const text = Buffer.from(bytes).toString();
	await told.exitStatus(stream.id, n, { exitCode: code, reason, text });
	try {
		await stream.write(bytes);
		told.run.exit(code, reason);
	} catch (closed) {
		if (!(closed instanceof StreamClosedError)) throw closed;
	}
}
