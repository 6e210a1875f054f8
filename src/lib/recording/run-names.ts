import type { CommandLine } from '../trace/event.ts';
import { describeCommand } from './describe-command.ts';
import type { Recording } from './recording.ts';

/** The command as one types it; of a foreign client what its query said, without claiming how it was typed. */
export function commandText(command: CommandLine | undefined): string | undefined {
	return command && (describeCommand(command) || command.client);
}

/** Where a verb's own way to the node is worked out, and where it is taken. */
const locations = ['exec-location', 'portforward-location'] as const;
const asked = ['kubelet-exec', 'kubelet-portforward'] as const;

/** The node that the exec went to, or the only one that the run speaks of; undefined until that is said. */
export function nodeName(recording: Recording): string | undefined {
	const named = [...locations, ...asked, 'pre-init-runtime' as const]
		.flatMap((id) => recording.items.ofStep(id))
		.map((item) => ({ id: item.id, node: item.facts.node }))
		.filter(({ node }) => typeof node === 'string');
	if (new Set(named.map(({ node }) => node)).size === 1) return String(named[0]!.node);
	const located = named.findLast(({ id }) => locations.some((each) => each === id));
	return located && String(located.node);
}

/** The container that the exec goes to, as the first step that names it says. */
export function containerName(recording: Recording): string | undefined {
	for (const id of ['choose-container', 'connect', 'exec-location'] as const)
		for (const { facts } of recording.items.ofStep(id))
			if (typeof facts.container === 'string') return facts.container;
	return undefined;
}
