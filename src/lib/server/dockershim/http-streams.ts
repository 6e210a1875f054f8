/**
 * From the 101 to the streams of one process: `createHttpStreamStreams` of
 * `pkg/kubelet/server/remotecommand/httpstream.go`. The client opens them all, one after the other.
 */
import type { StreamProtocol } from '../../wire/remote-command/protocols.ts';
import {
	expectedStreams,
	streamTypeOf,
	type StreamOptions,
	type StreamType
} from '../../wire/remote-command/streams.ts';
import type { Clock, Limits } from '../limits.ts';
import { SpdyConnection, type SpdyStream } from '../transport/spdy-connection.ts';
import type { TappedDuplex } from '../transport/tapped-duplex.ts';
import type { StreamTrace } from './stream-trace.ts';

export type HttpStreams = Partial<Record<StreamType, SpdyStream>>;

export interface CreateStreams {
	socket: TappedDuplex;
	options: StreamOptions;
	protocol: StreamProtocol;
	told: StreamTrace;
	limits: Limits;
	clock: Clock;
}

/**
 * `streams` resolves when as many streams were replied to as the options ask for; to undefined when the client took
 * too long or has gone. Whoever comes later gets no reply, as upstream, where nobody listens any more.
 */
export function createHttpStreams(create: CreateStreams): {
	connection: SpdyConnection;
	streams: Promise<HttpStreams | undefined>;
} {
	const { options, protocol, told, limits, clock } = create;
	const expected = expectedStreams(options, protocol).length;
	const streams: HttpStreams = {};
	let replied = 0;
	let waiting = true;
	let settle: (streams: HttpStreams | undefined) => void = () => {};
	const ready = new Promise<HttpStreams | undefined>((resolve) => (settle = resolve));
	const finish = (result: HttpStreams | undefined) => {
		waiting = false;
		stop();
		settle(result);
	};
	const stop = clock.after(limits.streamCreationMs, () => finish(undefined));

	const incoming = async (stream: SpdyStream) => {
		if (!waiting) return;
		const named = streamTypeOf(stream.headers);
		// To older protocols a stream for the terminal's size is an unknown one, which is not counted.
		const type = named === 'resize' && !protocol.resize ? undefined : named;
		if (type) streams[type] = stream;
		if (type === 'stdout' || type === 'stderr') told.output(stream.id, type);
		if (type !== 'stdin' && type !== 'resize') void drain(stream);
		await told.replying(stream.id);
		stream.reply();
		if (type && ++replied === expected) finish(streams);
	};
	const connection = new SpdyConnection(create.socket, {
		role: 'server',
		received: (frame) => told.received(frame),
		sent: (frame) => told.sent(frame),
		incoming,
		idleMs: limits.streamIdleMs,
		clock
	});
	void connection.closed.then(() => finish(undefined));
	return { connection, streams: ready };
}

/** What comes on a stream that nobody reads must not stop the others. */
async function drain(stream: SpdyStream): Promise<void> {
	for await (const _ of stream);
}
