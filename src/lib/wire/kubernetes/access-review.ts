import { decodeFields, type DecodedMessage } from '../protobuf/decode-message.ts';
import { ProtobufError } from '../protobuf/protobuf-error.ts';
import type { Schema } from '../protobuf/schema.ts';

/** What somebody may do, as it is asked of the API server: `k8s.io/api/authorization/v1`. Empty texts are left out. */
export interface AccessReviewSpec {
	resourceAttributes?: ResourceAttributes;
	nonResourceAttributes?: NonResourceAttributes;
	/** Only where it is asked for somebody else. */
	user?: string;
	groups?: string[];
	/** Only where all that is allowed in a namespace is asked for. */
	namespace?: string;
}

export interface ResourceAttributes {
	namespace?: string;
	verb?: string;
	group?: string;
	version?: string;
	resource?: string;
	subresource?: string;
	name?: string;
}

export interface NonResourceAttributes {
	path?: string;
	verb?: string;
}

export const resourceAttributeNames = [
	...['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name']
] as (keyof ResourceAttributes)[];

const attributes = {
	1: ['resourceAttributes', 'ResourceAttributes'],
	2: ['nonResourceAttributes', 'NonResourceAttributes']
} as const;

/** The fields of `generated.proto` that are read here. */
const schema: Schema = {
	SelfSubjectAccessReview: { 2: ['spec', 'SelfSubjectAccessReviewSpec'] },
	SubjectAccessReview: { 2: ['spec', 'SubjectAccessReviewSpec'] },
	SelfSubjectRulesReview: { 2: ['spec', 'SelfSubjectRulesReviewSpec'] },
	SelfSubjectAccessReviewSpec: attributes,
	SubjectAccessReviewSpec: {
		...attributes,
		3: ['user', 'string'],
		4: ['groups', 'string', 'repeated']
	},
	SelfSubjectRulesReviewSpec: { 1: ['namespace', 'string'] },
	ResourceAttributes: Object.fromEntries(
		resourceAttributeNames.map((name, at) => [at + 1, [name, 'string'] as const])
	),
	NonResourceAttributes: { 1: ['path', 'string'], 2: ['verb', 'string'] }
};

/** The spec of a review in protobuf, without its envelope. Throws ProtobufError, also for a kind that is no review. */
export function decodeAccessReview(kind: string, bytes: Uint8Array): AccessReviewSpec {
	if (!/Review$/.test(kind) || !Object.hasOwn(schema, kind)) {
		throw new ProtobufError(`${kind} is no review of access`);
	}
	const { spec = {} } = plain(decodeFields(schema, {}, kind, bytes));
	return spec as AccessReviewSpec;
}

/** Fields that are not known, or not of their type, are left out. */
function plain({ type, fields }: DecodedMessage): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const { name, number, value } of fields) {
		const [known, of, repeated] = schema[type]?.[number] ?? [];
		if (name !== known || value === '') continue;
		const read = of === 'string' ? value : plain(value as DecodedMessage);
		values[name] = repeated ? [...((values[name] as unknown[] | undefined) ?? []), read] : read;
	}
	return values;
}
