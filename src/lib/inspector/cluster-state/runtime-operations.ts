/** Under which `operation_type` the kubelet counts each CRI call. */
export const operationTypes: Readonly<Record<string, string>> = {
	Version: 'version',
	ListPodSandbox: 'list_podsandbox',
	ListContainers: 'list_containers',
	Exec: 'exec',
	PortForward: 'port_forward',
	PodSandboxStatus: 'podsandbox_status',
	ContainerStatus: 'container_status',
	RunPodSandbox: 'run_podsandbox',
	CreateContainer: 'create_container',
	StartContainer: 'start_container',
	StopContainer: 'stop_container',
	RemoveContainer: 'remove_container',
	StopPodSandbox: 'stop_podsandbox',
	RemovePodSandbox: 'remove_podsandbox',
	ImageStatus: 'image_status',
	PullImage: 'pull_image'
};

export const totalMetric = (type: string) =>
	`kubelet_runtime_operations_total{operation_type="${type}"}`;
export const errorsMetric = (type: string) =>
	`kubelet_runtime_operations_errors_total{operation_type="${type}"}`;
