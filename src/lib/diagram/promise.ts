import { streamRequests } from '../trace/step-sets.ts';
import { steps, type StepId, type StepShape, type Wire } from '../trace/steps.ts';
import type { ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import type { Recording } from '../recording/recording.ts';

/**
 * What the era's table promises of an exec that is still under way: the steps that will come, without values.
 * Only for live runs and for the page without any recording; a replay shows what really came.
 */
export interface Promised {
	s: string;
	id: StepId;
	reply: boolean;
	from: LaneId;
	to: LaneId;
	kind: 'arrow' | 'call';
	wire: Wire | undefined;
	chap: ChapterId;
}

/** The path of one exec in era 1.15-redirect, in order. Streams and chunks come as often as they come: once here. */
const path = [
	'discovery',
	'discovery:reply',
	'get-pod',
	'authorize-get',
	'get-pod:reply',
	'choose-container',
	'post-exec',
	'authorize',
	'connect',
	'exec-location',
	'kubelet-exec',
	'kubelet-authorize',
	'get-exec',
	'list-containers',
	'list-containers:reply',
	'list-containers#2',
	'list-containers:reply#2',
	'cri-exec',
	'check-container',
	'check-container:reply',
	'cache-insert',
	'token-url',
	'redirect',
	'follow-redirect',
	'kubelet-authorize-redirect',
	'cri-handler',
	'token-consume',
	'serve-exec',
	'switching-protocols',
	'stream-open',
	'stream-open:reply',
	'check-container#2',
	'check-container:reply#2',
	'docker-create-exec',
	'docker-create-exec:reply',
	'docker-start-exec',
	'hijack',
	'process-start',
	'io',
	'process-exit',
	'docker-inspect-exec',
	'docker-inspect-exec:reply',
	'exit-status',
	'close'
] as const;

/** Every step of an exec, for the page that has no recording to show. */
export const wholePath: readonly Promised[] = path.map(promised);

/** How far along the path a recording has come: read on from where it was read before. */
interface Reached {
	items: number;
	step: number;
	failed: boolean;
}
const reachedIn = new WeakMap<Recording, Reached>();

/** The steps still to come of an open exec; none for a run that is over, or that is no exec. */
export function stillToCome(recording: Recording): readonly Promised[] {
	if (recording.exit || recording.end || !isExec(recording)) return [];
	const reached = reachedIn.get(recording) ?? { items: 0, step: -1, failed: false };
	reachedIn.set(recording, reached);
	for (; reached.items < recording.items.length; reached.items++) {
		const item = recording.items.at(reached.items)!;
		reached.failed ||= item.failed && item.id !== 'websocket-exec';
		// One chunk is as far as any other, and there may be a great many.
		const at = item.id === 'io' ? ioAt : (path as readonly string[]).indexOf(item.s);
		// The same step of a refused try does not count: the path begins again with the next request.
		if (item.id === 'post-exec' && !item.reply) reached.step = at;
		else reached.step = Math.max(reached.step, at);
	}
	return reached.failed ? [] : wholePath.slice(reached.step + 1);
}

const ioAt = path.indexOf('io');

function isExec(recording: Recording): boolean {
	const { items } = recording;
	if ([...streamRequests].some((id) => items.ofStep(id).length > 0)) return true;
	// Without an upgrade only the typed command can promise one, and another request takes the promise back.
	if (items.ofStep('api-request').length > 0) return false;
	const verb = recording.command?.argv?.find((word) => verbs.has(word));
	return verb === 'exec';
}

const verbs: ReadonlySet<string> = new Set([
	'exec',
	'get',
	'describe',
	'delete',
	'logs',
	'run',
	'attach',
	'help'
]);

function promised(s: string): Promised {
	const [name = ''] = s.split('#');
	const reply = name.endsWith(':reply');
	const id = name.replace(':reply', '') as StepId;
	const shape: StepShape = steps[id];
	return {
		s,
		id,
		reply,
		from: reply ? shape.to : shape.from,
		to: reply ? shape.from : shape.to,
		kind: shape.kind,
		wire: shape.wire,
		chap: shape.chap
	};
}
