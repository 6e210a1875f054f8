import { leavesOf } from '../../src/lib/recording/frames/count-bytes.ts';
import type { Frame } from '../../src/lib/recording/frames/frame.ts';
import type { Span } from '../../src/lib/trace/event.ts';

/** What is wrong with frames that should follow one another over a span, and with fields that should fill them. */
export function gapsIn(span: Span, frames: readonly Frame[]): string[] {
	const found: string[] = [];
	let at = frames[0]?.o ?? span.o;
	if (at > span.o) found.push(`begins at ${at}, not ${span.o}`);
	for (const frame of frames) {
		if (frame.o !== at) found.push(`${frame.name} at ${frame.o}, not ${at}`);
		if (frame.len <= 0) found.push(`${frame.name} has ${frame.len} bytes`);
		at = frame.o + frame.len;
		found.push(...gapsOf(frame));
	}
	if (at < span.o + span.len) found.push(`ends at ${at}, not ${span.o + span.len}`);
	return found;
}

function gapsOf(frame: Frame): string[] {
	let at = frame.o;
	const found: string[] = [];
	for (const leaf of leavesOf(frame.box)) {
		if (leaf.o !== at || leaf.len <= 0) {
			found.push(`${frame.name}: ${leaf.name} at ${leaf.o}+${leaf.len}, not ${at}`);
		}
		at = leaf.o + leaf.len;
	}
	if (at !== frame.o + frame.len) found.push(`${frame.name}: fields end at ${at}`);
	return found;
}
