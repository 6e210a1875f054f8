import type { CommandLine } from '../trace/event.ts';

/** The command line of a run in words: what was typed, or what an outside client's request says. */
export function describeCommand(command: Pick<CommandLine, 'argv' | 'query'>): string {
	if (command.argv) return command.argv.map(quote).join(' ');
	const { verb, pod, container, command: argv, stdin, tty } = command.query ?? {};
	if (verb !== 'exec' || !Array.isArray(argv)) return describeRequest(command.query ?? {});
	const flags = `${stdin ? 'i' : ''}${tty ? 't' : ''}`;
	return [
		'kubectl exec',
		...(flags ? [`-${flags}`] : []),
		String(pod),
		...(container ? [`-c ${String(container)}`] : []),
		'--',
		...argv.map((word) => quote(String(word)))
	].join(' ');
}

/** A request that is no exec, as kubectl's words for it: `kubectl get pods nginx`; else its first line. */
function describeRequest(query: Record<string, unknown>): string {
	const { verb, resource, name, n } = query;
	if (typeof verb !== 'string' || typeof resource !== 'string') return String(n ?? '');
	const word = verb === 'list' || verb === 'watch' ? 'get' : verb;
	return ['kubectl', word, resource, ...(typeof name === 'string' ? [name] : [])].join(' ');
}

function quote(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
