/** The calls of the container runtime interface. Each takes a message `<Call>Request` and answers `<Call>Response`. */
export const criServices = {
	RuntimeService: [
		'Version',
		'Status',
		'RunPodSandbox',
		'StopPodSandbox',
		'RemovePodSandbox',
		'PodSandboxStatus',
		'ListPodSandbox',
		'CreateContainer',
		'StartContainer',
		'StopContainer',
		'RemoveContainer',
		'ListContainers',
		'ContainerStatus',
		'UpdateContainerResources',
		'ReopenContainerLog',
		'ExecSync',
		'Exec',
		'Attach',
		'PortForward',
		'ContainerStats',
		'ListContainerStats',
		'UpdateRuntimeConfig'
	],
	ImageService: ['ListImages', 'ImageStatus', 'PullImage', 'RemoveImage', 'ImageFsInfo']
} as const;
