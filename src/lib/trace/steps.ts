import type { ChapterId } from './chapters.ts';
import { eras, type EraId } from './eras.ts';
import type { LaneId } from './lanes.ts';

/**
 * How an arrow travels: H HTTP, S SPDY, W WebSocket, G gRPC, D Docker's raw stream, P pipes of a process.
 * Calls inside one program have none.
 */
export type Wire = 'H' | 'S' | 'W' | 'G' | 'D' | 'P';

export interface StepShape {
	/** arrow: a message between two lanes; call: something inside one lane (`from` and `to` are the same). */
	kind: 'arrow' | 'call';
	from: LaneId;
	to: LaneId;
	chap: ChapterId;
	/** 1: part of the story that the articles draw; 2: everything that was said or called. */
	level: 1 | 2;
	/** The eras in which it can happen. */
	eras: readonly EraId[];
	wire?: Wire;
	/** The steps of which this may be the answer, for answers that have an id of their own. */
	answers?: readonly string[];
}

const allEras = Object.keys(eras) as EraId[];
const redirect = allEras.filter((era) => eras[era].stream === 'redirect');
const proxy = allEras.filter((era) => eras[era].stream === 'proxy');
const translated = allEras.filter((era) => eras[era].webSocket !== 'spliced');
const createCheck = allEras.filter((era) => eras[era].createCheck);
const atKubelet = allEras.filter((era) => eras[era].webSocket === 'kubelet');

/** Answered by a 101 of the streaming server, and by one of whoever translates. */
const bySpdy = ['cri-handler', 'kubelet-proxy'];
const byWebSocket = ['websocket-exec', 'websocket-portforward', 'kubelet-websocket'];

/** Answered by the kubelet with where the streams are. */
const toKubelet = ['kubelet-exec', 'kubelet-portforward'];

const arrow = (
	chap: ChapterId,
	from: LaneId,
	to: LaneId,
	wire: Wire,
	level: 1 | 2 = 2,
	answers: readonly string[] = [],
	inEras: readonly EraId[] = allEras
): StepShape => ({
	kind: 'arrow',
	from,
	to,
	chap,
	level,
	eras: inEras,
	wire,
	...(answers.length > 0 ? { answers } : {})
});

const call = (
	chap: ChapterId,
	at: LaneId,
	level: 1 | 2 = 2,
	inEras: readonly EraId[] = allEras
): StepShape => ({
	kind: 'call',
	from: at,
	to: at,
	chap,
	level,
	eras: inEras
});

/**
 * Every step that a run can have, in the order of the whole path. The ids are words and stable for ever:
 * links, notes and recordings name them. What each means is in `explanations/`.
 */
