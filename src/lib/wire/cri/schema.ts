import { containersSchema } from './schema/containers.ts';
import { imagesSchema } from './schema/images.ts';
import { runtimeSchema } from './schema/runtime.ts';
import { sandboxesSchema } from './schema/sandboxes.ts';
import { sharedSchema } from './schema/shared.ts';
import { statsSchema } from './schema/stats.ts';
import { streamingSchema } from './schema/streaming.ts';

/** All messages of the container runtime interface that runtime.proto has, by name. */
export const criSchema = {
	...sharedSchema,
	...runtimeSchema,
	...sandboxesSchema,
	...containersSchema,
	...streamingSchema,
	...statsSchema,
	...imagesSchema
};
