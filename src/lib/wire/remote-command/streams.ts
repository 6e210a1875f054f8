/**
 * The streams of one exec or attach (kubelet server/remotecommand/httpstream.go): which ones, in which order the
 * client opens them, and their channel numbers over WebSocket.
 */
import type { StreamProtocol } from './protocols.ts';

/** In the order in which client-go opens them. */
export const streamTypes = ['error', 'stdin', 'stdout', 'stderr', 'resize'] as const;

export type StreamType = (typeof streamTypes)[number];

/** The name of the header, as on the wire, that tells what a SPDY stream is for. */
export const streamTypeHeader = 'streamtype';

/** The channel number of each stream over WebSocket. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

export interface StreamOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	tty: boolean;
}

/**
 * What is left of the options: a terminal has one output, so stderr is dropped beside a TTY. Undefined when no stream
 * of the process is left.
 */
export function usableOptions(options: StreamOptions): StreamOptions | undefined {
	const usable = { ...options, stderr: options.stderr && !options.tty };
	return usable.stdin || usable.stdout || usable.stderr ? usable : undefined;
}

/** The streams that both ends count on, in the order of opening. */
export function expectedStreams(options: StreamOptions, protocol: StreamProtocol): StreamType[] {
	const wanted: Record<StreamType, boolean> = {
		error: true,
		stdin: options.stdin,
		stdout: options.stdout,
		stderr: options.stderr && !options.tty,
		resize: options.tty && protocol.resize
	};
	return streamTypes.filter((type) => wanted[type]);
}

/** The type of a stream by its headers; undefined for one that no protocol has, which servers ignore. */
export function streamTypeOf(headers: Readonly<Record<string, string>>): StreamType | undefined {
	return streamTypes.find((type) => headers[streamTypeHeader] === type);
}
