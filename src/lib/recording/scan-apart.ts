import type { Batch } from './batch.ts';
import ScanWorker from './scan-worker.ts?worker';
import { Scanner } from './scanner.ts';
import { slicesOf } from './slices.ts';
import { whenIdle } from './when-idle.ts';

/**
 * What page and worker say to each other. The page gives the file, and then says of each batch that it has placed it;
 * the worker answers with batches and with `read` at the end of the file. Then it reads it once more, and `waits` before
 * each slice until the page is `idle`; at last it says whether the lines are those that `end` speaks of.
 */
export type ToWorker = Blob | 'placed' | 'idle';
export type FromWorker = Batch | 'read' | 'waits' | 'altered' | 'sound';

/** The worker's slice of work takes a second processor for several frames. */
const restMs = 30;

/** Ends when all is read; `altered` comes later. */
type Scan = AsyncGenerator<Batch, { altered: Promise<boolean> }>;

/** Scans a file in this thread, and lets the page draw after each slice. */
export async function* scanHere(file: Blob): Scan {
	const scanner = new Scanner();
	for await (const bytes of slicesOf(file)) yield scanner.scan(bytes);
	// The batch with the `end` line has said it.
	return { altered: Promise.resolve(false) };
}

/** Scans a file in a thread of its own; where the browser gives none, in this one. */
export async function* scanApart(file: Blob): Scan {
	const worker = startWorker();
	if (!worker) return yield* scanHere(file);
	const tell = (message: ToWorker) => worker.postMessage(message);
	const arrived: FromWorker[] = [];
	let wake: (() => void) | undefined;
	let failed = false;
	let checking = false;
	let said: (altered: boolean) => void = () => {};
	const altered = new Promise<boolean>((resolve) => (said = resolve));
	worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
		if (data === 'waits') return whenIdle(() => tell('idle'), { restMs });
		if (data === 'altered' || data === 'sound') return end(data === 'altered');
		arrived.push(data);
		wake?.();
	};
	worker.onerror = () => {
		failed = true;
		end(false);
		wake?.();
	};
	tell(file);
	let begun = false;
	try {
		for (;;) {
			if (arrived.length === 0 && !failed) await new Promise<void>((resolve) => (wake = resolve));
			// A worker that could not start has said nothing yet: all of the file is still to be read.
			if (failed && !begun) return yield* scanHere(file);
			if (failed && arrived.length === 0) return { altered };
			const batch = arrived.shift()!;
			if (typeof batch === 'string') {
				checking = true;
				return { altered };
			}
			begun = true;
			yield batch;
			tell('placed');
		}
	} finally {
		if (!checking) worker.terminate();
	}

	function end(broken: boolean): void {
		said(broken);
		worker?.terminate();
	}
}

function startWorker(): Worker | undefined {
	try {
		return new ScanWorker();
	} catch {
		return undefined;
	}
}
