import { bundledSource } from './bundled-source.ts';
import { RecordingReader } from './reader.ts';
import type { Recording } from './recording.ts';
import ScanWorker from './scan-worker.ts?worker';
import type { Batch } from './batch.ts';
import { Scanner } from './scanner.ts';
import { sliceBytes, slicesOf } from './slices.ts';

/** The recordings that come with the product, and what was run; first the one that the page opens on. */
export const bundled = [
	{ id: 'shell', command: 'kubectl exec -it nginx -- /bin/bash' },
	{ id: 'date', command: 'kubectl exec nginx -- date' }
] as const;

/** No bigger file is read into the page. */
export const largestFileBytes = 1024 * 1024 * 1024;

export function isBundled(id: string): boolean {
	return bundled.some((one) => one.id === id);
}

/** A bundled recording; undefined when this build has none of that name. */
export async function loadBundled(id: string): Promise<Recording | undefined> {
	const file = await bundledSource(id);
	if (!file) return undefined;
	const reader = new RecordingReader(id);
	reader.push(await file.text());
	return reader.recording.header ? reader.recording : undefined;
}

/**
 * A file that the reader dropped or chose: as soon as there is something to draw, while the rest is still read.
 * `grown` is called when there is much more of it, and with `true` at its end. Undefined when it is no recording.
 */
export async function loadFile(
	file: File,
	grown: (whole: boolean) => void
): Promise<Recording | undefined> {
	if (file.size > largestFileBytes) return undefined;
	const reader = new RecordingReader(file.name.replace(/\.execscope$/, ''));
	const { recording } = reader;
	const batches = file.size > sliceBytes ? scanApart(file) : scanHere(file);
	await placeNext();
	if (!recording.header && !recording.unreadable) {
		await batches.return(undefined);
		return undefined;
	}
	void placeRest();
	return recording;

	async function placeNext(): Promise<boolean> {
		const next = await batches.next();
		if (next.done) return false;
		reader.place(next.value);
		return true;
	}

	async function placeRest(): Promise<void> {
		let told = recording.next;
		while (await placeNext()) {
			// Rows are counted anew each time: by halves more, all of it costs no more than three times its end.
			if (recording.next < told * 1.5) continue;
			told = recording.next;
			grown(false);
		}
		grown(true);
	}
}

/** Scans a file in this thread, and lets the page draw after each slice. */
async function* scanHere(file: Blob): AsyncGenerator<Batch, undefined> {
	const scanner = new Scanner();
	for await (const bytes of slicesOf(file)) yield scanner.scan(bytes);
	return undefined;
}

/** Scans a file in a thread of its own; where the browser gives none, in this one. */
async function* scanApart(file: Blob): AsyncGenerator<Batch, undefined> {
	const worker = startWorker();
	if (!worker) return yield* scanHere(file);
	const arrived: (Batch | undefined)[] = [];
	let wake: (() => void) | undefined;
	let failed = false;
	worker.onmessage = ({ data }: MessageEvent<Batch | undefined>) => {
		arrived.push(data);
		wake?.();
	};
	worker.onerror = () => {
		failed = true;
		wake?.();
	};
	worker.postMessage(file);
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
			worker.postMessage('placed');
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
