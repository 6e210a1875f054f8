/**
 * WebSocket channels on one side, SPDY streams on the other: `StreamTranslatorHandler` of apiserver
 * pkg/util/proxy/streamtranslator.go and websocket.go, with the SPDY executor of client-go's remotecommand inside. The
 * API server runs it from 1.30 on, the kubelet from 1.36.
 *
 * The client has its 101 before the kubelet is asked, so all that fails from then on is told by a Status.
 */
import { finished, type Duplex } from 'node:stream';
import { streamProtocol, type StreamProtocol } from '../../wire/remote-command/protocols.ts';
import { encodeResize, ResizeDecoder } from '../../wire/remote-command/resize.ts';
import {
	apiInternalErrorStatus,
	exitCodeStatus,
	readErrorStream,
	statusBytes,
	successStatus,
	type Outcome
} from '../../wire/remote-command/status.ts';
import {
	expectedStreams,
	streamTypeHeader,
	type StreamOptions,
	type StreamType
} from '../../wire/remote-command/streams.ts';
import type { PlacedFrame } from '../../wire/spdy/frames.ts';
import { ChannelStreams, type ChannelPlace, type ChannelStream } from './channel-streams.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import type { WebSocketConnection, WebSocketMessage } from './websocket-connection.ts';

/** Where payload stands on the SPDY side, counted from the first byte that was SPDY. */
export interface SpdyPlace {
	o: number;
	len: number;
}

/**
 * What happens, told to whoever runs the translator. What `opening` throws becomes the Status; when `finishing` throws
 * none is written. To end as if the network had, `client.cut()`.
 */
export interface TranslatorTrace {
	/** A message of the client arrived. */
	message?(message: WebSocketMessage): void;
	/** A frame of the kubelet arrived. Nothing is done about it before this resolves. */
	received?(frame: PlacedFrame): void | Promise<void>;
	/** A frame to the kubelet is about to be written. */
	sent?(frame: PlacedFrame): void;
	/** A stream is about to be opened at the kubelet. */
	opening?(type: StreamType): void | Promise<void>;
	/** These bytes of the client go on as those, which are about to be written. A long message becomes several. */
	inward?(type: 'stdin' | 'resize', from: ChannelPlace, to: SpdyPlace): void;
	/** These bytes of the kubelet go on as those, which are about to be written. */
	outward?(type: 'stdout' | 'stderr', from: SpdyPlace, to: ChannelPlace): void;
	/** The Status is about to be written. */
	finishing?(translated: Translated, to: ChannelPlace): void | Promise<void>;
}

/** How it ended. */
export interface Translated {
	/** Of `apiserver_stream_translator_requests_total`: 200 also for a command that ended with another code than 0. */
	code: number;
	outcome: Outcome;
	/** What is written on the error channel. */
	status: Uint8Array;
	/** The bytes on the kubelet's error stream that said so; none when no Status crossed. */
	from: readonly SpdyPlace[];
}

export interface TranslateOptions {
	/** Accepted a moment ago, speaking v5; nothing was read or sent yet. */
	client: WebSocketConnection;
	/** What the query asks for. */
	wanted: StreamOptions;
	/**
	 * Upgrades a connection to the kubelet to SPDY, by POST, following no redirect. Throws StatusAnswerError for a
	 * refusal that is a Status, and anything else with what the user is to read.
	 */
	dial(): Promise<{ socket: Duplex; protocol: string }>;
	/** A SPDY PING every so often (from 1.33 on). */
	pingMs?: number;
	/** How long each SYN_REPLY may take. */
	createStreamResponseMs: number;
	/** How long the kubelet may take to close when we have. */
	closeMs: number;
	clock: { now(): number; after(ms: number, run: () => void): () => void };
	told?: TranslatorTrace;
}

/** The kubelet refused with a Status, which is passed on as it is. */
export class StatusAnswerError extends Error {
	override name = 'StatusAnswerError';
	readonly status: { message?: string; code?: number };

	constructor(status: { message?: string; code?: number }) {
		super(status.message ?? '');
		this.status = status;
	}
}

/** What the SPDY side offers. A kubelet chooses v4: it knows no v5 over SPDY. */
export const offeredToKubelet: readonly string[] = [
	'v5.channel.k8s.io',
	'v4.channel.k8s.io',
	'v3.channel.k8s.io',
	'v2.channel.k8s.io',
	'channel.k8s.io'
];

/** As io.Copy's buffer in Go. */
const copyBytes = 32 * 1024;

