/** The `filters` parameter of a request. */
import { DockerError } from './docker-error.ts';

/** Both shapes that clients send: `{"label": ["a=b"]}` and `{"label": {"a=b": true}}`. */
export function parseFilters(text: string | null): [key: string, values: string[]][] {
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
