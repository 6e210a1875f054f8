import type { Batch } from './batch.ts';
import ScanWorker from './scan-worker.ts?worker';
import { Scanner } from './scanner.ts';
import { slicesOf } from './slices.ts';

/**
 * What page and worker say to each other. The page gives the file, and then says of each batch that it has placed it;
 * the worker answers with batches, and with nothing at the end of the file.
 */
export type ToWorker = Blob | 'placed';
export type FromWorker = Batch | undefined;

/** Scans a file in this thread, and lets the page draw after each slice. */
export async function* scanHere(file: Blob): AsyncGenerator<Batch, undefined> {
	const scanner = new Scanner();
	for await (const bytes of slicesOf(file)) yield scanner.scan(bytes);
	return undefined;
}

/** Scans a file in a thread of its own; where the browser gives none, in this one. */
export async function* scanApart(file: Blob): AsyncGenerator<Batch, undefined> {
	const worker = startWorker();
	if (!worker) return yield* scanHere(file);
	const tell = (message: ToWorker) => worker.postMessage(message);
	const arrived: FromWorker[] = [];
	let wake: (() => void) | undefined;
	let failed = false;
	worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
		arrived.push(data);
		wake?.();
	};
	worker.onerror = () => {
		failed = true;
		wake?.();
	};
	tell(file);
	let begun = false;
	try {
		for (;;) {
			if (arrived.length === 0 && !failed) await new Promise<void>((resolve) => (wake = resolve));
			// A worker that could not start has said nothing yet: all of the file is still to be read.
			if (failed && !begun) return yield* scanHere(file);
			if (failed && arrived.length === 0) return undefined;
			const batch = arrived.shift();
			if (!batch) return undefined;
			begun = true;
			yield batch;
			tell('placed');
		}
	} finally {
		worker.terminate();
	}
}

function startWorker(): Worker | undefined {
	try {
		return new ScanWorker();
	} catch {
		return undefined;
	}
}
