/** The enumerations of the container runtime interface: position is value. */
export const enumValues = {
	PodSandboxState: ['SANDBOX_READY', 'SANDBOX_NOTREADY'],
	ContainerState: [
		'CONTAINER_CREATED',
		'CONTAINER_RUNNING',
		'CONTAINER_EXITED',
		'CONTAINER_UNKNOWN'
	],
	NamespaceMode: ['POD', 'CONTAINER', 'NODE'],
	Protocol: ['TCP', 'UDP', 'SCTP'],
	MountPropagation: [
		'PROPAGATION_PRIVATE',
		'PROPAGATION_HOST_TO_CONTAINER',
		'PROPAGATION_BIDIRECTIONAL'
	]
} as const;
