import type { StepId } from '../../trace/steps.ts';
import { getExec } from './get-exec.ts';
import { getPortForward } from './get-portforward.ts';
import type { StreamVerb } from './get-stream.ts';

/** By the handler in the table of routes. A verb is one row here, and its paths there name it. */
const streamVerbs = { getExec, getPortForward } satisfies Record<string, StreamVerb>;

export type StreamHandler = keyof typeof streamVerbs;

/** The verb that a handler serves, if it is for streams. */
export function streamVerbOf(handler: string): StreamVerb | undefined {
	return Object.hasOwn(streamVerbs, handler) ? streamVerbs[handler as StreamHandler] : undefined;
}

/** Whether a request of this step asks for a stream. */
export function asksForStream(step: StepId): boolean {
	return Object.values<StreamVerb>(streamVerbs).some(({ asked }) => asked === step);
}
