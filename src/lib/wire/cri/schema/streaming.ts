import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about exec, attach and port-forward of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const streamingSchema = {
	ExecSyncRequest: {
		1: ['container_id', 'string'],
		2: ['cmd', 'string', 'repeated'],
		3: ['timeout', 'int64']
	},
	ExecSyncResponse: {
		1: ['stdout', 'bytes'],
		2: ['stderr', 'bytes'],
		3: ['exit_code', 'int32']
	},
	ExecRequest: {
		1: ['container_id', 'string'],
		2: ['cmd', 'string', 'repeated'],
		3: ['tty', 'bool'],
		4: ['stdin', 'bool'],
		5: ['stdout', 'bool'],
		6: ['stderr', 'bool']
	},
	ExecResponse: {
		1: ['url', 'string']
	},
	AttachRequest: {
		1: ['container_id', 'string'],
		2: ['stdin', 'bool'],
		3: ['tty', 'bool'],
		4: ['stdout', 'bool'],
		5: ['stderr', 'bool']
	},
	AttachResponse: {
		1: ['url', 'string']
	},
	PortForwardRequest: {
		1: ['pod_sandbox_id', 'string'],
		2: ['port', 'int32', 'repeated']
	},
	PortForwardResponse: {
		1: ['url', 'string']
	}
} as const satisfies Schema;
