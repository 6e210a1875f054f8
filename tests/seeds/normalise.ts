/** Makes lines of kubectl comparable: what depends on the moment or the machine becomes a placeholder. */
const placeholders: [RegExp, string][] = [
	// Terminal control: bracketed paste, colours, titles.
	[new RegExp('\u001b(?:\\[[0-9;?]*[A-Za-z]|\\][^\u0007]*\u0007)', 'g'), ''],
	[/\r/g, ''],
	[/\s+$/, ''],
	[/^([IF])\d{4} \d\d:\d\d:\d\d\.\d{6} {1,7}\d+ /, '$1<time> <pid> '],
	[/(Config loaded from file: {2}).*/, '$1<path>'],
	[/https:\/\/[^/\s']+/g, 'https://<server>'],
	[/\/namespaces\/[^/]+\//g, '/namespaces/<namespace>/'],
	[/ in \d+ milliseconds$/, ' in <n> milliseconds'],
	[/^(\S+ +\d+\/\d+ +\S+ +\d+ +)(?:\d+[ydhms])+$/, '$1<age>'],
	[/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}$/, '<date>']
];

/** Besides: lines of Go files and the User-Agent, where another version of kubectl is compared. */
const versions: [RegExp, string][] = [
	[/^(I<time> <pid> )\w+\.go:\d+\]/, '$1<source>]'],
	[/( User-Agent: ).*/, '$1<agent>']
];

export function normaliseLine(line: string, otherVersion: boolean): string {
	return [...placeholders, ...(otherVersion ? versions : [])].reduce(
		(text, [pattern, replacement]) => text.replace(pattern, replacement),
		line
	);
}

/** The lines of an output, without empty ones at its end. */
export function normaliseLines(output: string, otherVersion: boolean): string[] {
	const lines = output.split('\n').map((line) => normaliseLine(line, otherVersion));
	while (lines.at(-1) === '') lines.pop();
	return lines;
}
