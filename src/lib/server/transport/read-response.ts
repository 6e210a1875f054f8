import type { Duplex } from 'node:stream';
import { parseHead, type Head } from '../../wire/http1/head.ts';

/** The head of a backend's answer with everything that was read of it so far. */
export interface BackendResponse<S extends Duplex = Duplex> {
	socket: S;
	head: Head;
	/** Head and what came with it. */
	bytes: Buffer;
}

/**
 * Reads the head of a backend's answer to an upgrade request, and leaves the socket paused. Throws what Go says of an
 * answer that ends before, is longer than `maxBytes`, or is no HTTP.
 */
export function readResponse<S extends Duplex>(
	socket: S,
	maxBytes: number
): Promise<BackendResponse<S>> {
	return new Promise((resolve, reject) => {
		let bytes = Buffer.alloc(0);
		const done = (act: () => void) => {
			socket.pause();
			socket.off('data', read);
			socket.off('end', ended);
			socket.off('close', ended);
			act();
		};
		const ended = () => done(() => reject(new Error('unexpected EOF')));
		const read = (chunk: Buffer) => {
			bytes = Buffer.concat([bytes, chunk]);
			try {
				const head = parseHead(bytes.subarray(0, maxBytes));
				if (head) return done(() => resolve({ socket, head, bytes }));
			} catch (error) {
				const text = error instanceof Error ? error.message : String(error);
				return done(() => reject(new Error(`malformed HTTP response: ${text}`)));
			}
			if (bytes.length >= maxBytes) ended();
		};
		socket.on('data', read);
		socket.on('end', ended);
		socket.on('close', ended);
		socket.resume();
	});
}
