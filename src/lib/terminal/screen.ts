import type { Keyframe } from '../recording/keyframes.ts';
import { lastWhere } from '../recording/column.ts';
import type { Recording, TtyMark } from '../recording/recording.ts';
import { streamRequests } from '../trace/step-sets.ts';
import { EscapeFilter } from './escape-filter.ts';

/** What a terminal is told to do to come to a moment of a recording: clear first, or not; write; take a size. */
export interface Update {
	clear: boolean;
	writes: (string | { size: [cols: number, rows: number] })[];
}

/** Further on than this many lines, the nearest keyframe is quicker than all that was printed on the way. */
const farLines = 400;

/**
 * Follows the terminal lines of a recording up to a moment. Going on writes only what is new; going back, or far
 * ahead, begins from the keyframe before it, or from the start. All text passes one escape filter, whether it was
 * recorded or crosses now.
 */
export class Screen {
	#recording: Recording | undefined;
	#done = 0;
	#filters = new Map<'o' | 'e', { decoder: TextDecoder; filter: EscapeFilter }>();

	/** What to do so that the terminal shows the recording as it was at `t` (microseconds). */
	advance(recording: Recording, t: number): Update {
		const back = this.#done > 0 && (recording.tty[this.#done - 1]?.t ?? Infinity) > t;
		const other = recording !== this.#recording;
		const far = (recording.tty[this.#done + farLines]?.t ?? Infinity) <= t;
		const writes: Update['writes'] = [];
		const frame = other || back || far ? this.#keyframe(recording, t, other || back) : undefined;
		const clear = other || back || frame !== undefined;
		if (clear) {
			this.#recording = recording;
			this.#done = frame ? firstAfter(recording.tty, frame.i) : 0;
			this.#filters.clear();
		}
		if (frame) writes.push({ size: [frame.cols, frame.rows] }, new EscapeFilter().push(frame.ansi));
		for (; this.#done < recording.tty.length; this.#done++) {
			const mark = recording.tty[this.#done]!;
			if (mark.t > t || isToCome(recording, mark)) break;
			if (mark.on === 'r') {
				if (mark.size) writes.push({ size: mark.size });
			} else if (mark.on !== 'i') {
				const text = this.#text(recording, mark, mark.on);
				if (text !== '') writes.push(text);
			}
		}
		return { clear, writes };
	}

	/** The keyframe to begin from; undefined where reading on from here, or from the start, is as near. */
	#keyframe(recording: Recording, t: number, again: boolean): Keyframe | undefined {
		const frame = recording.keyframes.before(t);
		if (!frame) return undefined;
		const at = firstAfter(recording.tty, frame.i);
		return at > (again ? 0 : this.#done) + farLines ? frame : undefined;
	}

	#text(recording: Recording, mark: TtyMark, on: 'o' | 'e'): string {
		let stream = this.#filters.get(on);
		if (!stream) {
			stream = { decoder: new TextDecoder(), filter: new EscapeFilter() };
			this.#filters.set(on, stream);
		}
		// What kubectl says itself comes when the terminal is no longer raw: there a line feed returns the carriage.
		if (mark.data && on === 'e')
			return returned(stream.filter.push(stream.decoder.decode(mark.data)));
		const data = mark.data ?? (mark.span ? recording.bytes.bytes(mark.span).data : undefined);
		return data ? stream.filter.push(stream.decoder.decode(data, { stream: true })) : '';
	}
}

const returned = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');

/** Index of the first terminal line after line `i`. */
function firstAfter(tty: readonly TtyMark[], i: number): number {
	return lastWhere(tty.length, (k) => tty[k]!.i <= i) + 1;
}

/** How many lines later the bytes of a terminal line may come before they are given up. */
const patience = 200;

/** A live run may name the bytes that crossed a moment before they are written. */
function isToCome(recording: Recording, mark: TtyMark): boolean {
	if (!mark.span || recording.end || recording.next - mark.i > patience) return false;
	return recording.bytes
		.read(mark.span)
		.some((piece) => 'missing' in piece && piece.missing === 'not-recorded');
}

/** A command without a terminal prints bare line feeds; the screen then returns the carriage itself. */
export function hasTerminal(recording: Recording): boolean {
	const words = recording.command?.argv ?? [];
	const end = words.indexOf('--');
	const flags = end < 0 ? words : words.slice(0, end);
	if (flags.some((word) => word === '--tty' || /^-[a-z]*t[a-z]*$/.test(word))) return true;
	const asked = [...streamRequests].flatMap((id) => recording.items.ofStep(id));
	return asked.some((item) => /[?&]tty=(true|1)/.test(item.n));
}