export const steps = {
	'install-legacy-api': call('boot', 'apiserver'),
	'pod-storage': call('boot', 'apiserver'),
	'rest-storage-map': call('boot', 'apiserver'),
	'install-api-resources': call('boot', 'apiserver'),
	'add-webservice': call('boot', 'apiserver'),
	'pre-init-runtime': call('boot', 'kubelet'),
	'docker-service': call('boot', 'kubelet'),
	'docker-server': call('boot', 'kubelet'),
	'run-kubelet': call('boot', 'kubelet'),
	'new-server': call('boot', 'kubelet'),
	'debugging-handlers': call('boot', 'kubelet'),
	'debugging-disabled': call('boot', 'kubelet'),
	'streaming-routes': call('boot', 'streaming'),

	discovery: arrow('find', 'kubectl', 'apiserver', 'H'),
	'get-pod': arrow('find', 'kubectl', 'apiserver', 'H', 1),
	'authorize-get': call('find', 'apiserver'),
	'choose-container': call('find', 'kubectl'),

	'post-exec': arrow('ask', 'kubectl', 'apiserver', 'S', 1),
	'websocket-exec': arrow('ask', 'kubectl', 'apiserver', 'W', 1),
	authorize: call('ask', 'apiserver'),
	connect: call('ask', 'apiserver'),
	'authorize-create': call('ask', 'apiserver', 2, createCheck),
	'exec-location': call('ask', 'apiserver', 1),
	'websocket-accept': arrow('ask', 'apiserver', 'kubectl', 'H', 1, byWebSocket, translated),
	translate: call('ask', 'apiserver', 2, translated),
	tunnel: call('ask', 'apiserver', 2, translated),
	'kubelet-exec': arrow('ask', 'apiserver', 'kubelet', 'S', 1),
	'kubelet-websocket': arrow('ask', 'apiserver', 'kubelet', 'W', 1, [], atKubelet),
	'kubelet-authorize': call('ask', 'kubelet'),

	'get-exec': call('prepare', 'kubelet'),
	'list-containers': arrow('prepare', 'kubelet', 'dockershim', 'G'),
	'cri-exec': arrow('prepare', 'kubelet', 'dockershim', 'G', 1),
	'check-container': arrow('prepare', 'dockershim', 'engine', 'H'),
	'cache-insert': call('prepare', 'streaming'),
	'token-url': arrow('prepare', 'dockershim', 'kubelet', 'G', 1, ['cri-exec', 'cri-portforward']),

	redirect: arrow('redirect', 'kubelet', 'apiserver', 'H', 1, toKubelet, redirect),
	'follow-redirect': arrow('redirect', 'apiserver', 'kubelet', 'S', 1, [], redirect),
	'kubelet-authorize-redirect': call('redirect', 'kubelet', 2, redirect),
	'cri-handler': arrow('redirect', 'kubelet', 'streaming', 'S', 2, [], redirect),
	'kubelet-proxy': arrow('redirect', 'kubelet', 'streaming', 'S', 1, [], proxy),

	'token-consume': call('start', 'streaming'),
	'serve-exec': call('start', 'streaming'),
	'switching-protocols': arrow('start', 'streaming', 'kubectl', 'H', 1, bySpdy),
	'stream-open': arrow('start', 'kubectl', 'streaming', 'S'),
	'docker-create-exec': arrow('start', 'dockershim', 'engine', 'H'),
	'docker-start-exec': arrow('start', 'dockershim', 'engine', 'H', 1),
	hijack: arrow('start', 'engine', 'dockershim', 'H', 2, ['docker-start-exec', 'docker-attach']),
	'process-start': arrow('start', 'engine', 'container', 'P'),

	io: arrow('talk', 'container', 'kubectl', 'S', 1),
	resize: arrow('talk', 'kubectl', 'container', 'S'),
	'stdin-close': arrow('talk', 'kubectl', 'container', 'S'),
	ping: arrow('talk', 'kubectl', 'streaming', 'S'),

	'process-exit': arrow('end', 'container', 'engine', 'P'),
	'docker-inspect-exec': arrow('end', 'dockershim', 'engine', 'H'),
	'exit-status': arrow('end', 'streaming', 'kubectl', 'S', 1),
	close: arrow('end', 'streaming', 'kubectl', 'S'),

	'docker-attach': arrow('start', 'dockershim', 'engine', 'H', 1),

	// Attach: post-attach, websocket-attach, attach-location, kubelet-attach, get-attach, cri-attach, serve-attach.

	'post-portforward': arrow('ask', 'kubectl', 'apiserver', 'S', 1),
	'websocket-portforward': arrow('ask', 'kubectl', 'apiserver', 'W', 1),
	'portforward-location': call('ask', 'apiserver', 1),
	'kubelet-portforward': arrow('ask', 'apiserver', 'kubelet', 'S', 1),
	'get-portforward': call('prepare', 'kubelet'),
	'cri-portforward': arrow('prepare', 'kubelet', 'dockershim', 'G', 1),
	'serve-portforward': call('start', 'streaming'),
	'forward-port': arrow('start', 'dockershim', 'container', 'P', 1),
	'port-error': arrow('end', 'streaming', 'kubectl', 'S', 1),

	'get-log': arrow('ask', 'kubectl', 'apiserver', 'H', 1),
	'log-location': call('ask', 'apiserver', 1),
	'kubelet-log': arrow('ask', 'apiserver', 'kubelet', 'H', 1),
	'container-logs': call('prepare', 'kubelet'),
	'read-log': call('start', 'kubelet', 1),

	'api-request': arrow('find', 'kubectl', 'apiserver', 'H'),
	'kubelet-request': arrow('prepare', 'client', 'kubelet', 'H'),
	'cri-call': arrow('prepare', 'kubelet', 'dockershim', 'G'),
	'docker-request': arrow('prepare', 'dockershim', 'engine', 'H')
} as const satisfies Record<string, StepShape>;

export type StepId = keyof typeof steps;

/** The level-1 story: one line a hop, `io` folded into one. */
export const storySteps = (Object.keys(steps) as StepId[]).filter((id) => steps[id].level === 1);

/** Splits `websocket-exec:reply#2` into its parts; undefined when the first word is no step id. */
export function parseStepName(
	name: string
): { id: StepId; reply: boolean; repeat: number } | undefined {
	const match = /^([a-z-]+)(:reply)?(?:#(\d+))?$/.exec(name);
	if (!match || !(match[1]! in steps)) return undefined;
	return { id: match[1] as StepId, reply: match[2] !== undefined, repeat: Number(match[3] ?? 1) };
}
