/** kubectl's commands and flags by name: which are served here, and which 1.15 has besides. */
import type { FlagTable } from './flags.ts';

/** In the order in which the help lists them. */
export const servedCommands = {
	exec: 'Execute a command in a container',
	get: 'Display one or many resources',
	run: 'Run a particular image on the cluster',
	delete: 'Delete resources by names',
	version: 'Print the client and server version information',
	help: 'Help about any command'
} as const;

export type ServedCommand = keyof typeof servedCommands;

export const otherCommands: readonly string[] = [
	...['alpha', 'annotate', 'api-resources', 'api-versions', 'apply', 'attach', 'auth', 'autoscale'],
	...['certificate', 'cluster-info', 'completion', 'config', 'convert', 'cordon', 'cp', 'create'],
	...['describe', 'diff', 'drain', 'edit', 'explain', 'expose', 'kustomize', 'label', 'logs'],
	...[
		'options',
		'patch',
		'plugin',
		'port-forward',
		'proxy',
		'replace',
		'rolling-update',
		'rollout'
	],
	...['scale', 'set', 'taint', 'top', 'uncordon', 'wait']
];

const bool = (short?: string) => ({ kind: 'bool' as const, short, here: true });
const string = (short?: string) => ({ kind: 'string' as const, short, here: true });
const int = (short?: string) => ({ kind: 'int' as const, short, here: true });
const strings = (short?: string) => ({ kind: 'strings' as const, short, here: true });

/** Flags of kubectl that are refused by name; a name may be followed by its shorthand. */
function elsewhere(kind: 'bool' | 'string', ...names: string[]): FlagTable {
	return Object.fromEntries(
		names.map((each) => {
			const [name = '', short] = each.split(' ');
			return [name, { kind, short, here: false }];
		})
	);
}

export const globalFlags: FlagTable = {
	context: string(),
	namespace: string('n'),
	v: int('v'),
	help: bool('h'),
	...elsewhere(
		'string',
		...['as', 'as-group', 'cache-dir', 'certificate-authority', 'client-certificate', 'client-key'],
		...['cluster', 'kubeconfig', 'log-backtrace-at', 'log-dir', 'log-file', 'log-file-max-size'],
		...[
			'log-flush-frequency',
			'password',
			'profile',
			'profile-output',
			'request-timeout',
			'server s'
		],
		...['stderrthreshold', 'token', 'user', 'username', 'vmodule']
	),
	...elsewhere(
		'bool',
		...['alsologtostderr', 'insecure-skip-tls-verify', 'logtostderr', 'match-server-version'],
		...['skip-headers', 'skip-log-headers']
	)
};

const files = elsewhere('string', 'filename f', 'kustomize k');

export const commandFlags: Record<ServedCommand, FlagTable> = {
	exec: {
		container: string('c'),
		stdin: bool('i'),
		tty: bool('t'),
		'pod-running-timeout': string(),
		...elsewhere('string', 'pod p')
	},
	get: {
		output: string('o'),
		'all-namespaces': bool('A'),
		'no-headers': bool(),
		'ignore-not-found': bool(),
		...files,
		...elsewhere(
			'bool',
			'watch w',
			'watch-only',
			'show-labels',
			'show-kind',
			'export',
			'recursive R'
		),
		...elsewhere(
			'bool',
			'server-print',
			'allow-missing-template-keys',
			'use-openapi-print-columns'
		),
		...elsewhere('bool', 'include-uninitialized'),
		...elsewhere('string', 'selector l', 'field-selector', 'sort-by', 'chunk-size', 'raw'),
		...elsewhere('string', 'template', 'label-columns L')
	},
	run: {
		image: string(),
		port: string(),
		generator: string(),
		restart: string(),
		env: strings(),
		labels: string('l'),
		command: bool(),
		'image-pull-policy': string(),
		quiet: bool(),
		...files,
		...elsewhere(
			'bool',
			'stdin i',
			'tty t',
			'attach',
			'rm',
			'expose',
			'dry-run',
			'leave-stdin-open'
		),
		...elsewhere('bool', 'save-config', 'record', 'cascade', 'force', 'wait', 'recursive R'),
		...elsewhere(
			'string',
			'overrides',
			'serviceaccount',
			'hostport',
			'requests',
			'limits',
			'replicas r'
		),
		...elsewhere(
			'string',
			'schedule',
			'service-generator',
			'service-overrides',
			'output o',
			'template'
		),
		...elsewhere('string', 'pod-running-timeout', 'grace-period', 'timeout')
	},
	delete: {
		wait: bool(),
		now: bool(),
		force: bool(),
		'grace-period': int(),
		'ignore-not-found': bool(),
		output: string('o'),
		...files,
		...elsewhere(
			'bool',
			'all',
			'all-namespaces A',
			'cascade',
			'recursive R',
			'include-uninitialized'
		),
		...elsewhere('string', 'selector l', 'field-selector', 'timeout', 'raw')
	},
	version: { client: bool(), short: bool(), output: string('o') },
	help: {}
};

/** cobra's suggestions for a mistyped command: close in spelling, or begun with the same letters. */
export function suggestions(typed: string): string[] {
	const names = [...Object.keys(servedCommands), ...otherCommands].sort();
	const lower = typed.toLowerCase();
	return names.filter((name) => distance(lower, name) <= 2 || name.startsWith(lower));
}

/** Levenshtein. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
		}
		row = next;
	}
	return row[b.length]!;
}
