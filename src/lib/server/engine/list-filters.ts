/** Which containers `docker ps` is asked for. */
import type { Container } from './container.ts';
import { DockerError } from './docker-error.ts';
import { parseFilters } from './filters.ts';

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
	const filters = parseFilters(text);
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
