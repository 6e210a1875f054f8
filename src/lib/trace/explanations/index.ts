import type { StepId } from '../steps.ts';
import { ask } from './ask.ts';
import { boot } from './boot.ts';
import { dockerAttach } from './docker-attach.ts';
import type { Explanation } from './explanation.ts';
import { find } from './find.ts';
import { logs } from './logs.ts';
import { portForward } from './portforward.ts';
import { prepare } from './prepare.ts';
import { proxy } from './proxy.ts';
import { redirect } from './redirect.ts';
import { start } from './start.ts';
import { end, talk } from './talk.ts';
import { websocket } from './websocket.ts';

export { asUpstream } from './explanation.ts';
export type { Explanation, Kind, Text } from './explanation.ts';

/** What the page says of each step. A step without its explanation does not compile. */
export const explanations: Readonly<Record<StepId, Explanation>> = {
	...boot,
	...find,
	...ask,
	...prepare,
	...redirect,
	...proxy,
	...websocket,
	...start,
	...talk,
	...end,
	...dockerAttach,
	...portForward,
	...logs
	// Attach
};
