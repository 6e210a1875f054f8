/** What `kubectl help` and `-h` say here: our own words, on the commands and flags that are served. */
import { commandFlags, globalFlags, servedCommands, type ServedCommand } from './commands.ts';
import type { FlagTable } from './flags.ts';
import { alignColumns } from './tab-writer.ts';

const usages: Record<ServedCommand, string> = {
	exec: 'kubectl exec (POD | pod/POD) [-c CONTAINER] [-i] [-t] -- COMMAND [args...]',
	get: 'kubectl get TYPE [NAME...] [-o wide|json|yaml|name]',
	run: 'kubectl run NAME --image=IMAGE [--port=PORT] --generator=run-pod/v1',
	delete: 'kubectl delete TYPE NAME...',
	version: 'kubectl version [--short] [--client]',
	help: 'kubectl help [COMMAND]'
};

export const usageHint = "Run 'kubectl --help' for usage.";

export function isServed(name: string): name is ServedCommand {
	return Object.hasOwn(servedCommands, name);
}

/** All commands, or one of them. */
export function helpText(command?: ServedCommand): string {
	if (command !== undefined) {
		return `${servedCommands[command]}\n\n${usageText(command)}`;
	}
	const commands = Object.entries(servedCommands).map(([name, text]) => ['', name, text]);
	return [
		'This kubectl is part of Execscope and behaves as kubectl 1.15.0 does.\n\nCommands:\n',
		alignColumns(commands).replace(/^ +/gm, '  '),
		`\nFlags of all commands: ${flagNames(globalFlags)}\n`
	].join('');
}

/** Usage and flags of one command, as they follow an error about its flags. */
export function usageText(command: ServedCommand): string {
	const flags = flagNames(commandFlags[command]);
	return `Usage:\n  ${usages[command]}\n${flags === '' ? '' : `\nFlags: ${flags}\n`}`;
}

function flagNames(table: FlagTable): string {
	return Object.entries(table)
		.filter(([, flag]) => flag.here)
		.map(([name, flag]) => (flag.short ? `-${flag.short}, --${name}` : `--${name}`))
		.join('; ');
}
