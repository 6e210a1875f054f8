import type { Recording } from '../../recording/recording.ts';
import type { StepId } from '../../trace/steps.ts';
import type { TableState } from './cluster-state.ts';
import { upTo } from './lasting.ts';
import {
	matchRoute,
	routes,
	routeTables,
	storageRow,
	type RouteRow,
	type RouteTableId
} from './route-tables.ts';

type Item = NonNullable<ReturnType<Recording['items']['at']>>;

interface Match {
	at: number;
	row: RouteRow;
	path: string;
}

interface Made {
	at: number;
	rows: readonly RouteRow[];
	debuggingOff: boolean;
}

/** Refused before any table was looked at. */
const before = new Set<unknown>([401, 403]);

/**
 * Which row of its table each program came to, and when. A row counts once a step shows that it was reached: a
 * request that was not let in never came to one.
 */
export class RouteHistory {
	readonly #recording: Recording;
	readonly #matches: Record<RouteTableId, Match[]> = { apiserver: [], kubelet: [], streaming: [] };
	readonly #made: Record<RouteTableId, Made[]> = { apiserver: [], kubelet: [], streaming: [] };
	/** The newest request that stands before the kubelet. */
	#atKubelet: Item | undefined;
	readonly #readers: Partial<Record<StepId, (item: Item) => void>> = {
		'rest-storage-map': (item) => this.#make('apiserver', item, storageRows(item.facts)),
		'debugging-handlers': (item) => this.#make('kubelet', item, routes.kubelet),
		'debugging-disabled': (item) => this.#make('kubelet', item, routes.kubelet, true),
		'streaming-routes': (item) => this.#make('streaming', item, streamingRows(item.facts)),
		authorize: (item) => this.#authorized(item),
		'authorize-get': (item) => this.#authorized(item),
		'api-request': (item) => this.#replied(item, 'apiserver'),
		'kubelet-request': (item) => this.#replied(item, 'kubelet'),
		'kubelet-exec': (item) => this.#arrived(item),
		'kubelet-portforward': (item) => this.#arrived(item),
		'follow-redirect': (item) => this.#arrived(item),
		'get-exec': (item) => this.#reached('kubelet', item, this.#atKubelet),
		'get-portforward': (item) => this.#reached('kubelet', item, this.#atKubelet),
		'cri-handler': (item) => this.#forwarded(item)
	};

	constructor(recording: Recording) {
		this.#recording = recording;
	}

	take(item: Item): void {
		if (item.id) this.#readers[item.id]?.(item);
	}

	at(cursor: number): TableState[] {
		const boot = this.#recording.header?.run.startsWith('boot-') ?? false;
		return routeTables.map((id) => {
			const made = latest(this.#made[id], cursor);
			const matched = latest(this.#matches[id], cursor);
			return {
				id,
				rows: made?.rows ?? (boot ? [] : routes[id]),
				matched: matched && {
					row: matched.row,
					path: matched.path,
					now: matched.at === cursor
				},
				made: made?.at === cursor,
				debuggingOff: made?.debuggingOff ?? false
			};
		});
	}

	#make(id: RouteTableId, item: Item, rows: readonly RouteRow[], debuggingOff = false): void {
		this.#made[id].push({ at: item.index, rows, debuggingOff });
	}

	#arrived(item: Item): void {
		if (!item.reply) this.#atKubelet = item;
	}

	#forwarded(item: Item): void {
		if (item.reply) return;
		if (item.from === 'kubelet') this.#reached('kubelet', item, this.#atKubelet);
		this.#reached('streaming', item, item);
	}

	#authorized(item: Item): void {
		const { allowed, resource, name } = item.facts;
		const row = this.#rows('apiserver').find(({ path }) => path === resource);
		if (!allowed || !row) return;
		this.#matches.apiserver.push({ at: item.index, row, path: `${row.path} ${String(name)}` });
	}

	#replied(item: Item, id: 'apiserver' | 'kubelet'): void {
		if (!item.reply || item.answers === undefined || before.has(item.facts.status)) return;
		this.#reached(id, item, this.#recording.items.at(item.answers));
	}

	#reached(id: RouteTableId, item: Item, request: Item | undefined): void {
		const { method, url, path: plain } = request?.facts ?? {};
		const target = String(url ?? plain ?? '');
		const path = target.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '');
		const row =
			id === 'apiserver'
				? storageRow(this.#rows(id), path)
				: matchRoute(this.#rows(id), String(method), path);
		if (row) this.#matches[id].push({ at: item.index, row, path });
	}

	#rows(id: RouteTableId): readonly RouteRow[] {
		return this.#made[id].at(-1)?.rows ?? routes[id];
	}
}

function latest<T extends { at: number }>(list: readonly T[], cursor: number): T | undefined {
	return list[upTo(list, cursor, ({ at }) => at) - 1];
}

/** The API server's map as a start has told it, in the order of ours. */
function storageRows(facts: Item['facts']): RouteRow[] {
	const served = Object.entries((facts.restStorageMap ?? {}) as Record<string, unknown>);
	const told = new Map(served.map(([path, leads]) => [path, String(leads)]));
	const absent = new Set(Array.isArray(facts.notServed) ? facts.notServed.map(String) : []);
	const known = routes.apiserver
		.filter(({ path }) => told.has(path) || absent.has(path))
		.map((row) => ({ ...row, leads: told.get(row.path) ?? row.leads, served: told.has(row.path) }));
	const rest = [...told].filter(([path]) => !known.some((row) => row.path === path));
	return [...known, ...rest.map(([path, leads]) => ({ path, leads, served: true }))];
}

/** The streaming server's routes as a start has told them. */
function streamingRows(facts: Item['facts']): RouteRow[] {
	const told = Array.isArray(facts.routes) ? facts.routes.map(String) : [];
	return told.map((path) => {
		const known = routes.streaming.find((row) => row.path.endsWith(path.replace(/^\/cri/, '')));
		return { leads: '', served: false, methods: 'GET POST', ...known, path };
	});
}
