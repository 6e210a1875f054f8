/**
 * Errors as the API says them: `metav1.Status`, made as apimachinery `pkg/api/errors/errors.go` makes them, with the
 * same words, reasons and details. This is the border at which everything thrown becomes an answer.
 */
export interface StatusCause {
	reason?: string;
	message?: string;
	field?: string;
}

export interface StatusDetails {
	name?: string;
	group?: string;
	kind?: string;
	uid?: string;
	causes?: StatusCause[];
}

/** The keys stand in the order in which Go marshals them. */
export interface Status {
	kind: 'Status';
	apiVersion: 'v1';
	metadata: Record<string, never>;
	status: 'Success' | 'Failure';
	message?: string;
	reason?: string;
	details?: StatusDetails;
	code?: number;
}

/** An error that is already a Status. */
export class StatusError extends Error {
	readonly status: Status & { code: number };

	constructor(status: Status & { code: number }) {
		super(status.message ?? status.reason ?? 'unknown');
		this.name = 'StatusError';
		this.status = status;
	}
}

/** A Failure; without `reason` the key is left out, as Go leaves out an empty one. */
export function failure(
	code: number,
	reason: string | undefined,
	message: string,
	details?: StatusDetails
): StatusError {
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message,
		...(reason ? { reason } : {}),
		...(details ? { details } : {}),
		code
	});
}

/** What became of any error: a Status as it is, anything else a 500 without a reason. */
export function statusOf(error: unknown): Status & { code: number } {
	if (error instanceof StatusError) return error.status;
	return failure(500, undefined, error instanceof Error ? error.message : String(error)).status;
}

/** The answer to a deletion that left nothing to show. */
export function deleted(name: string, kind: string, uid: string): Status {
	return {
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Success',
		details: { name, kind, uid }
	};
}

export const unauthorized = () => failure(401, 'Unauthorized', 'Unauthorized');

export const notFound = (resource: string, name: string) =>
	failure(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });

/** A path under /api that no route leads to. */
export const noSuchResource = () =>
	failure(404, 'NotFound', 'the server could not find the requested resource', {});

export const methodNotAllowed = () =>
	failure(
		405,
		'MethodNotAllowed',
		'the server does not allow this method on the requested resource',
		{}
	);

export const badRequest = (message: string) => failure(400, 'BadRequest', message);

export function forbidden(
	{ group, resource, name }: { group: string; resource: string; name: string },
	why: string
): StatusError {
	const kind = group ? `${resource}.${group}` : resource;
	const subject = name ? `${kind} "${name}"` : kind;
	return failure(403, 'Forbidden', `${subject} is forbidden: ${why}`, {
		...(name ? { name } : {}),
		...(group ? { group } : {}),
		kind: resource
	});
}

export function alreadyExists(resource: string, name: string, beingDeleted: boolean): StatusError {
	const before = beingDeleted ? 'object is being deleted: ' : '';
	return failure(409, 'AlreadyExists', `${before}${resource} "${name}" already exists`, {
		name,
		kind: resource
	});
}

export const conflict = (resource: string, name: string, why: string) =>
	failure(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, {
		name,
		kind: resource
	});

/** One thing that validation found wrong, as apimachinery `field.Error` writes it. */
export interface FieldError {
	reason:
		| 'FieldValueRequired'
		| 'FieldValueInvalid'
		| 'FieldValueDuplicate'
		| 'FieldValueNotSupported'
		| 'FieldValueForbidden';
	field: string;
	message: string;
}

export function invalid(kind: string, name: string, errors: FieldError[], group = ''): StatusError {
	const texts = errors.map((error) => `${error.field}: ${error.message}`);
	const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
	const of = group ? `${kind}.${group}` : kind;
	return failure(422, 'Invalid', `${of} "${name}" is invalid: ${list}`, {
		...(name ? { name } : {}),
		...(group ? { group } : {}),
		kind,
		causes: errors.map(({ reason, message, field }) => ({ reason, message, field }))
	});
}

export const notAcceptable = () =>
	failure(406, 'NotAcceptable', 'only the following media types are accepted: application/json');

export const unsupportedMediaType = (accepted: readonly string[]) =>
	failure(
		415,
		'UnsupportedMediaType',
		`the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
	);

export const tooLarge = (limit: number) =>
	failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);

/**
 * A version that is still to come. Upstream waits three seconds for it, and says when to try again, at which kubectl
 * would do so in silence.
 */
export const tooLargeVersion = (asked: number, current: number) =>
	failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
		causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
	});

/** A list of a version that is no longer remembered. */
export const expiredList = () =>
	failure(410, 'Expired', 'The resourceVersion for the provided list is too old.');

/** A watch from a version that is no longer remembered. */
export const expired = (asked: number, oldest: number) =>
	failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
