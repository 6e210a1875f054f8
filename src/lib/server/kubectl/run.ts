/**
 * `kubectl run` of 1.15: with `--generator=run-pod/v1` (or `--restart=Never`) it makes a pod. Without, it would make a
 * deployment; that generator is followed to where it fails at a server that has no deployments.
 */
import type { CommandContext } from './command-context.ts';
import { resourcePath } from './discovery.ts';
import { UsageError } from './status-error.ts';

const podGenerator = 'run-pod/v1';

/** The other generators of 1.15: what each makes, and what it falls back to where the server lacks that. */
const generators: Record<string, { kind: string; group: string; version: string }> = {
	'run/v1': { kind: 'ReplicationController', group: '', version: 'v1' },
	'deployment/apps.v1': { kind: 'Deployment', group: 'apps', version: 'v1' },
	'deployment/apps.v1beta1': { kind: 'Deployment', group: 'apps', version: 'v1beta1' },
	'deployment/v1beta1': { kind: 'Deployment', group: 'extensions', version: 'v1beta1' },
	'job/v1': { kind: 'Job', group: 'batch', version: 'v1' },
	'cronjob/v1beta1': { kind: 'CronJob', group: 'batch', version: 'v1beta1' },
	'cronjob/v2alpha1': { kind: 'CronJob', group: 'batch', version: 'v2alpha1' }
};

const fallbacks: Record<string, string> = {
	'deployment/apps.v1': 'deployment/apps.v1beta1',
	'deployment/apps.v1beta1': 'deployment/v1beta1',
	'deployment/v1beta1': 'run/v1',
	'job/v1': podGenerator
};

const imageReference =
	/^(?:[a-zA-Z0-9][\w.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/;

export async function runRun(context: CommandContext): Promise<void> {
	const { flags, command, err } = context;
	if (flags.words.length === 0 || flags.wordsBeforeDash === 0) {
		throw new UsageError('NAME is required for run', command);
	}
	const image = flags.text('image');
	if (image === '') throw new Error('--image is required');
	if (!imageReference.test(image)) {
		throw new Error(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
	}
	const restart = flags.text('restart', 'Always') || 'Always';
	if (!['Always', 'OnFailure', 'Never'].includes(restart)) {
		throw new UsageError(`invalid restart policy: ${restart}`, command);
	}
	const policy = flags.text('image-pull-policy');
	if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) {
		throw new UsageError(`invalid image pull policy: ${policy}`, command);
	}
	const generator = flags.text('generator') || (await defaultGenerator(context, restart));
	if (generator !== podGenerator) {
		err(
			`kubectl run --generator=${generator} is DEPRECATED and will be removed in a future version. Use kubectl run --generator=${podGenerator} or kubectl create instead.\n`
		);
		await failAt(context, generator);
	}
	await createPod(context, podFrom(context, image, restart, policy));
}

async function defaultGenerator(context: CommandContext, restart: string): Promise<string> {
	if (restart === 'Never') return podGenerator;
	const first = restart === 'Always' ? 'deployment/apps.v1' : 'job/v1';
	let available = first;
	while (fallbacks[available] !== undefined) {
		const { kind, group, version } = generators[available]!;
		const resource = `${kind.toLowerCase()}s`;
		if (await context.discovery.hasResource(`${group}/${version}`, resource)) break;
		available = fallbacks[available]!;
	}
	if (available !== first) {
		context.err(
			`WARNING: New generator ${JSON.stringify(first)} specified, but it isn't available. Falling back to ${JSON.stringify(available)}.\n`
		);
	}
	// 1.15 warns of falling back and then does not.
	return first;
}

/** Ends as 1.15 ends at this server, or, where a server has the kind, with a sentence of our own. */
async function failAt(context: CommandContext, generator: string): Promise<never> {
	const made = Object.hasOwn(generators, generator) ? generators[generator] : undefined;
	if (!made)
		throw new UsageError(`generator ${JSON.stringify(generator)} not found`, context.command);
	await context.discovery.mappingForKind(made.kind, made.group, made.version);
	throw new Error(`the kubectl embedded in Execscope makes pods only: --generator=${podGenerator}`);
}

/** BasicPod of pkg/kubectl/generate/versioned/run.go; keys in the order of the Go structs, as they go over the wire. */
function podFrom(
	{ flags, command }: CommandContext,
	image: string,
	restart: string,
	policy: string
) {
	const [name = '', ...args] = flags.words;
	const port = flags.text('port');
	if (port !== '' && !/^\d{1,9}$/.test(port)) {
		throw new Error(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
	}
	const env = flags.all('env').map((each) => parseEnv(each));
	const container = {
		name,
		image,
		...(args.length > 0 ? { [flags.bool('command') ? 'command' : 'args']: args } : {}),
		...(port === '' ? {} : { ports: [{ containerPort: Number(port) }] }),
		...(env.length > 0 ? { env } : {}),
		resources: {},
		...(policy === '' ? {} : { imagePullPolicy: policy })
	};
	return {
		kind: 'Pod',
		apiVersion: 'v1',
		metadata: {
			name,
			creationTimestamp: null,
			labels: parseLabels(flags.text('labels'), command) ?? { run: name }
		},
		spec: { containers: [container], restartPolicy: restart, dnsPolicy: 'ClusterFirst' },
		status: {}
	};
}

function parseEnv(text: string): { name: string; value: string } {
	const at = text.indexOf('=');
	if (at < 1) throw new Error(`invalid env: ${text}`);
	return { name: text.slice(0, at), value: text.slice(at + 1) };
}

function parseLabels(text: string, command: string): Record<string, string> | undefined {
	if (text === '') return undefined;
	const pairs = text.split(',').map((each) => each.split('='));
	if (pairs.some((pair) => pair.length !== 2 || pair[0] === '')) {
		throw new UsageError(`unexpected label spec: ${text}`, command);
	}
	return Object.fromEntries(pairs) as Record<string, string>;
}

async function createPod(context: CommandContext, pod: ReturnType<typeof podFrom>): Promise<void> {
	const mapping = await context.discovery.mappingForKind('Pod', '', 'v1');
	const created = await context.client.json({
		verb: 'POST',
		path: resourcePath(mapping, context.namespace),
		body: `${JSON.stringify(pod)}\n`,
		resource: mapping.resource
	});
	const { metadata } = created as { metadata?: { name?: string } };
	context.out(`pod/${metadata?.name ?? pod.metadata.name} created\n`);
}
