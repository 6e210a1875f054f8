/** A step's facts as lines of name and value, nested ones by their path, in the order in which they were said. */
export interface FactLine {
	name: string;
	value: string;
}

const deepest = 3;
const longest = 400;

export function factLines(facts: Record<string, unknown>, prefix = '', depth = 0): FactLine[] {
	return Object.entries(facts).flatMap(([key, value]) => {
		const name = prefix ? `${prefix}.${key}` : key;
		if (isPlainObject(value) && depth < deepest) return factLines(value, name, depth + 1);
		if (value === undefined) return [];
		return [{ name, value: clip(typeof value === 'string' ? value : JSON.stringify(value)) }];
	});
}

function clip(text: string): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.keys(value).length > 0
	);
}
