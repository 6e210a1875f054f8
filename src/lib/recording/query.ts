import { chapters, type ChapterId } from '../trace/chapters.ts';
import type { LaneId } from '../trace/lanes.ts';
import { steps, type StepShape, type Wire } from '../trace/steps.ts';
import { laneIds } from './columns.ts';

/** What is looked for: words that a step must hold, all of them, and filters that it must pass. */
export interface Query {
	readonly words: readonly string[];
	readonly wires: readonly Wire[];
	readonly lanes: readonly LaneId[];
	readonly chapters: readonly ChapterId[];
	readonly errors: boolean;
	/** Filters whose value means nothing: said to the reader, and they let nothing through. */
	readonly unknown: readonly string[];
}

/** What the page calls things, so that a filter can be typed as it is shown. */
export interface FilterNames {
	readonly lanes: Readonly<Record<LaneId, string>>;
	readonly chapters: Readonly<Record<ChapterId, string>>;
	readonly wires: Readonly<Record<Wire, string>>;
}

export type Filter =
	| { kind: 'wire'; value: Wire }
	| { kind: 'lane'; value: LaneId }
	| { kind: 'chapter'; value: ChapterId }
	| { kind: 'error' };

type Kind = Exclude<Filter['kind'], 'error'>;

export const noQuery: Query = {
	words: [],
	wires: [],
	lanes: [],
	chapters: [],
	errors: false,
	unknown: []
};

const kinds: Record<string, Kind> = {
	wire: 'wire',
	lane: 'lane',
	chapter: 'chapter',
	线路: 'wire',
	泳道: 'lane',
	章节: 'chapter'
};
const errorWords = new Set(['error', 'errors', '出错']);
const wireIds: readonly Wire[] = ['H', 'S', 'W', 'G', 'D', 'P'];
// A filter may hold quotes after its colon, for names of two words.
const parts = /([\p{L}]+)[:：](?:"([^"]*)"|(\S+))|"([^"]*)"?|(\S+)/gu;

/** Reads `wire:S lane:kubelet error "HTTP/1.1 101"`; quotes keep words together, and keep `error` a plain word. */
export function parseQuery(text: string, names?: FilterNames): Query {
	const words: string[] = [];
	const unknown: string[] = [];
	const found: Filter[] = [];
	for (const [whole, key, quotedValue, value, quoted, word] of text.matchAll(parts)) {
		const kind = key === undefined ? undefined : kinds[key.toLowerCase()];
		if (kind) {
			const filter = filterOf(kind, quotedValue ?? value ?? '', names);
			if (filter) found.push(filter);
			else unknown.push(whole);
		} else if (word !== undefined && errorWords.has(word.toLowerCase()))
			found.push({ kind: 'error' });
		else {
			const plain = quoted ?? word ?? whole;
			if (plain !== '') words.push(plain);
		}
	}
	const of = <K extends Kind>(kind: K) =>
		found.flatMap((one) => (one.kind === kind ? [one.value] : []));
	return {
		words,
		wires: of('wire') as Wire[],
		lanes: of('lane') as LaneId[],
		chapters: of('chapter') as ChapterId[],
		errors: found.some((one) => one.kind === 'error'),
		unknown
	};
}

export function isEmpty(query: Query): boolean {
	const { words, wires, lanes, chapters: chaps, unknown } = query;
	return !query.errors && [words, wires, lanes, chaps, unknown].every((list) => list.length === 0);
}

/** Whether a query has a filter. */
export function has(query: Query, filter: Filter): boolean {
	switch (filter.kind) {
		case 'wire':
			return query.wires.includes(filter.value);
		case 'lane':
			return query.lanes.includes(filter.value);
		case 'chapter':
			return query.chapters.includes(filter.value);
		case 'error':
			return query.errors;
	}
}

/** The text with a filter put in, or taken out when it is there. */
export function toggled(text: string, filter: Filter, names?: FilterNames): string {
	const kept = [...text.matchAll(parts)].map(([whole]) => whole);
	const others = kept.filter((part) => !has(parseQuery(part, names), filter));
	if (others.length < kept.length) return others.join(' ');
	const word = filter.kind === 'error' ? 'error' : `${filter.kind}:${filter.value}`;
	return [...kept, word].join(' ');
}

function filterOf(kind: Kind, said: string, names?: FilterNames): Filter | undefined {
	switch (kind) {
		case 'wire': {
			const value = meant(said, wireIds, names?.wires);
			return value && { kind, value };
		}
		case 'lane': {
			const value = meant(said, laneIds, names?.lanes);
			return value && { kind, value };
		}
		case 'chapter': {
			const value = meant(said, chapters, names?.chapters);
			return value && { kind, value };
		}
	}
}

/** The id that somebody means: it in full, its name, or the beginning of only one. */
function meant<Id extends string>(
	said: string,
	ids: readonly Id[],
	names: Readonly<Record<Id, string>> | undefined
): Id | undefined {
	const wanted = plain(said);
	if (wanted === '') return undefined;
	const spelled = ids.map((id) => [plain(id), ...(names ? [plain(names[id])] : [])]);
	const exact = ids.filter((_, k) => spelled[k]!.includes(wanted));
	if (exact.length > 0) return exact[0];
	const begun = ids.filter((_, k) => spelled[k]!.some((name) => name.startsWith(wanted)));
	return begun.length === 1 ? begun[0] : undefined;
}

const plain = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

/** Wires that a step can travel on, for the chips: pipes carry nothing that is recorded as bytes. */
export const wiresShown: readonly Wire[] = wireIds.filter((wire) =>
	Object.values<StepShape>(steps).some((step) => step.wire === wire && wire !== 'P')
);
