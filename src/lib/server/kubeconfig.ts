/**
 * The kubeconfig that leads kubectl to this cluster: client-go's `clientcmd/api/v1`, the fields that we need.
 * It is written as the block YAML that people know, and read back as that, as kubectl rewrites it, or as JSON.
 */
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

interface KubeconfigCluster {
	server: string;
	'certificate-authority-data': string;
}
interface KubeconfigUser {
	'client-certificate-data'?: string;
	'client-key-data'?: string;
	token?: string;
}
interface KubeconfigContext {
	cluster: string;
	user: string;
	namespace?: string;
}
/** `Config` of client-go: the `*-data` fields are base64 of PEM. */
export interface Kubeconfig {
	apiVersion: 'v1';
	kind: 'Config';
	preferences: Record<string, never>;
	clusters: { name: string; cluster: KubeconfigCluster }[];
	users: { name: string; user: KubeconfigUser }[];
	contexts: { name: string; context: KubeconfigContext }[];
	'current-context': string;
}

export interface KubeconfigParts {
	/** `https://127.0.0.1:6443` */
	server: string;
	/** PEM. */
	ca: string;
	/** Client certificate of `admin`, PEM. */
	admin: { cert: string; key: string };
	/** Bearer tokens of `dev` and `nobody`. */
	tokens: { dev: string; nobody: string };
}

const clusterName = 'execscope';
/** Namespaces in which the articles' own commands run word for word. */
const articleNamespaces = ['seed-1', 'seed-2'];

/** Builds the kubeconfig with all contexts; `admin` is the current one. */
export function buildKubeconfig({ server, ca, admin, tokens }: KubeconfigParts): Kubeconfig {
	const context = (name: string, user: string, namespace = 'default') => ({
		name,
		context: { cluster: clusterName, namespace, user }
	});
	return {
		apiVersion: 'v1',
		kind: 'Config',
		preferences: {},
		clusters: [
			{ name: clusterName, cluster: { 'certificate-authority-data': base64(ca), server } }
		],
		users: [
			{
				name: 'admin',
				user: {
					'client-certificate-data': base64(admin.cert),
					'client-key-data': base64(admin.key)
				}
			},
			{ name: 'dev', user: { token: tokens.dev } },
			{ name: 'nobody', user: { token: tokens.nobody } }
		],
		contexts: [
			context('admin', 'admin'),
			context('dev', 'dev'),
			context('nobody', 'nobody'),
			...articleNamespaces.map((name) => context(name, 'admin', name))
		],
		'current-context': 'admin'
	};
}

/** Writes the file 0600 by rename, into a folder made 0700 if it is missing. */
export async function writeKubeconfig(file: string, config: Kubeconfig): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
	await chmod(path.dirname(file), 0o700);
	const temporary = `${file}.${process.pid}`;
	await writeFile(temporary, formatKubeconfig(config), { mode: 0o600 });
	await rename(temporary, file);
}

/** Renders a kubeconfig as block YAML. */
export function formatKubeconfig(config: Kubeconfig): string {
	return `${formatMapping(config as unknown as Tree, '')}\n`;
}

/** Reads what `formatKubeconfig` or kubectl wrote, or JSON. Throws what is wrong and in which line. */
export function parseKubeconfig(text: string): Kubeconfig {
	const config: unknown = text.trimStart().startsWith('{') ? JSON.parse(text) : parseYaml(text);
	const kind = (config as { kind?: unknown } | null)?.kind;
	if (kind !== 'Config') throw new Error(`not a kubeconfig: kind is ${JSON.stringify(kind)}`);
	// Checked above: kubectl fills the other keys; a missing name is found by whoever looks it up.
	return config as Kubeconfig;
}

/** Where one context of a kubeconfig leads and as whom; certificates and keys are PEM again. */
export interface ClientConfig {
	server: string;
	ca: string;
	namespace: string;
	cert?: string;
	key?: string;
	token?: string;
}

