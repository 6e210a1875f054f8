import { askedProtocol, askedVerb, eraOf } from '../recording/run-path.ts';
import type { Recording } from '../recording/recording.ts';
import type { ChapterId } from '../trace/chapters.ts';
import { requestsOf, stepsOfPath, streamVerbs, type PathStep, type Verb } from '../trace/paths.ts';
import { streamRequests } from '../trace/step-sets.ts';
import { steps, type StepShape, type Wire } from '../trace/steps.ts';

/**
 * What the era's table promises of a command that is still under way: the steps that will come, without values.
 * Only for live runs and for the page without any recording; a replay shows what really came.
 */
export interface Promised extends PathStep {
	kind: 'arrow' | 'call';
	wire: Wire | undefined;
	chap: ChapterId;
}

/** The paths that somebody has asked for. */
const paths = new Map<string, readonly Promised[]>();

/** Every step of one path. Of a command that asks twice the last try, for the first is folded away. */
function promisedPath(...which: Parameters<typeof stepsOfPath>): readonly Promised[] {
	const key = which.join(' ');
	let path = paths.get(key);
	if (!path) {
		path = stepsOfPath(...which)
			.filter((step) => step.try === undefined)
			.map(promised);
		paths.set(key, path);
	}
	return path;
}

/** Every step of an exec, for the page that has no recording to show. */
export const wholePath = promisedPath('1.15-redirect', 'exec', 'spdy');

/** How far along a path a recording has come: read on from where it was read before. */
interface Reached {
	path: readonly Promised[];
	items: number;
	step: number;
	failed: boolean;
}
const reachedIn = new WeakMap<Recording, Reached>();

/** The steps still to come of an open command; none for a run that is over, or that asks for no streams. */
export function stillToCome(recording: Recording): readonly Promised[] {
	const era = eraOf(recording);
	const verb = recording.exit || recording.end ? undefined : verbOf(recording);
	if (!era || !verb) return [];
	const path = promisedPath(era, verb, askedProtocol(recording, verb));
	const before = reachedIn.get(recording);
	const reached = before?.path === path ? before : { path, items: 0, step: -1, failed: false };
	reachedIn.set(recording, reached);
	const ioAt = path.findIndex(({ id }) => id === 'io');
	for (; reached.items < recording.items.length; reached.items++) {
		const item = recording.items.at(reached.items)!;
		// One chunk is as far as any other, and there may be a great many.
		const at = item.id === 'io' ? ioAt : path.findIndex(({ s }) => s === item.s);
		const asks = item.id !== undefined && streamRequests.has(item.id);
		// What a refused try did does not count: the path begins again with the next request.
		if (asks && !item.reply && at >= 0) {
			reached.step = at;
			reached.failed = false;
		} else {
			reached.step = Math.max(reached.step, at);
			// After a refused WebSocket kubectl asks again.
			reached.failed ||= item.failed && item.id !== requestsOf(verb).websocket;
		}
	}
	return reached.failed ? [] : path.slice(reached.step + 1);
}

function verbOf(recording: Recording): Verb | undefined {
	const asked = askedVerb(recording);
	// Without an upgrade only the typed command can promise one, and another request takes the promise back.
	if (asked || recording.items.ofStep('api-request').length > 0) return asked;
	const word = recording.command?.argv?.find((each) => words.has(each));
	return streamVerbs.find((verb) => verb === word);
}

const words: ReadonlySet<string> = new Set([
	'exec',
	'get',
	'describe',
	'delete',
	'logs',
	'run',
	'attach',
	'port-forward',
	'cp',
	'help'
]);

function promised(step: PathStep): Promised {
	const { kind, wire, chap }: StepShape = steps[step.id];
	return { ...step, kind, wire, chap };
}
