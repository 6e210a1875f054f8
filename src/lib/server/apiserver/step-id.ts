import type { IncomingMessage } from 'node:http';
import type { StepId } from '../../trace/steps.ts';
import { podVerbOf } from './pod-verbs.ts';
import type { RequestInfo } from './request-info.ts';

/** The id under which a request stands on the ladder. */
export function stepIdOf(request: IncomingMessage, info: RequestInfo): StepId {
	if (!info.isResource) {
		return info.path === '/api' || /^\/(api|apis)\//.test(info.path) || info.path === '/apis'
			? 'discovery'
			: 'api-request';
	}
	const verb = podVerbOf(info);
	if (verb) return isWebSocket(request) ? verb.ids.webSocket : verb.ids.http;
	const isPod = info.resource === 'pods' && info.group === '' && info.subresource === '';
	return isPod && info.verb === 'get' ? 'get-pod' : 'api-request';
}

function isWebSocket({ headers }: IncomingMessage): boolean {
	return (headers.upgrade ?? '').toLowerCase() === 'websocket';
}
