import type { ChapterId } from '../trace/chapters.ts';
import type { Span } from '../trace/event.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { StepId, Wire } from '../trace/steps.ts';
import type { Trouble } from '../recording/frames/frame.ts';
import type { Item } from '../recording/recording.ts';

/** How much of a run the ladder shows: 1 the story, 2 every step, 3 their frames too, 4 the bytes of these. */
export type Detail = 1 | 2 | 3 | 4;

/** Several items in one row that opens in place. */
export interface Fold {
	id: string;
	kind: 'refused-try' | 'io';
	count: number;
	open: boolean;
	/** Level 1 tells the story in single lines: its folds do not open. */
	opens: boolean;
	/** Of an `io` fold: its chunks went either way. */
	both: boolean;
	/** Of an `io` fold: bytes that its chunks carried. */
	bytes: number;
	/** Of a refused try: who refused, and with which status. */
	status: number | undefined;
	/** Of an `io` fold: what was typed in it, up to Enter. */
	typed: string | undefined;
}

export interface Row {
	/** The `data-step` of the page. */
	key: string;
	s: string;
	id: StepId | undefined;
	reply: boolean;
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	wire: Wire | undefined;
	chap: ChapterId;
	/** First row of its chapter. */
	opens: boolean;
	/** What stands in the gutter; rows inside a fold and refused tries have none. */
	number: number | undefined;
	/** Items that this row stands for; both -1 in a promised row. */
	first: number;
	last: number;
	item: Item | undefined;
	fold: Fold | undefined;
	/** Levels 3 and 4: its only frame has no row, since it says the same; its size stands here instead. */
	alone: boolean;
	/** Levels 3 and 4: a frame that carried a part of the step above, and at level 4 its bytes. */
	part: Part | undefined;
}

/** A frame as a row of the ladder. */
export interface Part {
	kind: 'frame' | 'bytes';
	name: string;
	/** Why it is no frame of a protocol: a hole, or bytes that nobody can read. */
	trouble: Trouble | undefined;
	span: Span;
	from: LaneId;
	to: LaneId;
	wire: Wire;
}

/** What levels 3 and 4 ask of whoever decodes bytes; it is loaded when it is first needed. */
export interface FrameSource {
	count(item: number): number;
	at(item: number, k: number): Omit<Part, 'kind'>;
	/** The step crossed in a single frame, and that would say once more what stands on its arrow. */
	isEcho(item: number): boolean;
}
