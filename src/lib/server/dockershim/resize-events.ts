/** The sizes that arrive on a resize stream: `handleResizeEvents` of `pkg/kubelet/server/remotecommand/httpstream.go`. */
import { ResizeDecoder, ResizeError, type TerminalSize } from '../../wire/remote-command/resize.ts';
import type { Arrived } from './native-exec-handler.ts';

export interface ResizeEvent {
	size: TerminalSize;
	/** The DATA frame that completed it. */
	piece: Arrived;
}

/** Ends with the stream, or at the first bytes that are no size, as upstream's decoder does. */
export async function* resizeEvents(stream: AsyncIterable<Arrived>): AsyncGenerator<ResizeEvent> {
	const decoder = new ResizeDecoder();
	try {
		for await (const piece of stream) {
			for (const size of decoder.push(piece.data)) yield { size, piece };
		}
	} catch (error) {
		if (!(error instanceof ResizeError)) throw error;
	}
}