/**
 * Translates until the command has ended, tells the client how, and closes with 1000; resolves, and never rejects,
 * when the client's connection is gone. To undefined when that was so before the kubelet was asked.
 *
 * A client that goes early ends the command's stdin and nothing else: upstream waits for the command all the same.
 */
export async function translateStreams(options: TranslateOptions): Promise<Translated | undefined> {
	const { client, wanted, told } = options;
	const channels = new ChannelStreams(client, {
		role: 'server',
		reads: [
			...(wanted.stdin ? ['stdin' as const] : []),
			...(wanted.tty ? ['resize' as const] : [])
		],
		received: (message) => told?.message?.(message)
	});
	try {
		// An empty message tells the client that there is a connection.
		await channels.of(lowestWritable(wanted)).write(new Uint8Array(0));
	} catch {
		return undefined;
	}
	const translated = await execute(channels, options).catch(translateFailure);
	await finish(channels, translated, told);
	return translated;
}

function lowestWritable({ stdout, stderr }: StreamOptions): StreamType {
	if (stdout) return 'stdout';
	return stderr ? 'stderr' : 'error';
}

/**
 * Status, then close: a client that sees a connection end otherwise loses the exit code, also when it had the Status.
 * Upstream's deadline of 10 s for writing it never works, as each write moves it; what bounds this is the
 * connection's own time for closing.
 */
async function finish(channels: ChannelStreams, translated: Translated, told?: TranslatorTrace) {
	const error = channels.of('error');
	try {
		await told?.finishing?.(translated, channels.placeOfNext(translated.status));
		// The close frame queues behind it.
		void error.write(translated.status).catch(() => {});
	} catch {
		// Somebody does not want it said.
	}
	channels.connection.close();
	await channels.connection.closed;
}

/** `StreamWithContext` of the SPDY executor. */
async function execute(channels: ChannelStreams, options: TranslateOptions): Promise<Translated> {
	const { socket, protocol: name } = await options.dial();
	const leg = new Leg(socket, options);
	try {
		const protocol = streamProtocol(name);
		if (!protocol)
			throw new Error(`the kubelet chose a stream protocol that was not offered: ${name}`);
		const streams = await leg.open(expectedStreams(options.wanted, protocol));
		if (streams.stdin) {
			void copyStdin(channels.of('stdin'), streams.stdin, leg, protocol.halfClosesStdin);
		}
		if (streams.resize) void copySizes(channels.of('resize'), streams.resize, leg);
		const said = readAll(streams.error);
		await Promise.all([
			copyOutput('stdout', streams.stdout, channels, options.told),
			copyOutput('stderr', streams.stderr, channels, options.told)
		]);
		return translateStatus(await said, protocol);
	} finally {
		leg.close();
	}
}

/** A Status that holds no exit code loses all but its message, which is wrapped once more. */
function translateStatus(said: Said, protocol: StreamProtocol): Translated {
	const { from } = said;
	// Nothing was said, also when the connection to the kubelet was cut: upstream takes that for success.
	const outcome = readErrorStream(said.bytes, protocol);
	if (outcome.kind === 'success') return { code: 200, outcome, status: successStatus(), from };
	if (outcome.kind === 'error') return { ...translateFailure(new Error(outcome.message)), from };
	return { code: 200, outcome, status: exitCodeStatus(outcome.code, outcome.message), from };
}

function translateFailure(error: unknown): Translated {
	const message = error instanceof Error ? error.message : String(error);
	if (error instanceof StatusAnswerError) {
		const { code = 0 } = error.status;
		return {
			code,
			outcome: { kind: 'error', message },
			status: statusBytes(error.status),
			from: []
		};
	}
	const outcome = { kind: 'error' as const, message: `Internal error occurred: ${message}` };
	return { code: 500, outcome, status: apiInternalErrorStatus(message), from: [] };
}

/** The SPDY connection to the kubelet. */
class Leg {
	readonly #socket: Duplex;
	readonly #options: TranslateOptions;
	readonly #connection: SpdyConnection;
	#stopPings: () => void = () => {};
	/** Who waits to hear where the payload of the next frame will stand. */
	#placing: ((place: SpdyPlace) => void) | undefined;

