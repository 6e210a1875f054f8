import { everyKubectl, type KubectlVersion } from './real-kubectl.ts';

/** What versions of kubectl do, where they differ: the oldest that does it first, up to the next entry. */
export type ByVersion<T> = Partial<Record<KubectlVersion, T>> & { '1.20': T };

/** What that version does. */
export function byVersion<T>(values: ByVersion<T>, version: KubectlVersion): T {
	const known = everyKubectl.slice(0, everyKubectl.indexOf(version) + 1);
	return values[known.findLast((each) => each in values)!]!;
}
