/** `kubectl get`: `GetOptions` of pkg/kubectl/cmd/get/get.go in 1.15, for tables, JSON, YAML and names. */
import type { CommandContext, KubeObject } from './command-context.ts';
import { resourcePath, type Mapping } from './discovery.ts';
import { printJson, printYaml } from './object-printers.ts';
import { Aggregate, StatusError, UsageError } from './status-error.ts';
import { alignColumns } from './tab-writer.ts';
import { isTable, plainTable, tableLines, type Table } from './table.ts';

const tableAccept = 'application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/json';
const formats =
	'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-file,name,template,templatefile,wide,yaml';

/** One thing to ask for: all of a type, or one of it by name. */
export interface Wanted {
	mapping: Mapping;
	name?: string;
}

export async function runGet(context: CommandContext): Promise<void> {
	const { flags, err } = context;
	const output = flags.text('output');
	checkOutput(output);
	if (flags.words.length === 0) {
		err(
			'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n'
		);
		throw new UsageError(
			'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
			context.command
		);
	}
	const wanted = await findWanted(context, flags.words);
	const all = flags.bool('all-namespaces');
	if (all && wanted.some(({ name, mapping }) => name !== undefined && mapping.namespaced)) {
		throw new Error('a resource cannot be retrieved by name across all namespaces');
	}
	const human = output === '' || output === 'wide';
	const { found, errors } = await fetchAll(
		context,
		wanted,
		human ? tableAccept : 'application/json'
	);
	if (human) {
		const isEmpty = printTables(context, found) === 0 && errors.length === 0;
		if (isEmpty && !flags.bool('ignore-not-found')) err('No resources found.\n');
	} else if (found.length > 0 || errors.length === 0) printObjects(context, output, found);
	if (errors.length > 0) throw new Aggregate(errors);
}

function checkOutput(output: string): void {
	if (['', 'wide', 'json', 'yaml', 'name'].includes(output)) return;
	const [format = ''] = output.split('=');
	if (formats.split(',').includes(format)) {
		throw new Error(
			`the kubectl embedded in Execscope prints tables, wide, json, yaml and name, not ${format}`
		);
	}
	throw new Error(
		`unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats}`
	);
}

/** `pods`, `pods,nodes`, `pods a b`, `pod/a node/b`: the builder's ResourceTypeOrNameArgs. */
export async function findWanted(
	context: CommandContext,
	words: readonly string[]
): Promise<Wanted[]> {
	const { discovery } = context;
	const slashed = words.filter((word) => word.includes('/')).length;
	if (slashed > 0 && slashed < words.length) {
		throw new Error(
			"there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
		);
	}
	const [types = '', ...names] = words;
	const pairs: [string, string | undefined][] =
		slashed > 0
			? words.map(splitTuple)
			: types
					.split(',')
					.flatMap((type): [string, string | undefined][] =>
						names.length > 0 ? names.map((name) => [type, name]) : [[type, undefined]]
					);
	const wanted: Wanted[] = [];
	for (const [type, name] of pairs) {
		const mapping = await discovery.mappingFor(type);
		const twice = name === undefined && wanted.some((each) => each.mapping.kind === mapping.kind);
		if (!twice) wanted.push({ mapping, name });
	}
	return wanted;
}

function splitTuple(word: string): [string, string] {
	const [type = '', name = '', ...more] = word.split('/');
	if (more.length > 0) {
		throw new Error('arguments in resource/name form may not have more than one slash');
	}
	if (type === '' || name === '' || type.includes(',')) {
		throw new Error('arguments in resource/name form must have a single resource and name');
	}
	return [type, name];
}

interface Found extends Wanted {
	object: unknown;
}

async function fetchAll(
	context: CommandContext,
	wanted: Wanted[],
	accept: string
): Promise<{ found: Found[]; errors: Error[] }> {
	const found: Found[] = [];
	const errors: Error[] = [];
	const namespace = context.flags.bool('all-namespaces') ? undefined : context.namespace;
	for (const each of wanted) {
		const { mapping, name } = each;
		const request = {
			verb: 'GET' as const,
			path: resourcePath(mapping, namespace, name),
			query: name === undefined ? ([['limit', '500']] as const) : [],
			resource: mapping.resource,
			name,
			accept
		};
		try {
			found.push({ ...each, object: await context.client.json(request) });
		} catch (error) {
			const isMissing = error instanceof StatusError && error.status.reason === 'NotFound';
			if (!isMissing || !context.flags.bool('ignore-not-found')) errors.push(error as Error);
		}
	}
	return { found, errors };
}

/** Prints what has rows and counts it. */
function printTables(context: CommandContext, found: Found[]): number {
	const { flags, out, err } = context;
	const kinds = new Set(found.map(({ mapping }) => mapping.kind));
	const slashed = flags.words.every((word) => word.includes('/')) && flags.words.length > 1;
	let printed = 0;
	let lastKind: string | undefined;
	let lines: string[][] = [];
	const flush = () => {
		if (lines.length > 0) out(alignColumns(lines));
		lines = [];
	};
	for (const { mapping, object } of found) {
		const table: Table = isTable(object) ? object : plainTable(object, context.now());
		if (table.rows.length === 0) continue;
		printed++;
		const isNew = mapping.kind !== lastKind;
		if (isNew) {
			flush();
			if (lastKind !== undefined && !flags.bool('no-headers')) err('\n');
		}
		lastKind = mapping.kind;
		const several = kinds.size > 1 || slashed || flags.words[0]!.includes(',');
		lines.push(
			...tableLines(table, {
				wide: flags.text('output') === 'wide',
				headers: isNew && !flags.bool('no-headers'),
				namespaces: flags.bool('all-namespaces') && mapping.namespaced,
				kind: several ? mapping.kind.toLowerCase() : undefined
			})
		);
	}
	flush();
	return printed;
}

function printObjects(context: CommandContext, output: string, found: Found[]): void {
	const isSingle = found.length === 1 && found[0]!.name !== undefined;
	const items = found.flatMap(({ mapping, name, object }) =>
		name === undefined ? listItems(mapping, object) : [object as KubeObject]
	);
	if (output === 'name') {
		for (const item of items)
			context.out(`${(item.kind ?? '').toLowerCase()}/${item.metadata.name}\n`);
		return;
	}
	if (items.length === 0 && found.length === 0) return;
	const metadata = { resourceVersion: '', selfLink: '' };
	const shown = isSingle ? items[0] : { apiVersion: 'v1', kind: 'List', metadata, items };
	context.out(output === 'json' ? printJson(shown) : printYaml(shown));
}

/** Items of a list leave out what the list says; alone they need it. */
function listItems({ kind, group, version }: Mapping, list: unknown): KubeObject[] {
	const apiVersion = group ? `${group}/${version}` : version;
	const { items } = list as { items?: KubeObject[] | null };
	return (items ?? []).map((item) => ({ ...item, kind, apiVersion }));
}
