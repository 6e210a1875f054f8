import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about what containers use of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const statsSchema = {
	ContainerStatsRequest: {
		1: ['container_id', 'string']
	},
	ContainerStatsResponse: {
		1: ['stats', 'ContainerStats']
	},
	ListContainerStatsRequest: {
		1: ['filter', 'ContainerStatsFilter']
	},
	ContainerStatsFilter: {
		1: ['id', 'string'],
		2: ['pod_sandbox_id', 'string'],
		3: ['label_selector', 'map']
	},
	ListContainerStatsResponse: {
		1: ['stats', 'ContainerStats', 'repeated']
	},
	ContainerStats: {
		1: ['attributes', 'ContainerAttributes'],
		2: ['cpu', 'CpuUsage'],
		3: ['memory', 'MemoryUsage'],
		4: ['writable_layer', 'FilesystemUsage']
	},
	ContainerAttributes: {
		1: ['id', 'string'],
		2: ['metadata', 'ContainerMetadata'],
		3: ['labels', 'map'],
		4: ['annotations', 'map']
	},
	CpuUsage: {
		1: ['timestamp', 'int64'],
		2: ['usage_core_nano_seconds', 'UInt64Value']
	},
	MemoryUsage: {
		1: ['timestamp', 'int64'],
		2: ['working_set_bytes', 'UInt64Value']
	},
	FilesystemUsage: {
		1: ['timestamp', 'int64'],
		2: ['fs_id', 'FilesystemIdentifier'],
		3: ['used_bytes', 'UInt64Value'],
		4: ['inodes_used', 'UInt64Value']
	},
	FilesystemIdentifier: {
		1: ['mountpoint', 'string']
	}
} as const satisfies Schema;