/** Resolves a context, by default the current one; throws with kubectl's words when a name is not there. */
export function clientConfig(config: Kubeconfig, name = config['current-context']): ClientConfig {
	const context = config.contexts.find((each) => each.name === name)?.context;
	if (!context) throw new Error(`context "${name}" does not exist`);
	const cluster = config.clusters.find((each) => each.name === context.cluster)?.cluster;
	if (!cluster) throw new Error(`cluster "${context.cluster}" does not exist`);
	const user = config.users.find((each) => each.name === context.user)?.user;
	if (!user) throw new Error(`user "${context.user}" does not exist`);
	const { 'client-certificate-data': cert, 'client-key-data': key, token } = user;
	return {
		server: cluster.server,
		ca: fromBase64(cluster['certificate-authority-data']),
		namespace: context.namespace ?? 'default',
		...(cert && key ? { cert: fromBase64(cert), key: fromBase64(key) } : {}),
		...(token ? { token } : {})
	};
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString();

type Tree = string | Tree[] | { [key: string]: Tree };

function formatMapping(tree: Tree, indent: string): string {
	return Object.entries(tree)
		.map(([key, value]) => `${indent}${key}:${formatValue(value, indent)}`)
		.join('\n');
}

function formatValue(value: Tree, indent: string): string {
	if (typeof value === 'string') return ` ${formatScalar(value)}`;
	if (Array.isArray(value)) {
		const item = (each: Tree) => `${indent}- ${formatMapping(each, `${indent}  `).trimStart()}`;
		return `\n${value.map(item).join('\n')}`;
	}
	if (Object.keys(value).length === 0) return ' {}';
	return `\n${formatMapping(value, `${indent}  `)}`;
}

/** Quotes what YAML would read as something other than a string; a JSON string is one in YAML too. */
function formatScalar(text: string): string {
	const plain =
		/^[A-Za-z/][\w./:+=@-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
	return plain ? text : JSON.stringify(text);
}

interface YamlLine {
	indent: number;
	text: string;
	number: number;
}

/** Block mappings, block lists, scalars on one line: the YAML that kubeconfigs are made of. */
function parseYaml(text: string): Tree {
	const lines = text
		.split(/\r?\n/)
		.map((line, at) => ({ indent: line.search(/\S/), text: line.trim(), number: at + 1 }))
		.filter((line) => line.text !== '' && line.text !== '---' && !line.text.startsWith('#'));
	const tree = parseBlock(lines, 0);
	if (lines.length > 0) throw unreadable(lines[0]!);
	return tree;
}

function parseBlock(lines: YamlLine[], indent: number): Tree {
	return lines[0]?.text.startsWith('- ') ? parseList(lines, indent) : parseMapping(lines, indent);
}

function parseList(lines: YamlLine[], indent: number): Tree[] {
	const list: Tree[] = [];
	while (lines[0]?.indent === indent && lines[0].text.startsWith('- ')) {
		const first = lines[0];
		const text = first.text.slice(2).trimStart();
		first.indent += first.text.length - text.length;
		first.text = text;
		list.push(/^[^\s"']+:( |$)/.test(text) ? parseMapping(lines, first.indent) : scalarItem(lines));
	}
	return list;
}

function scalarItem(lines: YamlLine[]): Tree {
	const line = lines.shift()!;
	return parseScalar(line.text, line);
}

function parseMapping(lines: YamlLine[], indent: number): Tree {
	const mapping: { [key: string]: Tree } = {};
	while (lines[0]?.indent === indent && !lines[0].text.startsWith('- ')) {
		const line = lines.shift()!;
		const match = /^([^\s"':]+):(?:\s+(.*))?$/.exec(line.text);
		if (!match || match[1] === '__proto__') throw unreadable(line);
		const next = lines[0];
		// Lists may stand at the same depth as the key that they belong to.
		const nested =
			next && (next.indent > indent || (next.indent === indent && next.text.startsWith('- ')));
		if (match[2] !== undefined) mapping[match[1]!] = parseScalar(match[2], line);
		else mapping[match[1]!] = nested ? parseBlock(lines, next.indent) : '';
	}
	return mapping;
}

function parseScalar(text: string, line: YamlLine): Tree {
	if (text === '{}') return {};
	if (text === '[]') return [];
	if (text.startsWith('"')) return JSON.parse(text) as string;
	if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
	if (/^[[{|>&*!%@`]/.test(text)) throw unreadable(line);
	return text === 'null' ? '' : text;
}

function unreadable(line: YamlLine): Error {
	return new Error(`line ${line.number}: cannot read ${JSON.stringify(line.text.slice(0, 60))}`);
}
