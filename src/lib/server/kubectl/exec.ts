/** `kubectl exec`: `ExecOptions` of pkg/kubectl/cmd/exec/exec.go in 1.15.0. */
import type { CommandContext, Pod, Terminal } from './command-context.ts';
import { resourcePath } from './discovery.ts';
import { streamProtocols, streamRemoteCommand } from './remote-command.ts';
import { UsageError } from './status-error.ts';

const usage =
	"expected 'exec (POD | TYPE/NAME) COMMAND [ARG1] [ARG2] ... [ARGN]'.\nPOD or TYPE/NAME and COMMAND are required arguments for the exec command";

/** The words may stand with or without `--` before the command: 1.15 does not mind. */
export async function runExec(context: CommandContext): Promise<void> {
	const { flags } = context;
	if (flags.words.length === 0 || flags.wordsBeforeDash === 0)
		throw new UsageError(usage, context.command);
	const [resource = '', ...command] = flags.words;
	if (command.length === 0)
		throw new Error('you must specify at least one command for the container');
	const pod = await findPod(context, resource);
	const phase = pod.status?.phase;
	if (phase === 'Succeeded' || phase === 'Failed') {
		throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
	}
	const container = chooseContainer(context, pod);
	const terminal = setUpTty(context);
	terminal?.raw(true);
	try {
		await execute(context, pod, container, command, terminal);
	} finally {
		terminal?.raw(false);
	}
}

/** `NAME`, `pod/NAME`, or another type, which 1.15 would search for its pods: none of those is served here. */
async function findPod(context: CommandContext, resource: string): Promise<Pod> {
	const parts = resource.split('/');
	if (parts.length > 2) {
		throw new Error('arguments in resource/name form may not have more than one slash');
	}
	const [type, name] = parts.length === 2 ? parts : ['pods', resource];
	if (!type || !name) {
		throw new Error('arguments in resource/name form must have a single resource and name');
	}
	const mapping = await context.discovery.mappingFor(type);
	const object = await context.client.json({
		verb: 'GET',
		path: resourcePath(mapping, context.namespace, name),
		resource: mapping.resource,
		name
	});
	if (mapping.kind !== 'Pod') {
		const goType = `*v1.${mapping.kind}`;
		throw new Error(`cannot attach to ${goType}: selector for ${goType} not implemented`);
	}
	// The server answered 200 to a request for a pod by name.
	return object as Pod;
}

/** `-c`, else the first, with a notice when there are others. */
function chooseContainer(context: CommandContext, pod: Pod): string {
	const named = context.flags.text('container');
	if (named !== '') return named;
	const { containers } = pod.spec;
	const first = containers[0]?.name ?? '';
	if (containers.length > 1) {
		context.err(`Defaulting container name to ${first}.\n`);
		context.err(
			`Use 'kubectl describe pod/${pod.metadata.name} -n ${context.namespace}' to see all of the containers in this pod.\n`
		);
	}
	return first;
}

/** The terminal, if one is asked for and there is one; without `-i` none is, and nothing is said. */
function setUpTty({ flags, terminal, err }: CommandContext): Terminal | undefined {
	if (!flags.bool('stdin') || !flags.bool('tty')) return undefined;
	if (!terminal) {
		err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
	}
	return terminal;
}

async function execute(
	context: CommandContext,
	pod: Pod,
	container: string,
	command: string[],
	terminal: Terminal | undefined
): Promise<void> {
	const { client, flags, stdin, remote, limits, clock, signal } = context;
	const isStdin = flags.bool('stdin');
	const query: [string, string][] = [
		...command.map((word): [string, string] => ['command', word]),
		['container', container],
		...(isStdin ? [['stdin', 'true'] as [string, string]] : []),
		['stdout', 'true'],
		[terminal ? 'tty' : 'stderr', 'true']
	];
	const namespace = pod.metadata.namespace ?? context.namespace;
	const path = `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod.metadata.name)}/exec`;
	const { connection, protocol } = await client.upgrade(path, query, streamProtocols);
	const streams = {
		stdout: remote.stdout,
		...(isStdin ? { stdin } : {}),
		...(terminal ? { sizes: terminal } : { stderr: remote.stderr })
	};
	await streamRemoteCommand(connection, protocol, streams, { limits, clock, signal });
}
