/**
 * In what form the client wants objects: apiserver `pkg/endpoints/handlers/negotiation/negotiate.go`. Everything is
 * JSON here; lists, single objects and watches can also be a Table. Protobuf is passed over for the next in the list.
 */
import { notAcceptable } from './status.ts';

export interface MediaType {
	/** Group version of the Table asked for; undefined: the objects themselves. */
	table: 'v1' | 'v1beta1' | undefined;
}

const json = new Set(['application/json', 'application/*', '*/*']);

/** The first kind in `Accept` that we can give; throws 406 when there is none. */
export function negotiate(accept: string | undefined): MediaType {
	if (!accept) return { table: undefined };
	for (const entry of accept.split(',')) {
		const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
		if (!json.has(type.toLowerCase())) continue;
		const given = new Map(
			parameters.map((parameter): [string, string] => {
				const [name = '', value = ''] = parameter.split('=');
				return [name, value];
			})
		);
		const as = given.get('as');
		if (as === undefined) return { table: undefined };
		const v = given.get('v');
		const g = given.get('g');
		if (as === 'Table' && g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1')) {
			return { table: v };
		}
	}
	throw notAcceptable();
}
