import type { Writable } from 'node:stream';

/** Resolves when a stream that said "no more for now" takes more, or has been closed. */
export function drained(stream: Writable): Promise<void> {
	if (stream.destroyed) return Promise.resolve();
	return new Promise((resolve) => {
		const done = () => {
			stream.off('drain', done);
			stream.off('close', done);
			resolve();
		};
		stream.on('drain', done);
		stream.on('close', done);
	});
}
