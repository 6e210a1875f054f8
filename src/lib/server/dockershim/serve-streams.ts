/**
 * The server's end of the streams of a process: what `ServeExec` and `ServeAttach` of
 * `pkg/kubelet/server/remotecommand/{exec,attach}.go` do alike. Joins the client's streams to whatever has the process,
 * tells the client how that ended, and closes.
 */
import { Dropped } from '../../trace/trace.ts';
import type { StreamProtocol } from '../../wire/remote-command/protocols.ts';
import type { TerminalSize } from '../../wire/remote-command/resize.ts';
import type { StreamOptions } from '../../wire/remote-command/streams.ts';
import type { Clock, Limits } from '../limits.ts';
import { StreamClosedError, type SpdyConnection } from '../transport/spdy-connection.ts';
import type { SpdyStream } from '../transport/spdy-connection.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { ExecEnd } from './exec-status.ts';
import { createHttpStreams, type HttpStreams } from './http-streams.ts';
import type { ExecStreams } from './native-exec-handler.ts';
import { resizeEvents } from './resize-events.ts';
import type { StreamTrace } from './stream-trace.ts';

export interface ServeStreams {
	/** Upgraded: the 101 is written. */
	socket: TappedDuplex;
	protocol: StreamProtocol;
	options: StreamOptions;
	told: StreamTrace;
	limits: Limits;
	clock: Clock;
	/** Joins the streams to the process, until it or they end. Whatever it throws is for `end`. */
	join(streams: ExecStreams): Promise<void>;
	/** What the error stream says at the end; `error` is what `join` threw, undefined when it threw nothing. */
	end(error: unknown, protocol: StreamProtocol): ExecEnd;
}

/** Resolves when the connection has been closed; throws Dropped, the connection is gone then too. */
export async function serveStreams(serve: ServeStreams): Promise<void> {
	const { told, socket, protocol } = serve;
	const { connection, streams: created } = createHttpStreams(serve);
	try {
		const streams = await created;
		// Too slow a client is left alone with its connection, as upstream, until it goes or is idle too long.
		if (!streams) return void (await connection.closed);
		if (!protocol.halfClosesStdin) streams.stdin?.end();
		const gone = goneSignal(connection);
		const error = await join(serve, streams, gone);
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

/** What joining the process threw. A hold that was dropped is no such thing. */
async function join(
	serve: ServeStreams,
	streams: HttpStreams,
	gone: AbortSignal
): Promise<unknown> {
	try {
		await serve.join(execStreams(serve, streams, gone));
		return undefined;
	} catch (error) {
		if (error instanceof Dropped) throw error;
		return error;
	}
}

function execStreams(
	{ told, options }: ServeStreams,
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
		started(id, { request, socket }) {
			told.started(id, request);
			socket.once('close', () => told.run.leave(request));
		},
		forwarding: (piece) => told.stdin({ o: piece.o, len: piece.len }),
		stdinEnded: async () => {
			if (stdin) await told.stdinClosed(stdin.id);
		}
	};
}

async function* announcedSizes(
	stream: SpdyStream,
	told: StreamTrace
): AsyncGenerator<TerminalSize> {
	for await (const { piece, size } of resizeEvents(stream)) {
		await told.resize(size, { o: piece.o, len: piece.len });
		yield size;
	}
}

/** One JSON Status in v4; before, the text of a failure and nothing for a success. */
async function writeStatus(
	{ told, protocol, end }: ServeStreams,
	stream: SpdyStream | undefined,
	error: unknown
): Promise<void> {
	const { bytes, n, code, reason } = end(error, protocol);
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
