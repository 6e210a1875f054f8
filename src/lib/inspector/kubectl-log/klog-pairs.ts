/** Go's `%q`, for the texts that a log has. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A value as klog's structured lines write it: a text of several lines stands on lines of its own. */
export function pair(text: string): string {
	if (!text.includes('\n')) return quoted(text);
	const lines = text.split('\n');
	const ended = lines.at(-1) === '';
	if (ended) lines.pop();
	return `<\n${lines.map((line) => `\t${line}`).join('\n')}\n >`;
}
