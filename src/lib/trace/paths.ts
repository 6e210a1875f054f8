import { eras, type EraId } from './eras.ts';
import type { LaneId } from './lanes.ts';
import { parseStepName, steps, type StepId, type StepShape } from './steps.ts';

/**
 * Which steps a command takes in each era, in order: what the page promises, what two eras differ in, and what tests
 * ask of real runs, from one table.
 */

/** What the client asks for first: SPDY, or since kubectl 1.30 a WebSocket. */
export type FirstProtocol = 'spdy' | 'websocket';

/** What a verb has of its own, at the places where others have theirs. */
interface VerbSteps {
	asks: Readonly<Record<FirstProtocol, StepId>>;
	/** After the pod was found: what else kubectl looks up, once for all that it then asks for. */
	looks: readonly string[];
	/** Before each time that it asks. */
	before: readonly string[];
	location: StepId;
	kubelet: StepId;
	gets: StepId;
	lists: readonly string[];
	cri: StepId;
	serves: StepId;
	/** Who refuses a WebSocket that nobody takes on the way. */
	refuses: 'kubelet' | 'streaming';
	/** What stands between WebSocket and SPDY: it takes the one before, or after it has the other. */
	between: 'translate' | 'tunnel';
	/** From the open streams to their end. */
	runs: readonly string[];
}

const verbs = {
	exec: {
		asks: { spdy: 'post-exec', websocket: 'websocket-exec' },
		looks: [],
		before: ['choose-container'],
		location: 'exec-location',
		kubelet: 'kubelet-exec',
		gets: 'get-exec',
		lists: [
			...['list-containers', 'list-containers:reply'],
			...['list-containers#2', 'list-containers:reply#2']
		],
		cri: 'cri-exec',
		serves: 'serve-exec',
		refuses: 'streaming',
		between: 'translate',
		runs: [
			...['check-container#2', 'check-container:reply#2'],
			...['docker-create-exec', 'docker-create-exec:reply', 'docker-start-exec', 'hijack'],
			...['process-start', 'io', 'process-exit'],
			...['docker-inspect-exec', 'docker-inspect-exec:reply', 'exit-status']
		]
	},
	// Attach
	'port-forward': {
		asks: { spdy: 'post-portforward', websocket: 'websocket-portforward' },
		looks: ['get-pod#2', 'authorize-get#2', 'get-pod:reply#2'],
		before: [],
		location: 'portforward-location',
		kubelet: 'kubelet-portforward',
		gets: 'get-portforward',
		lists: [
			...['list-containers', 'list-containers:reply'],
			...['list-containers#2', 'list-containers:reply#2'],
			...['list-containers#3', 'list-containers:reply#3']
		],
		cri: 'cri-portforward',
		serves: 'serve-portforward',
		refuses: 'kubelet',
		between: 'tunnel',
		runs: ['check-container#2', 'check-container:reply#2', 'forward-port', 'io']
	}
	// Logs go another way: a path of their own, `logPath`.
} as const satisfies Record<string, VerbSteps>;

export type Verb = keyof typeof verbs;
export const streamVerbs = Object.keys(verbs) as Verb[];

/** The requests with which a verb begins, by what it asks for first. */
export const requestsOf = (verb: Verb): VerbSteps['asks'] => verbs[verb].asks;

const found = ['discovery', 'discovery:reply', 'get-pod', 'authorize-get', 'get-pod:reply'];
const redirected = ['redirect', 'follow-redirect', 'kubelet-authorize-redirect', 'cri-handler'];

/**
 * Those of `kubectl logs`, alike in all eras and by any kubectl: no stream, no upgrade, and no runtime but for the place
 * of the file. The two heads travel back while the kubelet asks for that: where `get-log:reply` comes is not settled.
 */
export const logPath: readonly string[] = [
	...found,
	...['get-log', 'authorize', 'log-location', 'kubelet-log', 'kubelet-authorize', 'container-logs'],
	...['kubelet-log:reply', 'get-log:reply', 'cri-call', 'docker-request', 'docker-request:reply'],
	...['docker-request#2', 'docker-request:reply#2', 'cri-call:reply', 'read-log', 'io']
];

