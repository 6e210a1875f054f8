import type { LaneId } from '../../src/lib/trace/lanes.ts';
import type { StepId } from '../../src/lib/trace/steps.ts';

/** One arrow, drawn by everybody: no two are the same step, so nobody may fold them. */
export interface Message {
	/** Name of the step in a recording. */
	s: string;
	from: LaneId;
	to: LaneId;
	text: string;
	reply: boolean;
}

const hops: readonly [StepId, LaneId, LaneId, string][] = [
	['api-request', 'kubectl', 'apiserver', 'GET /api/v1/namespaces/default/pods/nginx'],
	['kubelet-request', 'apiserver', 'kubelet', 'GET /containerLogs/default/nginx/nginx'],
	['cri-call', 'kubelet', 'dockershim', 'ContainerStatus'],
	['docker-request', 'dockershim', 'engine', 'GET /containers/k8s_nginx/json']
];

/** Lanes in the order in which all of them draw them. */
export const participants: readonly LaneId[] = [
	'kubectl',
	'apiserver',
	'kubelet',
	'dockershim',
	'streaming',
	'engine',
	'container'
];

/** Message `k` (from 0) of an endless exchange: four questions down the chain, four answers back. */
export function messageAt(k: number): Message {
	const round = Math.floor(k / 8) + 1;
	const place = k % 8;
	const reply = place >= 4;
	const [id, from, to, text] = hops[reply ? 7 - place : place]!;
	const number = round === 1 ? '' : `#${round}`;
	return reply
		? { s: `${id}:reply${number}`, from: to, to: from, text: `200 OK ${round}`, reply }
		: { s: `${id}${number}`, from, to, text: `${text}-${round}`, reply };
}
