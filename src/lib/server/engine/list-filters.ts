/** The `filters` parameter of `docker ps`. */
import type { Container } from './container.ts';
import { DockerError } from './docker-error.ts';

type Matches = (container: Container, value: string) => boolean;

const known: Record<string, Matches> = {
	id: (container, value) => container.id.startsWith(value),
	name: (container, value) => {
		const pattern = new RegExp(value);
		return pattern.test(container.name) || pattern.test(`/${container.name}`);
	},
	status: (container, value) => container.state.status === value,
	label: ({ config: { Labels } }, value) => {
		const [key = '', ...rest] = value.split('=');
		if (!Object.hasOwn(Labels, key)) return false;
		return !value.includes('=') || Labels[key] === rest.join('=');
	},
	ancestor: (container, value) =>
		[container.image.name, container.image.reference, container.image.id].includes(value)
};

/** All labels must match; of the other keys, one value of each. */
export function listFilter(text: string | null): {
	matches(container: Container): boolean;
	byStatus: boolean;
} {
	const filters = parse(text);
	const unknown = filters.find(([key]) => !Object.hasOwn(known, key));
	if (unknown) throw new DockerError(400, `Invalid filter '${unknown[0]}'`);
	return {
		byStatus: filters.some(([key]) => key === 'status'),
		matches: (container) =>
			filters.every(([key, values]) => {
				const one = (value: string) => known[key]!(container, value);
				return key === 'label' ? values.every(one) : values.some(one);
			})
	};
}

/** Both shapes that clients send: `{"label": ["a=b"]}` and `{"label": {"a=b": true}}`. */
function parse(text: string | null): [key: string, values: string[]][] {
	if (!text) return [];
	let given: unknown;
	try {
		given = JSON.parse(text);
	} catch {
		throw new DockerError(400, `invalid filters: ${text}`);
	}
	if (typeof given !== 'object' || given === null)
		throw new DockerError(400, `invalid filters: ${text}`);
	return Object.entries(given).map(([key, values]) => [
		key,
		Array.isArray(values) ? values.map(String) : keysOf(values)
	]);
}

function keysOf(values: unknown): string[] {
	return typeof values === 'object' && values !== null ? Object.keys(values) : [];
}
