import type { Writable } from 'node:stream';

/** Resolves when a stream that was full takes more, or is closed and takes nothing any more. */
export function drained(to: Writable): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			to.off('drain', done);
			to.off('close', done);
			resolve();
		};
		to.on('drain', done);
		to.on('close', done);
		if (to.destroyed) done();
	});
}
