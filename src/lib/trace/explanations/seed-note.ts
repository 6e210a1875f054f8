import type { StepId } from '../steps.ts';
import type { Text } from './explanation.ts';

/** A correction of, or an addition to, the two articles, shown on the steps that it concerns. */
export interface SeedNote {
	n: number;
	kind: 'wrong' | 'dated' | 'damaged' | 'missing';
	/** `long`: the article of 2020-05-21; `short`: the one of 2020-08-18. */
	articles: readonly ('long' | 'short')[];
	steps: readonly StepId[];
	/** The whole point. */
	text: Text;
	/** For steps that only a part of it concerns: that part. */
	at?: Partial<Record<StepId, Text>>;
}
