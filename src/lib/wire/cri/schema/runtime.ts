import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about the runtime itself of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const runtimeSchema = {
	VersionRequest: {
		1: ['version', 'string']
	},
	VersionResponse: {
		1: ['version', 'string'],
		2: ['runtime_name', 'string'],
		3: ['runtime_version', 'string'],
		4: ['runtime_api_version', 'string']
	},
	StatusRequest: {
		1: ['verbose', 'bool']
	},
	StatusResponse: {
		1: ['status', 'RuntimeStatus'],
		2: ['info', 'map']
	},
	RuntimeStatus: {
		1: ['conditions', 'RuntimeCondition', 'repeated']
	},
	RuntimeCondition: {
		1: ['type', 'string'],
		2: ['status', 'bool'],
		3: ['reason', 'string'],
		4: ['message', 'string']
	},
	UpdateRuntimeConfigRequest: {
		1: ['runtime_config', 'RuntimeConfig']
	},
	RuntimeConfig: {
		1: ['network_config', 'NetworkConfig']
	},
	NetworkConfig: {
		1: ['pod_cidr', 'string']
	},
	UpdateRuntimeConfigResponse: {}
} as const satisfies Schema;
