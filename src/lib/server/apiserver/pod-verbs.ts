import { execRest } from './exec-rest.ts';
import { logRest } from './log-rest.ts';
import type { PodVerb } from './pod-verb.ts';
import { portForwardRest } from './portforward-rest.ts';
import { resourcePath } from './rbac.ts';
import type { RequestInfo } from './request-info.ts';

/** By the path in `restStorageMap`. A verb is one row here and its row there. */
const podVerbs: ReadonlyMap<string, PodVerb> = new Map([
	['pods/exec', execRest],
	['pods/portforward', portForwardRest],
	['pods/log', logRest]
]);

/** The verb that a request is for, if it is for one. */
export function podVerbOf(info: RequestInfo): PodVerb | undefined {
	return info.group === '' ? podVerbs.get(resourcePath(info)) : undefined;
}
