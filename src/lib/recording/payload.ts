import { lastWhere } from './column.ts';
import type { Item, Recording } from './recording.ts';

const utf8 = new TextDecoder();
const payloadShown = 200;

/** The text that an `io` chunk carried, its beginning at least; undefined when its bytes are not there. */
export function payloadText(recording: Recording, item: Item): string | undefined {
	const span = item.sent.find((one) => one.len === item.carried);
	if (!span) return undefined;
	const { data, complete } = recording.bytes.bytes({
		...span,
		len: Math.min(span.len, payloadShown)
	});
	return complete ? utf8.decode(data) : undefined;
}

/**
 * So many lines after a chunk's step the terminal has printed it: the line is written once the last socket has been
 * crossed, and what else a run says meanwhile (bytes of seven programs, answers) is a few dozen lines. A chunk that
 * was never printed is not looked for to the end of the file.
 */
const printedWithin = 1000;

/** When the terminal had shown the newest chunk at or before an item, in microseconds; -1 when there is none. */
export function printedAt(recording: Recording, cursor: number): number {
	const chunk = recording.items.printedBefore(cursor);
	if (!chunk) return -1;
	const { sent } = chunk;
	const marks = recording.tty;
	const first = lastWhere(marks.length, (k) => marks[k]!.t < chunk.t) + 1;
	for (let k = first; k < marks.length && marks[k]!.i < chunk.i + printedWithin; k++) {
		const { span } = marks[k]!;
		if (span && sent.some(({ c, dir, o }) => span.c === c && span.dir === dir && span.o === o))
			return marks[k]!.t;
	}
	return -1;
}
