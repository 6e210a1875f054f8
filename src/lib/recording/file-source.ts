import { bundledSource } from './bundled-source.ts';
import { RecordingReader } from './reader.ts';
import type { Recording } from './recording.ts';
import { scanApart, scanHere } from './scan-apart.ts';
import { sliceBytes } from './slices.ts';

/** The recordings that come with the product, and what was run; first the one that the page opens on. */
export const bundled = [
	{ id: 'shell', command: 'kubectl exec -it nginx -- /bin/bash' },
	{ id: 'date', command: 'kubectl exec nginx -- date' }
] as const;

/** No bigger file is read into the page. */
export const largestFileBytes = 1024 * 1024 * 1024;

/** So much is read within a few frames. */
const shortFileBytes = 4 * sliceBytes;

export function isBundled(id: string): boolean {
	return bundled.some((one) => one.id === id);
}

/** A bundled recording; undefined when this build has none of that name. */
export async function loadBundled(id: string): Promise<Recording | undefined> {
	const file = await bundledSource(id);
	if (!file) return undefined;
	// Nobody can have changed it, but the single file writes some characters otherwise.
	const reader = new RecordingReader(id, { seals: false });
	reader.push(await file.text());
	return reader.recording.header ? reader.recording : undefined;
}

/** So many new lines are drawn within a few frames; at first fewer, so that the ladder soon has an end to scroll to. */
const linesAtOnce = 8192;

/**
 * A file that the reader dropped or chose: as soon as there is something to draw, while the rest is still read.
 * `grown` is called when there are many more lines, at its end (`whole`), and if it then shows that the file was
 * altered. Undefined when it is no recording.
 */
export async function loadFile(
	file: File,
	grown: (whole: boolean) => void
): Promise<Recording | undefined> {
	if (file.size > largestFileBytes) return undefined;
	const reader = new RecordingReader(file.name.replace(/\.execscope$/, ''));
	const { recording } = reader;
	const batches = file.size > sliceBytes ? scanApart(file) : scanHere(file);
	// A short file is drawn once, whole; of a long one the beginning, while the rest is read.
	let verdict: Promise<boolean> | undefined;
	let more = await placeNext();
	while (more && file.size <= shortFileBytes) more = await placeNext();
	if (!recording.header && !recording.unreadable) {
		await batches.return({ altered: Promise.resolve(false) });
		return undefined;
	}
	void placeRest(more);
	return recording;

	async function placeNext(): Promise<boolean> {
		const next = await batches.next();
		if (next.done) {
			verdict = next.value.altered;
			return false;
		}
		reader.place(next.value);
		return true;
	}

	async function placeRest(isMore: boolean): Promise<void> {
		let told = recording.next;
		while (isMore && (await placeNext())) {
			if (recording.next - told < Math.min(told / 2, linesAtOnce)) continue;
			told = recording.next;
			grown(false);
		}
		grown(true);
		if (!(await verdict)) return;
		recording.altered = true;
		grown(true);
	}
}
