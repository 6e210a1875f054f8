import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';

/** Other users of this machine: what they could read or dial, had a careless umask its way. */
let target: ExecscopeProcess;
let user: string;
let run: string;
const before = process.umask();
const env = { HOME: process.env['HOME'], KUBECONFIG: process.env['KUBECONFIG'] };
const ownConfig = 'apiVersion: v1\nkind: Config\n';

beforeAll(async () => {
	user = mkdtempSync(path.join(os.tmpdir(), 'execscope-user-'));
	mkdirSync(path.join(user, '.kube'));
	writeFileSync(path.join(user, '.kube/config'), ownConfig);
	process.env['HOME'] = user;
	process.env['KUBECONFIG'] = path.join(user, '.kube/config');
	process.umask(0);
	target = await startExecscope();
	await vi.waitFor(() => expect(readdirSync(target.home)).toContain('cluster.json'), 10_000);
	run = (JSON.parse(readFileSync(path.join(target.home, 'lock'), 'utf8')) as { run: string }).run;
});
afterAll(async () => {
	process.umask(before);
	for (const [name, value] of Object.entries(env))
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	await target.close();
	rmSync(user, { recursive: true });
});

const mode = (file: string) => (lstatSync(file).mode & 0o777).toString(8);

function everything(dir: string): string[] {
	return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
		const file = path.join(dir, entry.name);
		return entry.isDirectory() ? [file, ...everything(file)] : [file];
	});
}

describe('under a umask that hides nothing', () => {
	it('the home and the run folder are for their owner alone', () => {
		expect([mode(target.home), mode(run)]).toEqual(['700', '700']);
	});
	it('the kubeconfig and the keys are, too', () => {
		const secrets = ['kubeconfig', 'pki/ca.key', 'pki/apiserver-kubelet-client.key'];
		for (const name of secrets) expect(mode(path.join(target.home, name)), name).toBe('600');
		expect(mode(path.join(target.home, 'pki'))).toBe('700');
	});
	it('so are the recordings, the lock and all else in the home', () => {
		const files = everything(target.home);
		expect(files.some((file) => file.endsWith('.execscope'))).toBe(true);
		for (const file of files) expect(mode(file), file).toMatch(/^[67]00$/);
	});
	it('so are the sockets and their folders, each by itself', () => {
		const files = everything(run);
		const sockets = files.filter((file) => lstatSync(file).isSocket());
		// An engine and a shim on each of two nodes, each behind a relay.
		expect(sockets).toHaveLength(8);
		for (const socket of sockets) expect(mode(socket), socket).toBe('600');
		for (const file of files)
			if (lstatSync(file).isDirectory()) expect(mode(file), file).toBe('700');
	});
	it("the user's own kubeconfig is as it was", () => {
		expect(readFileSync(path.join(user, '.kube/config'), 'utf8')).toBe(ownConfig);
		expect(everything(user)).toEqual([path.join(user, '.kube'), path.join(user, '.kube/config')]);
	});
	it('a home that was open before is closed, and nothing of a run stays when it ends', async () => {
		const home = mkdtempSync(path.join(os.tmpdir(), 'execscope-open-'));
		mkdirSync(path.join(home, 'pki'), { mode: 0o777 });
		const { chmodSync } = await import('node:fs');
		chmodSync(home, 0o777);
		const again = await startExecscope(['--home', home]);
		const lock = JSON.parse(readFileSync(path.join(home, 'lock'), 'utf8')) as { run: string };
		expect([mode(home), mode(path.join(home, 'pki'))]).toEqual(['700', '700']);
		await again.close();
		expect(existsSync(lock.run)).toBe(false);
		rmSync(home, { recursive: true });
	});
});