/**
 * The names of the steps of one command that succeeds, in order. Streams and chunks come as often as they come: once
 * here. A client that asks for a WebSocket where none is taken asks twice, and what it does first has `try1/` before it.
 */
export function pathOf(era: EraId, verb: Verb, first: FirstProtocol): readonly string[] {
	const { stream, webSocket } = eras[era];
	const own: VerbSteps = verbs[verb];
	const authorized = ['authorize', 'connect'];
	const asked = [...own.before, own.asks.spdy, ...authorized, own.location];
	const prepared = [
		...['kubelet-authorize', own.gets, ...own.lists, own.cri],
		...['check-container', 'check-container:reply', 'cache-insert', 'token-url']
	];
	const handed = stream === 'redirect' ? redirected : ['kubelet-proxy'];
	const served = ['token-consume', own.serves];
	const opened = ['stream-open', 'stream-open:reply'];
	const far = [own.kubelet, ...prepared, ...handed, ...served];
	const ran = [...opened, ...own.runs, 'close'];
	const bySpdy = [...asked, ...far, 'switching-protocols', ...ran];
	const before = [...found, ...own.looks];
	if (first === 'spdy') return [...before, ...bySpdy];

	const create = eras[era].createCheck ? ['authorize-create'] : [];
	const asks = [...own.before, own.asks.websocket, ...authorized, ...create, own.location];
	if (webSocket === 'spliced') {
		const back =
			stream === 'redirect'
				? ['cri-handler:reply', 'follow-redirect:reply']
				: ['kubelet-proxy:reply', `${own.kubelet}:reply`];
		const way =
			own.refuses === 'streaming'
				? [...far, ...back]
				: [own.kubelet, 'kubelet-authorize', own.gets, `${own.kubelet}:reply`];
		const refused = [...asks, ...way, `${own.asks.websocket}:reply`];
		return [...before, ...refused.map((s) => `try1/${s}`), ...bySpdy];
	}
	const atKubelet = webSocket === 'kubelet';
	const outer = atKubelet ? ['kubelet-websocket', ...prepared] : [];
	const inner = atKubelet ? [...handed, ...served] : far;
	const bridged =
		own.between === 'translate'
			? ['websocket-accept', 'translate', ...inner, 'switching-protocols']
			: ['tunnel', ...inner, 'switching-protocols', 'websocket-accept'];
	return [...before, ...asks, ...outer, ...bridged, ...ran, 'close#2'];
}

/** A step of a path, with the lanes that it has there. */
export interface PathStep {
	/** Its name without the try. */
	s: string;
	/** Set on what a later try repeats. */
	try: number | undefined;
	id: StepId;
	reply: boolean;
	from: LaneId;
	to: LaneId;
}

/** The same path with lanes: where somebody between translates, the streams of the far end are his, not kubectl's. */
export function stepsOfPath(era: EraId, verb: Verb, first: FirstProtocol): readonly PathStep[] {
	const { webSocket } = eras[era];
	const between = webSocket === 'kubelet' ? 'kubelet' : 'apiserver';
	const translates = first === 'websocket' && webSocket !== 'spliced';
	return pathOf(era, verb, first).map((name) => {
		const [, attempt, s = name] = /^(?:try(\d+)\/)?(.*)$/.exec(name)!;
		const { id, reply, repeat } = parseStepName(s)!;
		const shape: StepShape = steps[id];
		const [asks, answers] = translates ? lanesAround(between, id, repeat) : [shape.from, shape.to];
		const [from, to] = reply ? [answers, asks] : [asks, answers];
		return { s, try: attempt ? Number(attempt) : undefined, id, reply, from, to };
	});
}

/** From where to where a step goes when the lane `between` translates. */
function lanesAround(between: LaneId, id: StepId, repeat: number): [from: LaneId, to: LaneId] {
	const { from, to }: StepShape = steps[id];
	if (id === 'websocket-accept') return [between, to];
	if (id === 'translate' || id === 'tunnel') return [between, between];
	// First the streams at the far end are closed, then the WebSocket.
	if (id === 'close') return repeat === 1 ? [from, between] : [between, to];
	if (id === 'switching-protocols') return [from, between];
	if (id === 'stream-open') return [between, to];
	return [from, to];
}
