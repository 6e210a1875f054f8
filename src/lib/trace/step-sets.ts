import type { StepId } from './steps.ts';

/** Sets of steps that share a fact of Kubernetes, for whoever reads a recording and needs that fact. */
const setOf = (...ids: StepId[]): ReadonlySet<StepId> => new Set(ids);

/** What a client asks when it wants streams: each try begins with one of these. */
export const streamRequests = setOf(
	...(['post-exec', 'websocket-exec'] as const),
	...(['post-portforward', 'websocket-portforward'] as const)
);

/** Requests to turn their connection into streams. A 101 travels back and answers all on its way. */
export const upgrades = setOf(
	...streamRequests,
	'kubelet-exec',
	'kubelet-portforward',
	'kubelet-websocket',
	'follow-redirect',
	'cri-handler',
	'kubelet-proxy'
);

/** The 101 itself: it ends the wait of every lane that passes it back, down to whom it is for. */
export const endsAnUpgrade = setOf('switching-protocols', 'websocket-accept');

/** What turns a connection into something else than HTTP: the upgrades, and what Docker hijacks. */
export const leavesHttp = setOf(...upgrades, 'docker-start-exec', 'docker-attach');

/** Arrows that nobody answers: nobody waits after one. */
export const neverAnswered = setOf(
	'process-start',
	'process-exit',
	'forward-port',
	'io',
	'resize',
	'stdin-close',
	'exit-status',
	'port-error',
	'close'
);

/** Pipes of a process: their bytes are on no socket. */
export const neverOnSocket = setOf('process-start', 'process-exit', 'forward-port');

/** What crosses an upgraded connection as data or control alone: no block of headers travels with it. */
export const withoutHeaders = setOf(
	'io',
	'resize',
	'stdin-close',
	'ping',
	'exit-status',
	'port-error',
	'close'
);

/** After the end of one exec these begin the way anew, as when kubectl is run twice in one run. */
export const beginsAgain = setOf(...streamRequests, 'discovery', 'get-pod', 'api-request');