	constructor(socket: Duplex, options: TranslateOptions) {
		const { clock, told } = options;
		this.#socket = socket;
		this.#options = options;
		this.#connection = new SpdyConnection(socket, {
			role: 'client',
			received: (frame) => told?.received?.(frame),
			sent: (placed) => {
				const { frame, dataAt = 0 } = placed;
				if (frame.type === 'data') this.#placing?.({ o: dataAt, len: frame.data.length });
				told?.sent?.(placed);
			},
			clock
		});
		this.#ping();
	}

	/** One after another, each when the one before was answered. */
	async open(types: readonly StreamType[]): Promise<Opened> {
		const streams: Partial<Record<StreamType, SpdyStream>> = {};
		for (const type of types) {
			await this.#options.told?.opening?.(type);
			streams[type] = await this.#openStream(type);
		}
		return streams as Opened;
	}

	get told(): TranslatorTrace | undefined {
		return this.#options.told;
	}

	/** Writes what fits in one frame; `placed` hears where, before it leaves. */
	write(stream: SpdyStream, data: Uint8Array, placed: (place: SpdyPlace) => void): Promise<void> {
		this.#placing = placed;
		// The frame has left, or will not leave, when the call returns.
		const written = stream.write(data);
		this.#placing = undefined;
		return written;
	}

	close() {
		const { clock, closeMs } = this.#options;
		this.#stopPings();
		this.#connection.close();
		const stop = clock.after(closeMs, () => this.#socket.destroy());
		finished(this.#socket, () => {
			stop();
			this.#socket.destroy();
		});
	}

	/** Waits for the SYN_REPLY. A refusal, or the end of the connection, changes nothing: the time is waited out. */
	#openStream(type: StreamType): Promise<SpdyStream> {
		const { clock, createStreamResponseMs } = this.#options;
		return new Promise((resolve, reject) => {
			const stop = clock.after(createStreamResponseMs, () => reject(new Error('Timeout occurred')));
			const opened = (stream: SpdyStream) => {
				stop();
				resolve(stream);
			};
			this.#connection.open({ [streamTypeHeader]: type }).then(opened, () => {});
		});
	}

	#ping() {
		const { clock, pingMs } = this.#options;
		if (pingMs === undefined) return;
		this.#stopPings = clock.after(pingMs, () => {
			void this.#connection.ping();
			this.#ping();
		});
	}
}

type Opened = Partial<Record<StreamType, SpdyStream>> & { error: SpdyStream };

/** Ends the stream where the client's input ends, or where the kubelet ends it, which must be answered in kind. */
async function copyStdin(
	channel: ChannelStream,
	stream: SpdyStream,
	leg: Leg,
	halfCloses: boolean
) {
	const end = () => {
		if (halfCloses) stream.end();
	};
	void drain(stream).then(end);
	try {
		for await (const { data, message, at } of channel) {
			for (let start = 0; start < data.length; start += copyBytes) {
				const piece = data.subarray(start, start + copyBytes);
				const from = { message, at: at + start, len: piece.length };
				await leg.write(stream, piece, (to) => leg.told?.inward?.('stdin', from, to));
			}
		}
	} catch {
		// The command reads no more; what the client still sends is thrown away.
	}
	end();
}

/** Decoded and encoded again, so each size is one frame. What is no size ends the reading of sizes. */
async function copySizes(channel: ChannelStream, stream: SpdyStream, leg: Leg) {
	void drain(stream);
	const decoder = new ResizeDecoder({ unknown: true });
	try {
		for await (const { data, ...from } of channel) {
			for (const size of decoder.push(data)) {
				await leg.write(stream, encodeResize(size), (to) => leg.told?.inward?.('resize', from, to));
			}
		}
	} catch {
		// The command goes on with the size that it has.
	}
}

async function copyOutput(
	type: 'stdout' | 'stderr',
	stream: SpdyStream | undefined,
	channels: ChannelStreams,
	told: TranslatorTrace | undefined
) {
	if (!stream) return;
	let gone = false;
	for await (const { data, o, len } of stream) {
		// Without a client the rest is still read, or it would block the kubelet's other streams.
		if (gone) continue;
		try {
			await channels.of(type).write(data, (to) => told?.outward?.(type, { o, len }, to));
		} catch {
			gone = true;
		}
	}
}

/** What comes on a stream that nobody reads must not stop the others. */
async function drain(stream: SpdyStream): Promise<void> {
	for await (const _ of stream);
}

interface Said {
	bytes: Uint8Array;
	from: SpdyPlace[];
}

async function readAll(stream: SpdyStream): Promise<Said> {
	const chunks: Uint8Array[] = [];
	const from: SpdyPlace[] = [];
	for await (const { data, o, len } of stream) {
		chunks.push(data);
		from.push({ o, len });
	}
	return { bytes: Buffer.concat(chunks), from };
}
