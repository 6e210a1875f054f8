/** Whether this machine lets an ordinary process make containers: found out by making one. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { DockerError } from './docker-error.ts';
import { EngineState } from './engine-state.ts';
import { PipePool } from './pipe-pool.ts';

type Probe = { ok: true } | { ok: false; reason: string };

/** What the tools say where it cannot work, and what can be done about it. */
const remedies: [pattern: RegExp, remedy: string][] = [
	[
		/max_user_namespaces|unshare failed: No space left on device/,
		'this machine allows no user namespaces: `sysctl -w user.max_user_namespaces=15000` as root'
	],
	[
		/uid_map: Operation not permitted|uid_map.*(denied|not permitted)/,
		'AppArmor keeps ordinary programs from user namespaces (Ubuntu 24.04): `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` as root, or a profile for unshare'
	],
	[
		/unshare failed: Operation not permitted/,
		'user namespaces are refused: inside a Docker container run that one with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined`; on Debian 10 or older `sysctl -w kernel.unprivileged_userns_clone=1` as root; in a chroot there is no way'
	],
	[
		/none is mapped/,
		'this root has too few user ids, as in a rootless container: run it as an ordinary user'
	],
	[
		/mount: .*(permission denied|not permitted)/,
		'a masked /proc keeps new ones from being mounted: run the outer container with `--security-opt systempaths=unconfined`'
	],
	[
		/unrecognized option|invalid option|not found|ENOENT/,
		'the tools of util-linux are needed (unshare, nsenter, setpriv, prlimit, mount, setsid), not those of BusyBox'
	]
];

/** Boots a throw-away container and ends it. The reason is a sentence with the remedy. */
export async function probeEngine(): Promise<Probe> {
	if (process.platform !== 'linux')
		return { ok: false, reason: 'containers need Linux; this machine can still play recordings' };
	const dir = mkdtempSync(join(os.tmpdir(), 'execscope-probe-'));
	const pipes = new PipePool();
	const state = new EngineState();
	try {
		const container = state.create('probe', { Image: 'pause' });
		await container.start(dir, pipes);
		await state.remove(container);
		return { ok: true };
	} catch (error) {
		return { ok: false, reason: reasonOf(error) };
	} finally {
		await Promise.all([...state.containers.values()].map((each) => state.remove(each)));
		await pipes.close();
		rmSync(dir, { recursive: true, force: true });
	}
}

/** The tool's own last line, and what can be done. */
export function reasonOf(error: unknown): string {
	const said = error instanceof Error ? error.message : String(error);
	const text =
		error instanceof DockerError ? said.replace('OCI runtime create failed: ', '') : said;
	const remedy = remedies.find(([pattern]) => pattern.test(text))?.[1];
	return remedy ? `${text} (${remedy})` : text;
}
