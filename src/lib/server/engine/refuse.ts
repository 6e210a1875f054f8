/**
 * What the embedded engine does not do is refused with a sentence, never ignored, where it would change what a
 * container can reach. Resource bounds and the like are accepted and remembered.
 */
import { DockerError } from './docker-error.ts';

export interface HostConfig {
	NetworkMode?: string;
	IpcMode?: string;
	LogConfig?: { Type?: string; Config?: Record<string, string> | null } | null;
	[key: string]: unknown;
}

/** Keys that must be empty, with what they ask for. */
const empty: Record<string, string> = {
	Binds: 'bind mounts',
	Mounts: 'mounts',
	VolumesFrom: 'volumes of other containers',
	Tmpfs: 'further tmpfs mounts',
	Devices: 'devices',
	DeviceRequests: 'devices',
	DeviceCgroupRules: 'devices',
	CapAdd: 'added capabilities',
	Sysctls: 'sysctls',
	GroupAdd: 'further groups',
	PortBindings: 'published ports',
	Links: 'links'
};

/** Whose namespaces a container may have: its own, or (net and ipc) those of the pod's first container. */
const namespaces: Record<string, RegExp> = {
	NetworkMode: /^(default|bridge|none|private|container:.+)?$/,
	IpcMode: /^(private|shareable|none|container:.+)?$/,
	PidMode: /^(private)?$/,
	UTSMode: /^$/,
	UsernsMode: /^$/,
	CgroupnsMode: /^(private)?$/
};

/** Throws a 400 that says what was asked for and is not to be had. */
export function refuseWhatIsNotIsolated(config: HostConfig): void {
	if (config.Privileged) refuse('privileged containers');
	if (config.PublishAllPorts) refuse('published ports');
	for (const [key, what] of Object.entries(empty)) if (!isEmpty(config[key])) refuse(what, key);
	for (const [key, allowed] of Object.entries(namespaces)) {
		const mode = String(config[key] ?? '');
		if (!allowed.test(mode)) refuse(`${key} ${JSON.stringify(mode)}`);
	}
	const options = Array.isArray(config.SecurityOpt) ? config.SecurityOpt.map(String) : [];
	const harmless = /^(no-new-privileges(:true)?|seccomp[=:]unconfined)$/;
	const other = options.find((option) => !harmless.test(option));
	if (other) refuse(`the security option ${JSON.stringify(other)}`);
	const driver = logDriver(config);
	if (driver !== 'json-file' && driver !== 'none')
		throw new DockerError(400, `logger: no log driver named '${driver}' is registered`);
}

/** Where the output of a container goes besides who is attached: into a file, unless it says otherwise. */
export const logDriver = ({ LogConfig }: HostConfig): string => LogConfig?.Type || 'json-file';

/** Everybody inside is root of the container (and nobody outside it). */
export function refuseOtherUser(user: string): void {
	if (/^(0|root)?(:(0|root)?)?$/.test(user)) return;
	throw new DockerError(
		400,
		`the embedded engine runs every process as root of its container: user ${JSON.stringify(user)} is not to be had`
	);
}

function refuse(what: string, key?: string): never {
	const named = key ? `${what} (HostConfig.${key})` : what;
	throw new DockerError(
		400,
		`the embedded engine keeps containers away from this machine and refuses ${named}`
	);
}

function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	return typeof value === 'object' && Object.keys(value).length === 0;
}
