/**
 * The server's end of a port-forward: `httpStreamHandler` of `pkg/kubelet/server/portforward/httpstream.go`. Pairs of
 * streams come for as long as the connection stands, one pair for each connection that somebody makes to kubectl.
 */
import { Dropped } from '../../trace/trace.ts';
import {
	pairedHeaders,
	StreamPairs,
	type StreamPair
} from '../../wire/portforward/stream-pairs.ts';
import type { Clock, Limits } from '../limits.ts';
import {
	SpdyConnection,
	StreamClosedError,
	type SpdyStream
} from '../transport/spdy-connection.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { Arrived } from './native-exec-handler.ts';
import type { OpensPort, PortForwardTrace } from './portforward-trace.ts';

/** One connection to a port, as whoever opens the port sees it. */
export interface PortConnection {
	/** What the client sends; ends when the client half-closes. */
	input: AsyncIterable<Arrived>;
	/** Resolves when more may be written. Throws StreamClosedError when nobody wants it any more. */
	output(data: Uint8Array): Promise<void>;
	/** Aborted when the client has gone. */
	gone: AbortSignal;
	/** Before the port is opened. */
	opening(opens: OpensPort): Promise<void>;
}

export interface ServePortForward {
	/** Upgraded: the 101 is written. */
	socket: TappedDuplex;
	/** As errors name it: upstream the id of the sandbox. */
	pod: string;
	told: PortForwardTrace;
	limits: Limits;
	clock: Clock;
	/** Joins a connection to a port of the pod until it ends; throws what went wrong. */
	forward(port: number, connection: PortConnection): Promise<void>;
}

/** Resolves when the connection has been closed; throws Dropped, the connection is gone then too. */
export async function servePortForward(serve: ServePortForward): Promise<void> {
	const { socket, told, limits, clock } = serve;
	const pairs = new StreamPairs<SpdyStream>();
	const stops = new Map<string, () => void>();
	const gone = new AbortController();
	let dropped: Error | undefined;
	const fail = (error: Error) => {
		dropped ??= error;
		socket.destroy();
	};

	const incoming = async (stream: SpdyStream) => {
		const headers = pairedHeaders(stream.id, stream.headers);
		if (typeof headers === 'string') {
			await told.refusing(stream.id, headers);
			return stream.reset();
		}
		await told.replying(stream.id);
		stream.reply();
		if (headers.type === 'error') void drain(stream);
		const { requestId } = headers;
		const isNew = !stops.has(requestId);
		const pair = pairs.add(stream, headers);
		if (pair === undefined) {
			if (isNew)
				stops.set(
					requestId,
					clock.after(limits.streamCreationMs, () => late(requestId))
				);
		} else if (typeof pair === 'string') {
			const forwarded = { requestid: requestId, port: headers.port };
			await printError(serve, pairs.errorOf(requestId), forwarded, pair);
		} else {
			stops.get(requestId)?.();
			stops.delete(requestId);
			void forwardPair(serve, pair, gone.signal).catch(fail);
		}
	};
	const late = (requestId: string) => {
		stops.delete(requestId);
		const error = pairs.errorOf(requestId);
		pairs.drop(requestId);
		const text = `(conn=${serve.pod}, request=${requestId}) timed out waiting for streams`;
		const forwarded = { requestid: requestId, port: Number(error?.headers['port'] ?? 0) };
		void printError(serve, error, forwarded, text).catch(fail);
	};
	const connection = new SpdyConnection(socket, {
		role: 'server',
		received: (frame) => told.received(frame),
		sent: (frame) => told.sent(frame),
		incoming,
		idleMs: limits.streamIdleMs,
		clock
	});
	try {
		await connection.closed;
		gone.abort();
		for (const stop of stops.values()) stop();
		if (connection.error instanceof Dropped) throw connection.error;
		if (dropped) throw dropped;
		if (!socket.destroyed) await told.closing();
	} catch (error) {
		socket.destroy();
		throw error;
	} finally {
		connection.close();
	}
}

/** `portForward`: what goes wrong with one connection is said on its error stream, and ends no other. */
async function forwardPair(
	serve: ServePortForward,
	{ requestId, port, data, error }: StreamPair<SpdyStream>,
	gone: AbortSignal
): Promise<void> {
	const { told, pod } = serve;
	const forwarded = { requestid: requestId, port };
	const reading = { begun: false, over: false };
	async function* input(): AsyncGenerator<Arrived> {
		reading.begun = true;
		for await (const piece of data) {
			if (!reading.over) await told.towardsPort(forwarded, piece);
			yield piece;
		}
	}
	try {
		await serve.forward(port, {
			gone,
			input: input(),
			async output(bytes) {
				if (data.localFinished) throw new StreamClosedError(`stream ${data.id} is closed`);
				await told.fromPort(forwarded, data.id, bytes.length);
				await data.write(bytes);
			},
			opening: (opens) => told.opening(forwarded, opens)
		});
	} catch (failure) {
		if (failure instanceof Dropped) throw failure;
		if (!(failure instanceof StreamClosedError)) {
			const said = failure instanceof Error ? failure.message : String(failure);
			const text = `error forwarding port ${port} to pod ${pod}, uid : ${said}`;
			await printError(serve, error, forwarded, text);
		}
	}
	reading.over = true;
	if (!reading.begun) void drain(data);
	const open = [error, data].filter(({ localFinished }) => !localFinished);
	if (open.length === 0) return;
	await told.ending(forwarded, ...open.map(({ id }) => id));
	for (const stream of open) stream.end();
}

async function printError(
	{ told }: ServePortForward,
	stream: SpdyStream | undefined,
	forwarded: { requestid: string; port: number },
	text: string
): Promise<void> {
	if (!stream || stream.localFinished) return;
	await told.failed(forwarded, stream.id, text);
	await stream.write(Buffer.from(text)).catch((closed: unknown) => {
		if (!(closed instanceof StreamClosedError)) throw closed;
	});
}

/** What comes on a stream that nobody reads must not stop the others. */
async function drain(stream: SpdyStream): Promise<void> {
	for await (const _ of stream);
}
