/** What `docker ps` and `docker inspect` are told of a container. */
import type { Container } from './container.ts';
import { logOptions } from './json-file.ts';
import { logDriver } from './refuse.ts';

/** Of the pod's first container or of none: no container here has a network but loopback. */
const networkMode = (container: Container) => String(container.hostConfig.NetworkMode || 'default');

export function summary(container: Container, now: number) {
	const mode = networkMode(container);
	return {
		Id: container.id,
		Names: [`/${container.name}`],
		Image: String(container.config.Image),
		ImageID: container.image.id,
		Command: commandLine(container.argv),
		Created: Math.floor(container.created.getTime() / 1000),
		Ports: [],
		Labels: container.config.Labels,
		State: container.state.status,
		Status: statusText(container, now),
		HostConfig: { NetworkMode: mode },
		NetworkSettings: { Networks: networks(mode) },
		Mounts: []
	};
}

/** As `docker ps` shows it; clients tell the state by its first word. */
export function statusText({ state }: Container, now: number): string {
	if (state.status === 'created') return 'Created';
	if (state.status === 'running') return `Up ${humanDuration(now - Date.parse(state.startedAt))}`;
	return `Exited (${state.exitCode}) ${humanDuration(now - Date.parse(state.finishedAt))} ago`;
}

/** Durations in Docker's words (go-units). */
export function humanDuration(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	const minutes = Math.floor(seconds / 60);
	const hours = Math.round(minutes / 60);
	if (seconds < 1) return 'Less than a second';
	if (seconds === 1) return '1 second';
	if (seconds < 60) return `${seconds} seconds`;
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
	return `${Math.floor(hours / 24 / 365)} years`;
}

function commandLine([path = '', ...args]: string[]): string {
	return [path, ...args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg))].join(' ');
}

function networks(mode: string) {
	if (mode.startsWith('container:')) return {};
	const endpoint = {
		IPAMConfig: null,
		Links: null,
		Aliases: null,
		NetworkID: '',
		EndpointID: '',
		Gateway: '',
		IPAddress: '',
		IPPrefixLen: 0,
		IPv6Gateway: '',
		GlobalIPv6Address: '',
		GlobalIPv6PrefixLen: 0,
		MacAddress: '',
		DriverOpts: null
	};
	return { [mode]: endpoint };
}

export function inspection(container: Container, running: readonly string[]) {
	const { state, config } = container;
	const [path = '', ...args] = container.argv;
	const mode = networkMode(container);
	return {
		Id: container.id,
		Created: container.created.toISOString(),
		Path: path,
		Args: args,
		State: {
			Status: state.status,
			Running: container.running,
			Paused: false,
			Restarting: false,
			OOMKilled: false,
			Dead: false,
			Pid: state.pid,
			ExitCode: state.exitCode,
			Error: state.error,
			StartedAt: state.startedAt,
			FinishedAt: state.finishedAt
		},
		Image: container.image.id,
		ResolvConfPath: '',
		HostnamePath: '',
		HostsPath: '',
		LogPath: container.log?.path ?? '',
		Name: `/${container.name}`,
		RestartCount: 0,
		Driver: 'host',
		Platform: 'linux',
		MountLabel: '',
		ProcessLabel: '',
		AppArmorProfile: '',
		ExecIDs: running.length > 0 ? running : null,
		HostConfig: hostConfig(container),
		GraphDriver: { Data: null, Name: 'host' },
		Mounts: [],
		Config: { ...config, Hostname: container.hostname },
		NetworkSettings: networkSettings(mode)
	};
}

function hostConfig(container: Container) {
	const given = container.hostConfig;
	const Type = logDriver(given);
	const Config = { ...(Type === 'json-file' && logOptions), ...given.LogConfig?.Config };
	return {
		...defaultHostConfig,
		...given,
		LogConfig: { Type, Config },
		NetworkMode: networkMode(container)
	};
}

function networkSettings(mode: string) {
	return {
		Bridge: '',
		SandboxID: '',
		HairpinMode: false,
		LinkLocalIPv6Address: '',
		LinkLocalIPv6PrefixLen: 0,
		Ports: {},
		SandboxKey: '',
		SecondaryIPAddresses: null,
		SecondaryIPv6Addresses: null,
		EndpointID: '',
		Gateway: '',
		GlobalIPv6Address: '',
		GlobalIPv6PrefixLen: 0,
		IPAddress: '',
		IPPrefixLen: 0,
		IPv6Gateway: '',
		MacAddress: '',
		Networks: networks(mode)
	};
}

/** What a client that says nothing gets; the masked and read-only paths are those of the boot script. */
const defaultHostConfig = {
	Binds: null,
	ContainerIDFile: '',
	LogConfig: { Type: 'json-file', Config: {} },
	NetworkMode: 'default',
	PortBindings: null,
	RestartPolicy: { Name: '', MaximumRetryCount: 0 },
	AutoRemove: false,
	VolumeDriver: '',
	VolumesFrom: null,
	CapAdd: null,
	CapDrop: null,
	CgroupnsMode: 'private',
	Dns: null,
	DnsOptions: null,
	DnsSearch: null,
	ExtraHosts: null,
	GroupAdd: null,
	IpcMode: 'private',
	Cgroup: '',
	Links: null,
	OomScoreAdj: 0,
	PidMode: '',
	Privileged: false,
	PublishAllPorts: false,
	ReadonlyRootfs: false,
	SecurityOpt: null,
	UTSMode: '',
	UsernsMode: '',
	ShmSize: 16777216,
	Runtime: 'util-linux',
	ConsoleSize: [0, 0],
	Isolation: '',
	CpuShares: 0,
	Memory: 0,
	NanoCpus: 0,
	CgroupParent: '',
	BlkioWeight: 0,
	BlkioWeightDevice: null,
	BlkioDeviceReadBps: null,
	BlkioDeviceWriteBps: null,
	BlkioDeviceReadIOps: null,
	BlkioDeviceWriteIOps: null,
	CpuPeriod: 0,
	CpuQuota: 0,
	CpuRealtimePeriod: 0,
	CpuRealtimeRuntime: 0,
	CpusetCpus: '',
	CpusetMems: '',
	Devices: null,
	DeviceCgroupRules: null,
	DeviceRequests: null,
	KernelMemory: 0,
	KernelMemoryTCP: 0,
	MemoryReservation: 0,
	MemorySwap: 0,
	MemorySwappiness: null,
	OomKillDisable: false,
	PidsLimit: null,
	Ulimits: null,
	CpuCount: 0,
	CpuPercent: 0,
	IOMaximumIOps: 0,
	IOMaximumBandwidth: 0,
	MaskedPaths: [
		'/proc/asound',
		'/proc/acpi',
		'/proc/kcore',
		'/proc/keys',
		'/proc/latency_stats',
		'/proc/timer_list',
		'/proc/sched_debug',
		'/proc/scsi'
	],
	ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']
};
