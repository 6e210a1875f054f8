/** `kubectl delete TYPE NAME...` of 1.15: deletes, says so, and waits until the objects are gone. */
import type { CommandContext, KubeObject } from './command-context.ts';
import { resourcePath, type Mapping } from './discovery.ts';
import { findWanted } from './get.ts';
import { Aggregate, StatusError } from './status-error.ts';

interface Deleted {
	mapping: Mapping;
	name: string;
	uid?: string;
}

export async function runDelete(context: CommandContext): Promise<void> {
	const { flags } = context;
	const output = flags.text('output');
	const grace = gracePeriod(context);
	if (output !== '' && output !== 'name') {
		throw new Error(`unexpected -o output mode: ${output}. We only support '-o name'`);
	}
	if (flags.words.length === 0) {
		throw new Error(
			"You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
		);
	}
	const wanted = await findWanted(context, flags.words);
	if (wanted.some(({ name }) => name === undefined)) {
		throw new Error(
			'resource(s) were provided, but no name, label selector, or --all flag specified'
		);
	}
	const deleted: Deleted[] = [];
	const errors: Error[] = [];
	for (const { mapping, name = '' } of wanted) {
		try {
			deleted.push(await deleteOne(context, mapping, name, grace));
		} catch (error) {
			const isMissing = error instanceof StatusError && error.status.reason === 'NotFound';
			if (!isMissing || !flags.bool('ignore-not-found')) errors.push(error as Error);
		}
	}
	if (errors.length > 0) throw new Aggregate(errors);
	if (!(flags.has('wait') ? flags.bool('wait') : true)) return;
	for (const each of deleted) await waitUntilGone(context, each);
}

/** Seconds; undefined leaves it to the server. */
function gracePeriod({ flags, err }: CommandContext): number | undefined {
	const asked = flags.int('grace-period', -1);
	if (flags.bool('now') && asked !== -1) {
		throw new Error('--now and --grace-period cannot be specified together');
	}
	// Without --force, 0 becomes 1, so that nothing is lost by a slip.
	const grace = flags.bool('now') || (asked === 0 && !flags.bool('force')) ? 1 : asked;
	if (flags.bool('force')) {
		err(
			grace === 0
				? 'warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n'
				: 'warning: --force is ignored because --grace-period is not 0.\n'
		);
	}
	return grace < 0 ? undefined : grace;
}

async function deleteOne(
	context: CommandContext,
	mapping: Mapping,
	name: string,
	grace: number | undefined
): Promise<Deleted> {
	const answer = await context.client.json({
		verb: 'DELETE',
		path: resourcePath(mapping, context.namespace, name),
		body: `${JSON.stringify({
			...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
			propagationPolicy: 'Background'
		})}\n`,
		resource: mapping.resource,
		name
	});
	const kind = mapping.kind.toLowerCase() + (mapping.group ? `.${mapping.group}` : '');
	const how = grace === 0 ? 'force deleted' : 'deleted';
	const shown =
		context.flags.text('output') === 'name' ? `${kind}/${name}` : `${kind} "${name}" ${how}`;
	context.out(`${shown}\n`);
	const { metadata, details } = answer as {
		metadata?: { uid?: string };
		details?: { uid?: string };
	};
	return { mapping, name, uid: metadata?.uid ?? details?.uid };
}

/** `IsDeleted` of cmd/wait: list by name, then watch from there; a watch that the server ends is begun again. */
async function waitUntilGone(
	context: CommandContext,
	{ mapping, name, uid }: Deleted
): Promise<void> {
	const path = resourcePath(mapping, context.namespace);
	const byName = ['fieldSelector', `metadata.name=${name}`] as const;
	const request = {
		verb: 'GET',
		path,
		accept: 'application/json',
		resource: mapping.resource
	} as const;
	for (;;) {
		const list = (await context.client.json({ ...request, query: [byName] })) as {
			metadata?: { resourceVersion?: string };
			items?: KubeObject[];
		};
		const item = list.items?.[0];
		if (list.items?.length !== 1 || !item) return;
		if (uid !== undefined && item.metadata.uid !== uid) return;
		const version = list.metadata?.resourceVersion ?? '';
		const query = [byName, ['resourceVersion', version], ['watch', 'true']] as const;
		for await (const event of context.client.watch({ ...request, query })) {
			if ((event as { type?: unknown }).type === 'DELETED') return;
		}
	}
}
