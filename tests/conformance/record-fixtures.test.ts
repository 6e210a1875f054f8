import { copyFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../support/lab.ts';
import { realKubectl } from '../support/real-kubectl.ts';

const fixtures = path.resolve('tests/fixtures/recordings');
const bundled = path.resolve('static/recordings');

/** Keeps the recording of a run under a name, once it has ended. */
async function keep(lab: Lab, run: string, ...targets: string[]): Promise<void> {
	const lines = await lab.recording(run);
	expect(lines.at(-1)?.k).toBe('end');
	for (const target of targets)
		copyFileSync(path.join(lab.cluster.recordings, `${run}.execscope`), `${target}.execscope`);
}

/**
 * Records the runs that tests and page open, when it is asked to:
 * `EXECSCOPE_RECORD=1 npx vitest run --config vite.conformance.config.ts record-fixtures`.
 */
describe('the recordings that are kept', () => {
	it('are made by real runs', async () => {
		const lab = await startLab();
		try {
			const [boot] = lab.recordings();
			await keep(lab, boot!, path.join(fixtures, 'boot'));
			const date = await lab.kubectl('kubectl exec nginx -- date');
			await keep(lab, date.run!, path.join(fixtures, 'date'), path.join(bundled, 'date'));
			const shell = lab.cluster.kubectl('kubectl exec -it nginx -- /bin/bash'.split(' '), {
				owner: 'driver',
				size: [80, 24],
				began: (id) => (shellRun = id)
			});
			let shellRun = '';
			await sleep(1000);
			for (const key of 'hostname\r') {
				shell.stdin.write(key);
				await sleep(60);
			}
			await sleep(400);
			shell.resize(100, 30);
			await sleep(400);
			for (const key of 'exit\r') {
				shell.stdin.write(key);
				await sleep(60);
			}
			expect(await shell.done).toBe(0);
			await keep(lab, shellRun, path.join(fixtures, 'shell'), path.join(bundled, 'shell'));
			const refused = await lab.kubectl('kubectl --context dev exec nginx -- date');
			expect(refused.code).toBe(1);
			await keep(lab, refused.run!, path.join(fixtures, 'refused'));
			await recordNewKubectl(lab);
		} finally {
			await lab.close();
		}
		const closed = await startLab({ debuggingHandlers: false });
		try {
			await keep(closed, closed.recordings()[0]!, path.join(fixtures, 'boot-debugging-off'));
		} finally {
			await closed.close();
		}
	}, 120_000);
});

async function recordNewKubectl(lab: Lab): Promise<void> {
	const binary = await realKubectl('1.36');
	const child = spawn(binary, ['exec', 'nginx', '--', 'date'], {
		env: { ...process.env, KUBECONFIG: lab.cluster.kubeconfigPath, HOME: lab.home },
		stdio: 'ignore'
	});
	const code = await new Promise((resolve) => child.on('close', resolve));
	expect(code).toBe(0);
	const run = lab.recordings().at(-1)!;
	await keep(lab, run, path.join(fixtures, 'kubectl-1.36'));
}
