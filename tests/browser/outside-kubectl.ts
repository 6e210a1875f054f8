import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ExecscopeProcess } from '../support/execscope-process.ts';
import { realKubectl } from '../support/real-kubectl.ts';

/** An unmodified kubectl, as the reader's own shell would run it. */
export async function outsideKubectl(
	execscope: ExecscopeProcess,
	...args: string[]
): Promise<string> {
	const env = {
		PATH: process.env['PATH'],
		HOME: execscope.home,
		KUBECONFIG: path.join(execscope.home, 'kubeconfig')
	};
	const { stdout } = await promisify(execFile)(await realKubectl('1.20'), args, { env });
	return stdout;
}
