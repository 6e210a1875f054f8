import type { Wire } from '../../../trace/steps.ts';
import type { ByteWindow } from './byte-window.ts';
import type { EntryKind } from './frame-index.ts';

/** The next frame of a direction. */
export interface Found {
	kind: EntryKind;
	len: number;
	x?: number;
	/** It lengthens the frame before it. */
	goesOn?: boolean;
	/** Bytes of memory that are kept for it. */
	keeps?: number;
}

/** `wait`: more must be recorded first. `lost`: this is not the protocol. `again`: another walker takes over. */
export type Step = Found | 'wait' | 'lost' | 'again';

/** Finds the frames of one protocol in one direction, one at a time. May throw what its codec throws: that is `lost`. */
export interface Walker {
	readonly wire: Wire;
	/** `at` is where a frame begins; `k` is the number that it will have. */
	next(at: number, window: ByteWindow, k: number): Step;
	/** A hole lies where a frame would begin, or behind what was lost. False when reading cannot go on after it. */
	passHole(len: number, lost: boolean): boolean;
}

/** The first `n` bytes of a frame, or what to do when they are not all there. */
export function headerAt(at: number, n: number, window: ByteWindow): Uint8Array | 'wait' | 'lost' {
	const { data, hole } = window.look(at, n);
	if (data.length === n) return data;
	return hole ? 'lost' : 'wait';
}
