import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * The two laws and the import table. A file belongs to the first zone whose folder or file name it starts with, and
 * may import its own zone and what the zone names: folders and files under src/, `node:`, `$app/` and packages.
 */
interface Zone {
	of: string;
	may: readonly string[];
	/** Printed when the rule is broken. */
	why: string;
}

const programs = ['kubectl', 'apiserver', 'kubelet', 'dockershim', 'engine'] as const;
const grpc = ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'];
const rooms = ['src/lib/trace/', 'src/lib/wire/', 'src/lib/recording/', 'src/lib/i18n/'];

const meetOnSockets =
	'Programs meet only on sockets: then the diagram is true by construction, and each can be swapped for the real thing.';
const onlyTheRecording =
	'The page learns only what is in the recording: then live, replay and a shared file are the same code.';
const pureCodecs =
	'Codecs are bytes in, values out, and run in the page as in the programs: no sockets, no node: modules.';
const contract =
	'The contract hangs on nothing but its schema library, so that everything can hang on it.';
const ownFolder =
	'What a program needs comes in by its start function; the rest it speaks over a socket.';

const zones: readonly Zone[] = [
	{ of: 'src/lib/trace/', may: ['zod'], why: contract },
	{ of: 'src/lib/wire/', may: ['pako'], why: pureCodecs },
	{
		of: 'src/lib/server/transport/',
		may: ['src/lib/wire/', 'node:', 'ws', ...grpc],
		why: 'Transport calls back and knows no trace and no program: it is sockets around the codecs.'
	},
	...programs.map((program) => ({
		of: `src/lib/server/${program}/`,
		may: [
			'src/lib/server/transport/',
			'src/lib/server/limits.ts',
			'src/lib/trace/',
			'src/lib/wire/',
			'node:',
			'ws',
			...(['dockershim', 'kubelet'].includes(program) ? grpc : []),
			...(program === 'engine' ? ['@lydell/node-pty'] : [])
		],
		why: `${meetOnSockets} ${ownFolder}`
	})),
	{
		of: 'src/lib/server/cluster.ts',
		may: ['src/lib/server/', 'src/lib/trace/', 'src/lib/wire/', 'node:'],
		why: 'The composition root: the only file that knows all programs, and it knows no page.'
	},
	{
		of: 'src/lib/server/cluster/',
		may: [
			'src/lib/server/kubectl/',
			...['prompt-sessions', 'kubeconfig', 'limits', 'tracer'].map(
				(name) => `src/lib/server/${name}.ts`
			),
			'node:'
		],
		why: 'Starts our own kubectl for the cluster that composes the others: it knows that program alone.'
	},
	{
		of: 'src/lib/server/world.ts',
		may: ['src/lib/server/transport/', 'src/lib/server/limits.ts', 'src/lib/trace/', 'node:'],
		why: 'The world is seeded through the Docker API, as a stranger would: no program is imported.'
	},
	{
		of: 'src/lib/server/guard.ts',
		may: ['src/lib/trace/', 'node:'],
		why: 'Every door asks the guard, so it may depend on none of them.'
	},
	{
		of: 'src/lib/server/',
		may: [
			'src/lib/server/transport/',
			'src/lib/trace/',
			'src/lib/wire/',
			'src/lib/recording/',
			'node:',
			'ws',
			'@xterm/headless',
			'@peculiar/x509',
			'reflect-metadata'
		],
		why: `Tracer, recorder, feed and the like serve all programs and import none. ${meetOnSockets}`
	},
	{
		of: 'src/lib/recording/exports/',
		may: [...rooms, 'src/lib/diagram/*.ts'],
		why: 'Exports draw from the recording alone, with the same numbers as the page.'
	},
	{
		of: 'src/lib/recording/',
		may: ['src/lib/trace/', 'src/lib/wire/', 'svelte', '@noble/hashes'],
		why: 'A recording stands on the contract and the codecs alone, whoever opens it and wherever.'
	},
	{
		of: 'src/lib/cli/',
		may: [...rooms, 'src/lib/diagram/*.ts', 'src/lib/server/cluster.ts', 'node:'],
		why: 'The command reads recordings as the page does; it needs the cluster only to record and serve.'
	},
	{
		of: 'src/lib/i18n/',
		may: ['src/lib/trace/', 'svelte'],
		why: 'Words depend on nothing that draws.'
	},
	...['diagram', 'inspector', 'terminal', 'lessons'].map((name) => ({
		of: `src/lib/${name}/`,
		may: [...rooms, 'svelte', 'd3', '@xterm/xterm', '@xterm/addon-fit', '@xterm/addon-search'],
		why: onlyTheRecording
	})),
	{
		of: 'src/hooks.server.ts',
		may: [
			'src/lib/server/{cluster,feed,guard}.ts',
			'src/lib/trace/',
			'$app/',
			'@sveltejs/kit',
			'node:',
			'ws'
		],
		why: 'Between page and cluster stand the feed and the guard, nothing else.'
	},
	{
		of: 'src/routes/**/+server.ts',
		may: [
			'src/lib/server/{cluster,feed,guard}.ts',
			'src/lib/trace/',
			'src/lib/recording/',
			'$app/',
			'@sveltejs/kit',
			'node:'
		],
		why: 'Between page and cluster stand the feed and the guard, nothing else.'
	},
	{
		of: 'src/routes/',
		may: [
			...rooms,
			...['diagram', 'inspector', 'terminal', 'lessons'].map((name) => `src/lib/${name}/`),
			'src/app.css',
			'$app/',
			'@sveltejs/kit',
			'svelte'
		],
		why: onlyTheRecording
	},
	{
		of: 'src/static/',
		may: ['src/routes/+{layout,page}.svelte', 'svelte'],
		why: 'There is one page, with a server or without: this only mounts it.'
	},
	{
		of: 'src/app.d.ts',
		may: ['src/lib/server/guard.ts'],
		why: 'Types of what the hooks hand to routes.'
	},
	{
		of: 'src/bin/dev.js',
		may: ['src/bin/', 'node:', 'vite'],
		why: 'Only the development server runs on what is installed already.'
	},
	{
		of: 'src/bin/',
		may: ['node:'],
		why: 'It runs before anything is installed or built, so it needs nothing but Node.'
	}
];

