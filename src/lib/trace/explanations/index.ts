import type { StepId } from '../steps.ts';
import { boot } from './boot.ts';
import type { Explanation } from './explanation.ts';
import { ask, find } from './find.ts';
import { prepare, redirect } from './prepare.ts';
import { start } from './start.ts';
import { end, talk } from './talk.ts';

export type { Explanation, Text } from './explanation.ts';

/** What the page says of each step. A step without its explanation does not compile. */
export const explanations: Readonly<Record<StepId, Explanation>> = {
	...boot,
	...find,
	...ask,
	...prepare,
	...redirect,
	...start,
	...talk,
	...end
};
