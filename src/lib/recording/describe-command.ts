import type { CommandLine, Facts } from '../trace/event.ts';

/** The command line of a run in words: what was typed, or what an outside client's request says. */
export function describeCommand(command: Pick<CommandLine, 'argv' | 'query'>): string {
	if (command.argv) return command.argv.map(quote).join(' ');
	const query = command.query ?? {};
	const words = wordsOf.get(query['verb'])?.(query);
	if (!words) return describeRequest(query);
	const { verb, pod, container } = query;
	const named = container ? ['-c', String(container)] : [];
	return ['kubectl', String(verb), ...words.flags, String(pod), ...named, ...words.after].join(' ');
}

interface Words {
	/** Before the pod. */
	flags: string[];
	/** After pod and container. */
	after: string[];
}

/** What the query of a verb says of its command line; undefined when it is another thing of the same name. */
const wordsOf: ReadonlyMap<unknown, (query: Facts) => Words | undefined> = new Map([
	['exec', exec],
	['attach', (query: Facts) => ({ flags: terminalFlags(query), after: [] })],
	['port-forward', portForward],
	['logs', logs]
]);

function exec(query: Facts): Words | undefined {
	const { command } = query;
	if (!Array.isArray(command)) return undefined;
	const argv = command.map((word) => quote(String(word)));
	return { flags: terminalFlags(query), after: ['--', ...argv] };
}

/** Which port of the client's machine leads there is not in its request: kubectl's word for any is none. */
function portForward({ ports }: Facts): Words {
	return {
		flags: [],
		after: Array.isArray(ports) ? ports.map((port) => `:${String(port)}`) : []
	};
}

function logs(query: Facts): Words {
	return {
		flags: query['follow'] ? ['-f'] : [],
		after: [
			...(query['previous'] ? ['--previous'] : []),
			...(query['timestamps'] ? ['--timestamps'] : []),
			...given('--tail', query['tailLines']),
			...given('--since', query['sinceSeconds'], 's'),
			...given('--since-time', query['sinceTime']),
			...given('--limit-bytes', query['limitBytes'])
		]
	};
}

function terminalFlags({ stdin, tty }: Facts): string[] {
	const flags = `${stdin ? 'i' : ''}${tty ? 't' : ''}`;
	return flags ? [`-${flags}`] : [];
}

function given(flag: string, value: unknown, unit = ''): string[] {
	return value === undefined ? [] : [`${flag}=${String(value)}${unit}`];
}

/** Any other request, as kubectl's words for it: `kubectl get pods nginx`; else its first line. */
function describeRequest(query: Facts): string {
	const { verb, resource, name, n } = query;
	if (typeof verb !== 'string' || typeof resource !== 'string') return String(n ?? '');
	const word = verb === 'list' || verb === 'watch' ? 'get' : verb;
	return ['kubectl', word, resource, ...(typeof name === 'string' ? [name] : [])].join(' ');
}

function quote(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
