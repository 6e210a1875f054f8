import { eras, isEra, type EraId, type Runtime } from '../trace/eras.ts';
import { requestsOf, streamVerbs, type FirstProtocol, type Verb } from '../trace/paths.ts';
import type { Recording } from './recording.ts';

/** The verb whose streams a run has asked for; undefined while it has not. */
export function askedVerb({ items }: Recording): Verb | undefined {
	return streamVerbs.find((verb) =>
		Object.values(requestsOf(verb)).some((id) => items.indexesOf(id, false).length > 0)
	);
}

/** What a run asked for last, or before it has, what its kubectl asks for first by its version. */
export function askedProtocol({ items, header }: Recording, verb: Verb): FirstProtocol {
	const asks = requestsOf(verb);
	const posted = items.indexesOf(asks.spdy, false).at(-1) ?? -1;
	const webSocket = items.indexesOf(asks.websocket, false).at(-1) ?? -1;
	if (posted !== webSocket) return posted > webSocket ? 'spdy' : 'websocket';
	const [, minor] = /^kubectl\S*\/v1\.(\d+)/.exec(header?.client ?? '') ?? [];
	return Number(minor ?? 0) >= 30 ? 'websocket' : 'spdy';
}

/** What stood between kubelet and Docker; in a run of an era that nobody knows, what the table calls the lane. */
export function runtimeOf(recording: Recording): Runtime {
	const era = eraOf(recording);
	return era ? eras[era].runtime : 'dockershim';
}

/** The era of a run, if this version knows it. */
export function eraOf({ header }: Recording): EraId | undefined {
	return header && isEra(header.era) ? header.era : undefined;
}
