/**
 * `kubectl auth can-i`: who asks makes a review of its access, and has its answer at once; nothing is kept. As
 * `pkg/registry/authorization/{subjectaccessreview,selfsubjectaccessreview,selfsubjectrulesreview}/rest.go`.
 */
import type { IncomingMessage } from 'node:http';
import {
	decodeAccessReview,
	resourceAttributeNames,
	type AccessReviewSpec
} from '../../wire/kubernetes/access-review.ts';
import { decodeUnknown } from '../../wire/kubernetes/unknown.ts';
import { ProtobufError } from '../../wire/protobuf/protobuf-error.ts';
import type { Answer, ApiRequest } from './api-request.ts';
import { negotiate } from './negotiation.ts';
import type { KubeObject } from './objects.ts';
import { authorize, resourcePath, rulesOf, type Decision, type Subject } from './rbac.ts';
import { json, protobuf, readBodyOf } from './request-body.ts';
import type { RequestInfo } from './request-info.ts';
import {
	badRequest,
	invalid,
	methodNotAllowed,
	noSuchResource,
	type FieldError
} from './status.ts';
import { decodeObject } from './storage.ts';

const apiVersion = 'authorization.k8s.io/v1';

/** Answers a review of this kind. Throws the Status for one that asks nothing, or that cannot be read. */
export async function reviewAccess(api: ApiRequest, kind: string): Promise<Answer> {
	const { info, user, request } = api;
	if (info.namespace) throw noSuchResource();
	if (info.verb !== 'create' || info.name) throw methodNotAllowed();
	negotiate(request.headers.accept);
	const spec = await readSpec(request, kind);
	if (kind === 'SelfSubjectRulesReview') return answerWith(kind, spec, rulesStatus(user, spec), {});
	const self = kind === 'SelfSubjectAccessReview';
	const wrong = errorsOf(spec, self);
	if (wrong.length > 0) throw invalid(kind, '', wrong, info.group);
	const subject = self ? user : { name: spec.user ?? '', groups: spec.groups ?? [] };
	const asked = requestOf(spec);
	const decision = authorize(subject, asked);
	const { allowed } = decision;
	const { verb, namespace, name, path } = asked;
	const what = asked.isResource ? { resource: resourcePath(asked), namespace, name } : { path };
	const facts = { user: subject.name, verb, ...what, allowed, reason: decision.reason };
	return answerWith(kind, spec, { allowed, ...reasonOf(decision) }, facts);
}

function answerWith(
	kind: string,
	spec: AccessReviewSpec,
	status: object,
	facts: Record<string, unknown>
): Answer {
	const metadata = { creationTimestamp: null };
	const body = { kind, apiVersion, metadata, spec, status };
	return { status: 201, body, facts: { kind, ...facts } };
}

/** In upstream's words, which are none where no role allows it. */
function reasonOf({ binding }: Decision): { reason?: string } {
	if (!binding) return {};
	const { role, kind, subject } = binding;
	return {
		reason: `RBAC: allowed by ClusterRoleBinding "${role}" of ClusterRole "${role}" to ${kind} "${subject}"`
	};
}

/** All that the user may do. Every binding is for the whole cluster, so the namespace makes no difference. */
function rulesStatus(user: Subject, { namespace }: AccessReviewSpec) {
	if (!namespace) throw badRequest('no namespace on request');
	const rules = rulesOf(user);
	return {
		resourceRules: rules.flatMap(({ verbs, apiGroups = [''], resources }) =>
			resources ? [{ verbs, apiGroups, resources }] : []
		),
		nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs }) =>
			nonResourceURLs ? [{ verbs, nonResourceURLs }] : []
		),
		incomplete: false
	};
}

/** `pkg/apis/authorization/validation/validation.go`. */
function errorsOf(
	{ resourceAttributes, nonResourceAttributes, user, groups = [] }: AccessReviewSpec,
	self: boolean
): FieldError[] {
	const wrong: FieldError[] = [];
	const say = (field: string, message: string) =>
		wrong.push({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${message}` });
	if (resourceAttributes && nonResourceAttributes) {
		const { path = '', verb = '' } = nonResourceAttributes;
		say(
			'spec.nonResourceAttributes',
			`authorization.NonResourceAttributes{Path:"${path}", Verb:"${verb}"}: cannot be specified in combination with resourceAttributes`
		);
	}
	if (!resourceAttributes && !nonResourceAttributes) {
		say(
			'spec.resourceAttributes',
			'"null": exactly one of nonResourceAttributes or resourceAttributes must be specified'
		);
	}
	if (!self && !user && groups.length === 0) {
		say('spec.user', '"": at least one of user or group must be specified');
	}
	return wrong;
}

/** The request that is asked about. */
function requestOf({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec): RequestInfo {
	const nothing = {
		path: '',
		verb: '',
		isResource: resourceAttributes !== undefined,
		group: '',
		version: '',
		namespace: '',
		resource: '',
		subresource: '',
		name: '',
		rest: []
	};
	return { ...nothing, ...nonResourceAttributes, ...resourceAttributes };
}

/** Newer kubectls write it in protobuf, and take no other answer to that than the review. */
async function readSpec(request: IncomingMessage, kind: string): Promise<AccessReviewSpec> {
	const { type, bytes } = await readBodyOf([json, protobuf], request);
	if (type === json) {
		const given = decodeObject<KubeObject & { spec?: unknown }>(
			bytes.toString('utf8'),
			kind,
			apiVersion
		);
		return specFrom(given.spec);
	}
	try {
		const unknown = decodeUnknown(bytes);
		if (unknown.kind !== kind || unknown.apiVersion !== apiVersion) {
			throw badRequest(
				`${unknown.kind} in version "${unknown.apiVersion}" cannot be handled as a ${kind}`
			);
		}
		return decodeAccessReview(kind, unknown.raw);
	} catch (error) {
		if (!(error instanceof ProtobufError)) throw error;
		throw badRequest(
			`the object provided is unrecognized (must be of type ${kind}): ${error.message}`
		);
	}
}

/** Only what is known; a field of another type is 400, as where Go decodes JSON. */
function specFrom(given: unknown): AccessReviewSpec {
	const { resourceAttributes, nonResourceAttributes, groups, ...more } = objectOf(given);
	return {
		...(isSet(resourceAttributes)
			? { resourceAttributes: textsOf(objectOf(resourceAttributes), resourceAttributeNames) }
			: {}),
		...(isSet(nonResourceAttributes)
			? { nonResourceAttributes: textsOf(objectOf(nonResourceAttributes), ['path', 'verb']) }
			: {}),
		...textsOf(more, ['user', 'namespace']),
		...(isSet(groups) ? { groups: listOf(groups) } : {})
	};
}

const isSet = (value: unknown) => value !== undefined && value !== null;

function objectOf(value: unknown): Record<string, unknown> {
	if (!isSet(value)) return {};
	if (typeof value !== 'object' || Array.isArray(value)) throw notAsExpected('an object', value);
	return value as Record<string, unknown>;
}

function listOf(value: unknown): string[] {
	if (!Array.isArray(value)) throw notAsExpected('a list', value);
	return value.map(textOf);
}

function textsOf(given: Record<string, unknown>, names: readonly string[]): Record<string, string> {
	const texts = names.map((name): [string, string] => [name, textOf(given[name] ?? '')]);
	return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

function textOf(value: unknown): string {
	if (typeof value !== 'string') throw notAsExpected('text', value);
	return value;
}

const notAsExpected = (what: string, value: unknown) =>
	badRequest(`the review must have ${what} and not ${JSON.stringify(value)}`);
