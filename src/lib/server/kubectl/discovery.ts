/**
 * Which resources the server has: client-go's disk-cached discovery and the REST mapper of cli-runtime. A cold cache
 * asks `/api`, `/apis` and then every group version, in order (upstream: at the same time); answers live 10 minutes.
 */
import type { RestClient } from './rest-client.ts';
import { StatusError } from './status-error.ts';

/** What upstream keeps in `~/.kube/cache/discovery/HOST_PORT/`, by file name. */
export type DiscoveryCache = Map<string, { atMs: number; value: unknown }>;

/** `meta.RESTMapping`. */
export interface Mapping {
	group: string;
	version: string;
	resource: string;
	kind: string;
	namespaced: boolean;
}

interface ApiResource {
	name: string;
	singularName?: string;
	kind: string;
	namespaced?: boolean;
	shortNames?: string[];
	categories?: string[];
}

const ttlMs = 10 * 60_000;
const timeout = [['timeout', '32s']] as const;

export class Discovery {
	readonly #client: RestClient;
	readonly #cache: DiscoveryCache;
	readonly #now: () => Date;
	/** Files written by this very command are not asked for again. */
	readonly #ours = new Set<string>();
	#invalidated = false;

	constructor(client: RestClient, cache: DiscoveryCache, now: () => Date) {
		this.#client = client;
		this.#cache = cache;
		this.#now = now;
	}

	/** Finds a resource by plural, singular, short name or kind; throws what kubectl says when there is none. */
	async mappingFor(word: string): Promise<Mapping> {
		const found = match(await this.#mappings(), word) ?? (await this.#lookAgain(word));
		if (found) return found;
		throw new Error(
			`the server doesn't have a resource type ${JSON.stringify(word.split('.')[0])}`
		);
	}

	/** The resource of a kind that kubectl was built with; throws when the server does not have it. */
	async mappingForKind(kind: string, group: string, version: string): Promise<Mapping> {
		const fits = (each: Mapping) =>
			each.kind === kind && each.group === group && each.version === version;
		const found = (await this.#mappings()).find(fits);
		if (found) return found;
		if (!this.#fresh) {
			this.#invalidate();
			const again = (await this.#mappings()).find(fits);
			if (again) return again;
		}
		const inVersion = group ? `${group}/${version}` : version;
		throw new Error(
			`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(inVersion)}`
		);
	}

	/** Whether a group version is there and has the resource; asks for that group version only. */
	async hasResource(groupVersion: string, resource: string): Promise<boolean> {
		try {
			return (await this.#resources(groupVersion)).some((each) => each.name === resource);
		} catch (error) {
			if (error instanceof StatusError && error.status.reason === 'NotFound') return false;
			throw new Error(`failed to discover supported resources: ${(error as Error).message}`);
		}
	}

	get #fresh(): boolean {
		return this.#invalidated || this.#ours.size > 0;
	}

	#invalidate(): void {
		this.#invalidated = true;
		this.#ours.clear();
	}

	/** A word that is not in a cache left by an earlier command may be new on the server. */
	async #lookAgain(word: string): Promise<Mapping | undefined> {
		if (this.#fresh) return undefined;
		this.#invalidate();
		return match(await this.#mappings(), word);
	}

	async #mappings(): Promise<(Mapping & { words: string[] })[]> {
		const mappings: (Mapping & { words: string[] })[] = [];
		for (const groupVersion of await this.#groupVersions()) {
			const [version, group = ''] = groupVersion.split('/').reverse();
			for (const each of await this.#resources(groupVersion).catch(
				forgiveOtherGroups(groupVersion)
			)) {
				if (each.name.includes('/')) continue;
				const words = [
					each.name,
					each.singularName || each.kind.toLowerCase(),
					...(each.shortNames ?? [])
				];
				const { name: resource, kind, namespaced = false } = each;
				mappings.push({ group, version: version!, resource, kind, namespaced, words });
			}
		}
		return mappings;
	}

	#groupVersions(): Promise<string[]> {
		return this.#cached('servergroups.json', async () => {
			const legacy = await this.#get('/api').catch(forgive);
			const groups = await this.#get('/apis').catch(forgive);
			const versions = (legacy as { versions?: string[] }).versions ?? [];
			const named =
				(groups as { groups?: { versions?: { groupVersion: string }[] }[] }).groups ?? [];
			return [
				...versions,
				...named.flatMap((group) => (group.versions ?? []).map((each) => each.groupVersion))
			];
		});
	}

	#resources(groupVersion: string): Promise<ApiResource[]> {
		return this.#cached(`${groupVersion}/serverresources.json`, async () => {
			const list = await this.#get(groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`);
			return (list as { resources?: ApiResource[] }).resources ?? [];
		});
	}

	#get(path: string): Promise<unknown> {
		return this.#client.json({ verb: 'GET', path, query: timeout });
	}

	async #cached<T extends unknown[]>(file: string, fetch: () => Promise<T>): Promise<T> {
		const key = `${this.#client.host.replace(':', '_')}/${file}`;
		const kept = this.#cache.get(key);
		const usable = kept && (!this.#invalidated || this.#ours.has(key));
		if (usable && this.#now().getTime() <= kept.atMs + ttlMs) return kept.value as T;
		const value = await fetch();
		if (value.length === 0) return value;
		this.#cache.set(key, { atMs: this.#now().getTime(), value });
		this.#ours.add(key);
		return value;
	}
}

/** Servers of old had no `/apis`, and some users may not see it. */
function forgive(error: unknown): unknown {
	const { reason } = error instanceof StatusError ? error.status : {};
	if (reason === 'NotFound' || reason === 'Forbidden') return {};
	throw error;
}

/** A group whose server is away must not keep us from the others. */
function forgiveOtherGroups(groupVersion: string): (error: unknown) => ApiResource[] {
	return (error) => {
		if (groupVersion !== 'v1' && error instanceof StatusError) return [];
		throw error;
	};
}

function match<M extends Mapping & { words: string[] }>(
	mappings: M[],
	word: string
): M | undefined {
	const [resource = '', ...group] = word.toLowerCase().split('.');
	const fits = (each: M) =>
		group.length === 0 || each.group === group.join('.') || each.version === group[0];
	return mappings.find((each) => each.words.includes(resource) && fits(each));
}

/** `/api/v1/namespaces/default/pods/nginx`, or without namespace or name. */
export function resourcePath(
	mapping: Mapping,
	namespace: string | undefined,
	name?: string
): string {
	const root = mapping.group
		? `/apis/${mapping.group}/${mapping.version}`
		: `/api/${mapping.version}`;
	const scope = mapping.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
	return `${root}${scope}/${mapping.resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
