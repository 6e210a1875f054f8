/**
 * From which version a list or a watch is read: apimachinery `pkg/apis/meta/internalversion/validation`, and what
 * apiserver `pkg/storage` makes of it. `limit` may be passed over by any server, which then gives all there is and no
 * `continue`, as is done here.
 */
import { isTrue } from './request-info.ts';
import { badRequest, invalid, tooLargeVersion, type FieldError } from './status.ts';

/** A list of what was there at that version, or (undefined) of what is there now. */
export type ListVersion = number | undefined;

/** After a version; or what is there first and then what changes, with or without a bookmark between. */
export type WatchStart = number | 'list' | 'list and bookmark';

/** Throws 422 for options that do not go together, 400 for what is no version, 504 for one that is still to come. */
export function listVersion(query: URLSearchParams, current: number): ListVersion {
	const { version, match } = optionsOf(query);
	const wrong: FieldError[] = [];
	if (match) {
		if (version === '') {
			wrong.push(forbidden(`resourceVersionMatch is forbidden unless resourceVersion is provided`));
		}
		if (match !== 'Exact' && match !== 'NotOlderThan') {
			wrong.push(notSupported(match, ['Exact', 'NotOlderThan', '']));
		}
		if (match === 'Exact' && version === '0') {
			wrong.push(forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
		}
	}
	if (query.has('sendInitialEvents')) {
		wrong.push(forbidden('sendInitialEvents is forbidden for list', 'sendInitialEvents'));
	}
	if (wrong.length > 0) throw invalidOptions(wrong);
	// A token of this server there is none: it has never given half a list.
	if (query.get('continue')) {
		throw badRequest('invalid continue token: continue key is not valid: not of this server');
	}
	const asked = numberOf(version);
	if (asked > current) throw tooLargeVersion(asked, current);
	const paged = Number(query.get('limit') ?? 0) > 0;
	const exact = match === 'Exact' || (!match && paged);
	return exact && asked > 0 ? asked : undefined;
}

/** Throws as `listVersion`; a version that is still to come is waited for. */
export function watchStart(query: URLSearchParams, current: number): WatchStart {
	const { version, match } = optionsOf(query);
	const initial = query.has('sendInitialEvents');
	const wrong: FieldError[] = [];
	if (match && !initial) {
		wrong.push(
			forbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
		);
	}
	if (match && match !== 'NotOlderThan') wrong.push(notSupported(match, ['NotOlderThan']));
	if (initial && match !== 'NotOlderThan') {
		wrong.push(
			forbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
		);
	}
	if (wrong.length > 0) throw invalidOptions(wrong);
	const asked = numberOf(version);
	if (isTrue(query.get('sendInitialEvents'))) {
		if (asked > current) throw tooLargeVersion(asked, current);
		return 'list and bookmark';
	}
	if (asked > 0) return asked;
	return initial ? current : 'list';
}

function optionsOf(query: URLSearchParams) {
	return {
		version: query.get('resourceVersion') ?? '',
		match: query.get('resourceVersionMatch') ?? ''
	};
}

/** 0 where any version will do. */
function numberOf(version: string): number {
	if (version !== '' && !/^\d+$/.test(version)) {
		throw badRequest(`Invalid value: "${version}": a resource version is a number`);
	}
	return Number(version);
}

function forbidden(why: string, field = 'resourceVersionMatch'): FieldError {
	return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

function notSupported(match: string, values: string[]): FieldError {
	const known = values.map((value) => `"${value}"`).join(', ');
	return {
		reason: 'FieldValueNotSupported',
		field: 'resourceVersionMatch',
		message: `Unsupported value: "${match}": supported values: ${known}`
	};
}

const invalidOptions = (wrong: FieldError[]) => invalid('ListOptions', '', wrong, 'meta.k8s.io');
