/** Which events `docker events` is asked for (moby daemon/events/filter.go). Keys that it does not know are no bound. */
import type { EngineEvent } from './engine-events.ts';
import { parseFilters } from './filters.ts';

type Matches = (event: EngineEvent, value: string) => boolean;

const begins = (value: string, ...texts: (string | undefined)[]) =>
	texts.some((text) => text?.startsWith(value));

const known: Record<string, Matches> = {
	type: ({ type }, value) => type === value,
	scope: (_, value) => value === 'local',
	// `exec_start: ls` is found by its first word.
	event: ({ action }, value) => action === value || action.split(':')[0] === value,
	container: ({ type, id, attributes }, value) =>
		type === 'container' && begins(value, id, attributes.name),
	image: ({ type, id, attributes }, value) =>
		type === 'image' ? begins(value, id, attributes.name) : begins(value, attributes.image),
	label: ({ attributes }, value) => {
		const [key = '', ...rest] = value.split('=');
		if (!Object.hasOwn(attributes, key)) return false;
		return !value.includes('=') || attributes[key] === rest.join('=');
	}
};

/** All labels must match; of the other keys, one value of each. */
export function eventFilter(text: string | null): (event: EngineEvent) => boolean {
	const filters = parseFilters(text).filter(([key]) => Object.hasOwn(known, key));
	return (event) =>
		filters.every(([key, values]) => {
			const one = (value: string) => known[key]!(event, value);
			if (values.length === 0) return true;
			return key === 'label' ? values.every(one) : values.some(one);
		});
}
