/**
 * client-go's SPDY executor after the 101: the streams of the chosen protocol, made one after another, and the
 * copying between them and the terminal. 1.15 sends no PING.
 */
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Clock, Limits } from '../limits.ts';
import { SpdyConnection, type SpdyStream } from '../transport/spdy-connection.ts';
import { decodeErrorStream, type StreamProtocol } from './error-stream.ts';

/** As kubectl offers them. */
export const streamProtocols: readonly StreamProtocol[] = [
	'v4.channel.k8s.io',
	'v3.channel.k8s.io',
	'v2.channel.k8s.io',
	'channel.k8s.io'
];

export interface TerminalSize {
	cols: number;
	rows: number;
}

export interface RemoteStreams {
	stdin?: Readable;
	stdout: Writable;
	/** Absent with a terminal: there both outputs are one. */
	stderr?: Writable;
	/** With a terminal: its size now, and each time that it changes. */
	sizes?: { size(): TerminalSize; onResize(changed: () => void): () => void };
}

interface Times {
	limits: Limits;
	clock: Clock;
	/** Kubectl was interrupted: nothing is waited for any more. */
	signal?: AbortSignal;
}

type Made = Partial<Record<'error' | 'stdin' | 'stdout' | 'stderr' | 'resize', SpdyStream>>;

/**
 * Runs one remote command over an upgraded connection; resolves when it ended with 0 (or without saying how), rejects
 * with what the error stream said.
 */
export async function streamRemoteCommand(
	socket: Duplex,
	chosen: string,
	streams: RemoteStreams,
	times: Times
): Promise<void> {
	const protocol =
		chosen === '' ? 'channel.k8s.io' : streamProtocols.find((name) => name === chosen);
	if (!protocol) {
		socket.destroy();
		throw new Error(`the server chose a stream protocol that was not offered: ${chosen}`);
	}
	const connection = new SpdyConnection(socket, { role: 'client', clock: times.clock });
	const stops: (() => void)[] = [];
	try {
		const made = await createStreams(connection, protocol, streams, times);
		if (made.resize && streams.sizes) stops.push(sendSizes(made.resize, streams.sizes));
		if (made.stdin && streams.stdin) {
			stops.push(copyStdin(streams.stdin, made.stdin, protocol !== 'channel.k8s.io'));
		}
		await copyOutputs(protocol, made, streams);
	} finally {
		for (const stop of stops) stop();
		await closeWritten(connection, socket);
	}
}

/** Upstream's order; the next is not asked for before the one before it was answered. */
async function createStreams(
	connection: SpdyConnection,
	protocol: StreamProtocol,
	streams: RemoteStreams,
	times: Times
): Promise<Made> {
	const resizes = protocol === 'v4.channel.k8s.io' || protocol === 'v3.channel.k8s.io';
	const wanted: [keyof Made, boolean][] = [
		['error', true],
		['stdin', streams.stdin !== undefined],
		['stdout', true],
		['stderr', streams.stderr !== undefined],
		['resize', resizes && streams.sizes !== undefined]
	];
	const made: Made = {};
	for (const [name, isWanted] of wanted) {
		if (isWanted) made[name] = await openStream(connection, name, times);
	}
	return made;
}

/**
 * Waits for the SYN_REPLY. A connection that ends meanwhile changes nothing: 1.15 waits out its time then, too.
 * The misspelt text is that of spdystream then.
 */
function openStream(
	connection: SpdyConnection,
	streamtype: string,
	times: Times
): Promise<SpdyStream> {
	return new Promise((resolve, reject) => {
		const { limits, clock, signal } = times;
		const fail = (error: Error) => {
			settle();
			reject(error);
		};
		const abort = () => fail(new Error('interrupted'));
		const stop = clock.after(limits.createStreamResponseMs, () =>
			fail(new Error('Timeout occured'))
		);
		const settle = () => {
			stop();
			signal?.removeEventListener('abort', abort);
		};
		signal?.addEventListener('abort', abort);
		connection.open({ streamtype }).then(
			(stream) => {
				settle();
				resolve(stream);
			},
			() => {}
		);
	});
}

async function copyOutputs(
	protocol: StreamProtocol,
	made: Made,
	streams: RemoteStreams
): Promise<void> {
	const copies = Promise.all([
		copyTo(streams.stdout, made.stdout),
		streams.stderr ? copyTo(streams.stderr, made.stderr) : undefined
	]);
	const message = readAll(made.error!);
	if (protocol === 'channel.k8s.io') {
		// v1 does not wait for the error stream: the first of an error and the end of the outputs decides.
		const failed = message.then((text) => (text === '' ? copies.then(() => '') : text));
		const error = decodeErrorStream(protocol, await Promise.race([copies.then(() => ''), failed]));
		if (error) throw error;
		return;
	}
	await copies;
	const error = decodeErrorStream(protocol, await message);
	if (error) throw error;
}

async function readAll(stream: SpdyStream): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const { data } of stream) chunks.push(data);
	return Buffer.concat(chunks).toString();
}

async function copyTo(target: Writable, stream: SpdyStream | undefined): Promise<void> {
	if (!stream) return;
	for await (const { data } of stream) {
		if (!target.destroyed && !target.write(data)) await drained(target);
	}
}

function drained(target: Writable): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			for (const event of ['drain', 'close', 'error']) target.off(event, done);
			resolve();
		};
		for (const event of ['drain', 'close', 'error']) target.on(event, done);
	});
}

/** Copies until end of file (then half-closes, but for v1) or until stopped; stdin itself is left open. */
function copyStdin(stdin: Readable, stream: SpdyStream, halfCloses: boolean): () => void {
	let last: Promise<void> = Promise.resolve();
	let ended = false;
	const end = () => {
		if (!ended && halfCloses) stream.end();
		ended = true;
	};
	const copy = (chunk: Uint8Array | string) => {
		stdin.pause();
		const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		last = last
			.then(() => (ended ? undefined : stream.write(data)))
			// The far side closed its stdin: nothing to tell, the command goes on.
			.catch(() => {})
			.then(() => void (stopped ? undefined : stdin.resume()));
	};
	const finish = () => void last.then(end);
	let stopped = false;
	stdin.on('data', copy);
	stdin.on('end', finish);
	stdin.on('close', finish);
	if (stdin.readableEnded || stdin.destroyed) finish();
	// The server closing stdin is answered in kind, or an interactive session would never end.
	void readAll(stream).then(end, end);
	return () => {
		stopped = true;
		stdin.off('data', copy);
		stdin.off('end', finish);
		stdin.off('close', finish);
		stdin.pause();
	};
}

/** The size now, then each change, in order: one JSON object with Go's field names and a newline. */
function sendSizes(stream: SpdyStream, sizes: NonNullable<RemoteStreams['sizes']>): () => void {
	let last: Promise<void> = Promise.resolve();
	const send = () => {
		const { cols, rows } = sizes.size();
		const message = Buffer.from(`${JSON.stringify({ Width: cols, Height: rows })}\n`);
		last = last.then(() => stream.write(message)).catch(() => {});
	};
	send();
	return sizes.onResize(send);
}

/** Resets, GOAWAY and end, and waits until they are written: the process may end right after. */
async function closeWritten(connection: SpdyConnection, socket: Duplex): Promise<void> {
	const written = new Promise<void>((resolve) => {
		if (socket.writableFinished || socket.destroyed) return resolve();
		socket.once('finish', resolve);
		socket.once('close', resolve);
	});
	connection.close();
	await written;
}
