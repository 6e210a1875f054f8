import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about pod sandboxes of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const sandboxesSchema = {
	RunPodSandboxRequest: {
		1: ['config', 'PodSandboxConfig'],
		2: ['runtime_handler', 'string']
	},
	RunPodSandboxResponse: {
		1: ['pod_sandbox_id', 'string']
	},
	PodSandboxConfig: {
		1: ['metadata', 'PodSandboxMetadata'],
		2: ['hostname', 'string'],
		3: ['log_directory', 'string'],
		4: ['dns_config', 'DNSConfig'],
		5: ['port_mappings', 'PortMapping', 'repeated'],
		6: ['labels', 'map'],
		7: ['annotations', 'map'],
		8: ['linux', 'LinuxPodSandboxConfig']
	},
	DNSConfig: {
		1: ['servers', 'string', 'repeated'],
		2: ['searches', 'string', 'repeated'],
		3: ['options', 'string', 'repeated']
	},
	PortMapping: {
		1: ['protocol', 'Protocol'],
		2: ['container_port', 'int32'],
		3: ['host_port', 'int32'],
		4: ['host_ip', 'string']
	},
	LinuxPodSandboxConfig: {
		1: ['cgroup_parent', 'string'],
		2: ['security_context', 'LinuxSandboxSecurityContext'],
		3: ['sysctls', 'map']
	},
	LinuxSandboxSecurityContext: {
		1: ['namespace_options', 'NamespaceOption'],
		2: ['selinux_options', 'SELinuxOption'],
		3: ['run_as_user', 'Int64Value'],
		4: ['readonly_rootfs', 'bool'],
		5: ['supplemental_groups', 'int64', 'repeated'],
		6: ['privileged', 'bool'],
		7: ['seccomp_profile_path', 'string'],
		8: ['run_as_group', 'Int64Value']
	},
	StopPodSandboxRequest: {
		1: ['pod_sandbox_id', 'string']
	},
	StopPodSandboxResponse: {},
	RemovePodSandboxRequest: {
		1: ['pod_sandbox_id', 'string']
	},
	RemovePodSandboxResponse: {},
	PodSandboxStatusRequest: {
		1: ['pod_sandbox_id', 'string'],
		2: ['verbose', 'bool']
	},
	PodSandboxStatusResponse: {
		1: ['status', 'PodSandboxStatus'],
		2: ['info', 'map']
	},
	PodSandboxStatus: {
		1: ['id', 'string'],
		2: ['metadata', 'PodSandboxMetadata'],
		3: ['state', 'PodSandboxState'],
		4: ['created_at', 'int64'],
		5: ['network', 'PodSandboxNetworkStatus'],
		6: ['linux', 'LinuxPodSandboxStatus'],
		7: ['labels', 'map'],
		8: ['annotations', 'map'],
		9: ['runtime_handler', 'string']
	},
	PodSandboxNetworkStatus: {
		1: ['ip', 'string']
	},
	LinuxPodSandboxStatus: {
		1: ['namespaces', 'Namespace']
	},
	Namespace: {
		2: ['options', 'NamespaceOption']
	},
	ListPodSandboxRequest: {
		1: ['filter', 'PodSandboxFilter']
	},
	PodSandboxFilter: {
		1: ['id', 'string'],
		2: ['state', 'PodSandboxStateValue'],
		3: ['label_selector', 'map']
	},
	PodSandboxStateValue: {
		1: ['state', 'PodSandboxState']
	},
	ListPodSandboxResponse: {
		1: ['items', 'PodSandbox', 'repeated']
	},
	PodSandbox: {
		1: ['id', 'string'],
		2: ['metadata', 'PodSandboxMetadata'],
		3: ['state', 'PodSandboxState'],
		4: ['created_at', 'int64'],
		5: ['labels', 'map'],
		6: ['annotations', 'map'],
		7: ['runtime_handler', 'string']
	}
} as const satisfies Schema;
