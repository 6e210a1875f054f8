import type { Schema } from '../../protobuf/schema.ts';

/**
 * Messages about images of the container runtime interface (kubernetes/cri-api, v1alpha2/api.proto), as a
 * table for the page, which reads no .proto file. runtime.proto says the same; a test compares them.
 */
export const imagesSchema = {
	ListImagesRequest: {
		1: ['filter', 'ImageFilter']
	},
	ImageFilter: {
		1: ['image', 'ImageSpec']
	},
	ListImagesResponse: {
		1: ['images', 'Image', 'repeated']
	},
	Image: {
		1: ['id', 'string'],
		2: ['repo_tags', 'string', 'repeated'],
		3: ['repo_digests', 'string', 'repeated'],
		4: ['size', 'uint64'],
		5: ['uid', 'Int64Value'],
		6: ['username', 'string']
	},
	ImageStatusRequest: {
		1: ['image', 'ImageSpec'],
		2: ['verbose', 'bool']
	},
	ImageStatusResponse: {
		1: ['image', 'Image'],
		2: ['info', 'map']
	},
	PullImageRequest: {
		1: ['image', 'ImageSpec'],
		2: ['auth', 'AuthConfig'],
		3: ['sandbox_config', 'PodSandboxConfig']
	},
	AuthConfig: {
		1: ['username', 'string'],
		2: ['password', 'string'],
		3: ['auth', 'string'],
		4: ['server_address', 'string'],
		5: ['identity_token', 'string'],
		6: ['registry_token', 'string']
	},
	PullImageResponse: {
		1: ['image_ref', 'string']
	},
	RemoveImageRequest: {
		1: ['image', 'ImageSpec']
	},
	RemoveImageResponse: {},
	ImageFsInfoRequest: {},
	ImageFsInfoResponse: {
		1: ['image_filesystems', 'FilesystemUsage', 'repeated']
	}
} as const satisfies Schema;
