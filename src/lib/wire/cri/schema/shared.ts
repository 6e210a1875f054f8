import type { Schema } from '../../protobuf/schema.ts';

/**
 * Values that several messages of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const sharedSchema = {
	PodSandboxMetadata: {
		1: ['name', 'string'],
		2: ['uid', 'string'],
		3: ['namespace', 'string'],
		4: ['attempt', 'uint32']
	},
	ContainerMetadata: {
		1: ['name', 'string'],
		2: ['attempt', 'uint32']
	},
	ImageSpec: {
		1: ['image', 'string']
	},
	KeyValue: {
		1: ['key', 'string'],
		2: ['value', 'string']
	},
	Int64Value: {
		1: ['value', 'int64']
	},
	UInt64Value: {
		1: ['value', 'uint64']
	},
	NamespaceOption: {
		1: ['network', 'NamespaceMode'],
		2: ['pid', 'NamespaceMode'],
		3: ['ipc', 'NamespaceMode']
	},
	SELinuxOption: {
		1: ['user', 'string'],
		2: ['role', 'string'],
		3: ['type', 'string'],
		4: ['level', 'string']
	},
	Mount: {
		1: ['container_path', 'string'],
		2: ['host_path', 'string'],
		3: ['readonly', 'bool'],
		4: ['selinux_relabel', 'bool'],
		5: ['propagation', 'MountPropagation']
	},
	Device: {
		1: ['container_path', 'string'],
		2: ['host_path', 'string'],
		3: ['permissions', 'string']
	}
} as const satisfies Schema;
