import { readRecording } from './reader.ts';
import type { Recording } from './recording.ts';

/** The recordings that come with the product, first the one that the page opens on. */
export const bundled = ['shell', 'date'] as const;

/** No bigger file is read into the page. */
export const largestFileBytes = 64 * 1024 * 1024;

export function isBundled(id: string): boolean {
	return (bundled as readonly string[]).includes(id);
}

/** A bundled recording; undefined when this build has none of that name. */
export async function loadBundled(id: string, base = ''): Promise<Recording | undefined> {
	const answer = await fetch(`${base}/recordings/${encodeURIComponent(id)}.execscope`).catch(
		() => undefined
	);
	if (!answer?.ok) return undefined;
	const recording = readRecording(id, await answer.text());
	return recording.header ? recording : undefined;
}

/** A file that the reader dropped or chose; undefined when it is no recording. */
export async function loadFile(file: File): Promise<Recording | undefined> {
	if (file.size > largestFileBytes) return undefined;
	const recording = readRecording(file.name.replace(/\.execscope$/, ''), await file.text());
	return recording.header || recording.unreadable ? recording : undefined;
}