/** What may lie at the top of the repository besides dotfiles. */
const topLevel = [
	/^(package\.json|package-lock\.json|svelte\.config\.js|tsconfig\.json|src|static|tests)$/,
	/^(README|LICENSE|CHANGELOG)(\.md)?$/,
	/^vite(\.[a-z]+)?\.config\.ts$/,
	/^\./
];

const root = path.resolve(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
	cwd: root,
	encoding: 'utf8',
	maxBuffer: 64 * 1024 * 1024
})
	.split('\n')
	.filter((file) => file !== '');
const sources = tracked.filter((file) => /^src\/.*\.(ts|js|svelte)$/.test(file));

describe('the import table', () => {
	it('has a zone for every source file', () => {
		expect(sources.filter((file) => !zoneOf(file))).toEqual([]);
	});
	it.each(zones.map((zone) => [zone.of, zone] as const))('holds in %s', (_name, zone) => {
		const broken = sources
			.filter((file) => zoneOf(file) === zone)
			.flatMap((file) =>
				importsOf(file)
					.filter((imported) => !allowed(zone, imported))
					.map((imported) => `${file} imports ${imported}`)
			);
		expect(broken, `${zone.why}\n`).toEqual([]);
	});
	it('judges what it should: a program that imports another is found', () => {
		const kubelet = zones.find((zone) => zone.of === 'src/lib/server/kubelet/')!;
		expect(allowed(kubelet, 'src/lib/server/dockershim/docker-service.ts')).toBe(false);
		expect(allowed(kubelet, 'src/lib/server/kubelet/routes.ts')).toBe(true);
	});
});

describe('the repository', () => {
	it('has nothing at its top but what is agreed', () => {
		const names = new Set(tracked.map((file) => file.split('/', 1)[0]!));
		expect([...names].filter((name) => !topLevel.some((rule) => rule.test(name)))).toEqual([]);
	});
	it('has a lock entry for every optional package, so that npm ci works everywhere', () => {
		const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
			packages: Record<string, { optionalDependencies?: Record<string, string> }>;
		};
		const entries = Object.keys(lock.packages);
		const missing = Object.values(lock.packages)
			.flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
			.filter((name) => !entries.some((entry) => entry.endsWith(`node_modules/${name}`)));
		expect(missing).toEqual([]);
	});
});

function zoneOf(file: string): Zone | undefined {
	return zones.find((zone) => matches(zone.of, file));
}

/** `folder/` and all below it, a file, `{a,b}`, `*` for a name and `**` for folders. */
function matches(pattern: string, file: string): boolean {
	const source = pattern
		.replace(/\/$/, '/**')
		.replace(/[.+$]/g, '\\$&')
		.replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'))
		.replace(/\{([^}]*)\}/g, (_, names: string) => `(${names.replaceAll(',', '|')})`);
	return new RegExp(`^${source}$`).test(file);
}

function allowed(zone: Zone, imported: string): boolean {
	if (matches(zone.of, imported) && zoneOf(imported) === zone) return true;
	return zone.may.some((name) => {
		if (name.startsWith('src/')) return matches(name, imported);
		if (name.endsWith(':') || name.endsWith('/')) return imported.startsWith(name);
		return imported === name || imported.startsWith(`${name}/`);
	});
}

/** What a file imports, types too: paths from the root of the repository, or the names of packages. */
function importsOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	const scripts = file.endsWith('.svelte')
		? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map((script) => script[1]!).join('\n')
		: text;
	return ts
		.preProcessFile(scripts)
		.importedFiles.map(({ fileName }) => fileName.replace(/\?.*$/, ''))
		.filter((name) => name !== './$types')
		.map((name) => resolve(file, name));
}

function resolve(file: string, name: string): string {
	const lib = name.replace(/^\$lib\//, 'src/lib/');
	if (lib !== name) return /\.\w+$/.test(lib) ? lib : `${lib}.ts`;
	if (!name.startsWith('.')) return name;
	return path.posix.join(path.posix.dirname(file), name);
}
