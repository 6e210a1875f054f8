import type { Item } from '../recording/recording.ts';
import type { ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { Wire } from '../trace/steps.ts';

/** What the panel tells about: a step that has happened, or one that the era's table promises. */
export interface Subject {
	/** The `data-step` of its row, and the step's name. */
	key: string;
	s: string;
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	wire: Wire | undefined;
	chap: ChapterId;
	number: number | undefined;
	item: Item | undefined;
}
