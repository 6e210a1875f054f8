/** `GET /_ping`, `/version` and `/info`. */
import os from 'node:os';
import { apiVersion, engineVersion, minApiVersion, type Answer } from './answers.ts';
import { architecture } from './images.ts';

export function ping(head: boolean): Answer {
	const headers: Answer['headers'] = [
		['Cache-Control', 'no-cache, no-store, must-revalidate'],
		['Pragma', 'no-cache']
	];
	const type = 'text/plain; charset=utf-8';
	if (!head) return { status: 200, text: 'OK', sniffed: type, headers };
	return { status: 200, type, headers: [...headers, ['Content-Length', '0']] };
}

export function version() {
	const common = {
		ApiVersion: apiVersion,
		Arch: architecture(),
		BuildTime: '',
		GitCommit: '',
		GoVersion: '',
		KernelVersion: os.release(),
		MinAPIVersion: minApiVersion,
		Os: 'linux'
	};
	return {
		// The one place where a client is told whom it talks to; the rest is what that version answers.
		Platform: { Name: 'Execscope embedded engine' },
		Components: [
			{
				Name: 'Engine',
				Version: engineVersion,
				Details: { ...common, Experimental: 'false' }
			}
		],
		Version: engineVersion,
		ApiVersion: apiVersion,
		MinAPIVersion: minApiVersion,
		GitCommit: '',
		GoVersion: '',
		Os: 'linux',
		Arch: architecture(),
		KernelVersion: os.release(),
		BuildTime: ''
	};
}

export function info(node: string, counts: { all: number; running: number; images: number }) {
	return {
		ID: `execscope-${node}`,
		Containers: counts.all,
		ContainersRunning: counts.running,
		ContainersPaused: 0,
		ContainersStopped: counts.all - counts.running,
		Images: counts.images,
		Driver: 'host',
		DriverStatus: [['Root file system', 'host /usr, read-only']],
		Plugins: { Volume: [], Network: ['none'], Authorization: null, Log: ['none'] },
		MemoryLimit: false,
		SwapLimit: false,
		PidsLimit: true,
		Debug: false,
		SystemTime: new Date().toISOString(),
		LoggingDriver: 'none',
		CgroupDriver: 'cgroupfs',
		CgroupVersion: '1',
		KernelVersion: os.release(),
		OperatingSystem: 'Execscope embedded engine',
		OSVersion: '',
		OSType: 'linux',
		Architecture: { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch,
		IndexServerAddress: '',
		RegistryConfig: null,
		NCPU: os.cpus().length,
		MemTotal: os.totalmem(),
		GenericResources: null,
		DockerRootDir: '',
		HttpProxy: '',
		HttpsProxy: '',
		NoProxy: '',
		Name: node,
		Labels: [],
		ExperimentalBuild: false,
		ServerVersion: engineVersion,
		Runtimes: { 'util-linux': { path: 'unshare' } },
		DefaultRuntime: 'util-linux',
		Swarm: {
			NodeID: '',
			NodeAddr: '',
			LocalNodeState: 'inactive',
			ControlAvailable: false,
			Error: '',
			RemoteManagers: null
		},
		LiveRestoreEnabled: false,
		Isolation: '',
		InitBinary: '',
		SecurityOptions: ['name=userns'],
		Warnings: ['WARNING: A teaching sandbox: no seccomp filter, one shared kernel']
	};
}
