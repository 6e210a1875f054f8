/**
 * Label and field selectors of lists and watches: apimachinery `pkg/labels` and `pkg/fields`, of which this has
 * `a=b`, `a==b`, `a!=b`, and for labels also `a`, `!a`, `a in (b,c)` and `a notin (b,c)`.
 */
import { badRequest } from './status.ts';

export type Matches = (values: Record<string, string>) => boolean;

const everything: Matches = () => true;

/** Throws 400 for what it cannot read. */
export function labelSelector(text: string): Matches {
	return all(splitOutsideParentheses(text).map(labelRequirement));
}

/** `known` are the fields that a selector may name for this resource; another one is 400. */
export function fieldSelector(text: string, resource: string, known: readonly string[]): Matches {
	const terms = text.split(',').filter((term) => term !== '');
	return all(
		terms.map((term) => {
			const { key, unequal, value } = comparison(term);
			if (!known.includes(key)) {
				throw badRequest(
					`Unable to find "/v1, Resource=${resource}" that match label selector "", field selector "${text}": field label not supported: ${key}`
				);
			}
			return (values) => ((values[key] ?? '') === value) !== unequal;
		})
	);
}

/** The name when a field selector asks for exactly one. */
export function exactNameOf(text: string): string | undefined {
	const match = /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(text);
	return match?.[1];
}

function all(requirements: Matches[]): Matches {
	if (requirements.length === 0) return everything;
	return (values) => requirements.every((matches) => matches(values));
}

function comparison(term: string): { key: string; unequal: boolean; value: string } {
	const match = /^([^=!]+)(!=|==|=)([^=]*)$/.exec(term);
	if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
	return { key: match[1]!.trim(), unequal: match[2] === '!=', value: match[3]!.trim() };
}

function labelRequirement(term: string): Matches {
	const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
	if (set) {
		const [, key = '', operator, list = ''] = set;
		const values = list.split(',').map((value) => value.trim());
		const among: Matches = (labels) => labels[key] !== undefined && values.includes(labels[key]);
		return operator === 'in' ? among : (labels) => !among(labels);
	}
	const bare = /^(!?)([A-Za-z0-9][-A-Za-z0-9_./]*)$/.exec(term);
	if (bare) return (labels) => (labels[bare[2]!] !== undefined) === (bare[1] === '');
	const { key, unequal, value } = comparison(term);
	return (labels) => (labels[key] === value) !== unequal;
}

function splitOutsideParentheses(text: string): string[] {
	return text
		.split(/,(?![^(]*\))/)
		.map((term) => term.trim())
		.filter((term) => term !== '');
}
