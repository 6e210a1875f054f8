import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about containers of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const containersSchema = {
	CreateContainerRequest: {
		1: ['pod_sandbox_id', 'string'],
		2: ['config', 'ContainerConfig'],
		3: ['sandbox_config', 'PodSandboxConfig']
	},
	CreateContainerResponse: {
		1: ['container_id', 'string']
	},
	ContainerConfig: {
		1: ['metadata', 'ContainerMetadata'],
		2: ['image', 'ImageSpec'],
		3: ['command', 'string', 'repeated'],
		4: ['args', 'string', 'repeated'],
		5: ['working_dir', 'string'],
		6: ['envs', 'KeyValue', 'repeated'],
		7: ['mounts', 'Mount', 'repeated'],
		8: ['devices', 'Device', 'repeated'],
		9: ['labels', 'map'],
		10: ['annotations', 'map'],
		11: ['log_path', 'string'],
		12: ['stdin', 'bool'],
		13: ['stdin_once', 'bool'],
		14: ['tty', 'bool'],
		15: ['linux', 'LinuxContainerConfig']
	},
	LinuxContainerConfig: {
		1: ['resources', 'LinuxContainerResources'],
		2: ['security_context', 'LinuxContainerSecurityContext']
	},
	LinuxContainerResources: {
		1: ['cpu_period', 'int64'],
		2: ['cpu_quota', 'int64'],
		3: ['cpu_shares', 'int64'],
		4: ['memory_limit_in_bytes', 'int64'],
		5: ['oom_score_adj', 'int64'],
		6: ['cpuset_cpus', 'string'],
		7: ['cpuset_mems', 'string']
	},
	LinuxContainerSecurityContext: {
		1: ['capabilities', 'Capability'],
		2: ['privileged', 'bool'],
		3: ['namespace_options', 'NamespaceOption'],
		4: ['selinux_options', 'SELinuxOption'],
		5: ['run_as_user', 'Int64Value'],
		6: ['run_as_username', 'string'],
		7: ['readonly_rootfs', 'bool'],
		8: ['supplemental_groups', 'int64', 'repeated'],
		9: ['apparmor_profile', 'string'],
		10: ['seccomp_profile_path', 'string'],
		11: ['no_new_privs', 'bool'],
		12: ['run_as_group', 'Int64Value'],
		13: ['masked_paths', 'string', 'repeated'],
		14: ['readonly_paths', 'string', 'repeated']
	},
	Capability: {
		1: ['add_capabilities', 'string', 'repeated'],
		2: ['drop_capabilities', 'string', 'repeated']
	},
	StartContainerRequest: {
		1: ['container_id', 'string']
	},
	StartContainerResponse: {},
	StopContainerRequest: {
		1: ['container_id', 'string'],
		2: ['timeout', 'int64']
	},
	StopContainerResponse: {},
	RemoveContainerRequest: {
		1: ['container_id', 'string']
	},
	RemoveContainerResponse: {},
	ListContainersRequest: {
		1: ['filter', 'ContainerFilter']
	},
	ContainerFilter: {
		1: ['id', 'string'],
		2: ['state', 'ContainerStateValue'],
		3: ['pod_sandbox_id', 'string'],
		4: ['label_selector', 'map']
	},
	ContainerStateValue: {
		1: ['state', 'ContainerState']
	},
	ListContainersResponse: {
		1: ['containers', 'Container', 'repeated']
	},
	Container: {
		1: ['id', 'string'],
		2: ['pod_sandbox_id', 'string'],
		3: ['metadata', 'ContainerMetadata'],
		4: ['image', 'ImageSpec'],
		5: ['image_ref', 'string'],
		6: ['state', 'ContainerState'],
		7: ['created_at', 'int64'],
		8: ['labels', 'map'],
		9: ['annotations', 'map']
	},
	ContainerStatusRequest: {
		1: ['container_id', 'string'],
		2: ['verbose', 'bool']
	},
	ContainerStatusResponse: {
		1: ['status', 'ContainerStatus'],
		2: ['info', 'map']
	},
	ContainerStatus: {
		1: ['id', 'string'],
		2: ['metadata', 'ContainerMetadata'],
		3: ['state', 'ContainerState'],
		4: ['created_at', 'int64'],
		5: ['started_at', 'int64'],
		6: ['finished_at', 'int64'],
		7: ['exit_code', 'int32'],
		8: ['image', 'ImageSpec'],
		9: ['image_ref', 'string'],
		10: ['reason', 'string'],
		11: ['message', 'string'],
		12: ['labels', 'map'],
		13: ['annotations', 'map'],
		14: ['mounts', 'Mount', 'repeated'],
		15: ['log_path', 'string']
	},
	UpdateContainerResourcesRequest: {
		1: ['container_id', 'string'],
		2: ['linux', 'LinuxContainerResources']
	},
	UpdateContainerResourcesResponse: {},
	ReopenContainerLogRequest: {
		1: ['container_id', 'string']
	},
	ReopenContainerLogResponse: {}
} as const satisfies Schema;
