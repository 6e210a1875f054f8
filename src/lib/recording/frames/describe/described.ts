import type { Box } from '../frame.ts';

/** What a frame is, in a few words at once; its boxes when somebody looks. */
export interface Described {
	name: string;
	payload?: number;
	facts?: Record<string, string>;
	box(): Box;
}
