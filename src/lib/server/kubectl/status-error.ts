/**
 * Errors of API calls and what kubectl prints for each: apimachinery's `StatusError` and `NewGenericServerResponse`,
 * and `checkErr` and `StandardErrorMessage` of kubectl's helpers.go.
 */

/** metav1.Status, the fields that kubectl reads. */
export interface Status {
	kind?: string;
	apiVersion?: string;
	metadata?: Record<string, unknown>;
	status?: string;
	message?: string;
	reason?: string;
	details?: {
		name?: string;
		group?: string;
		kind?: string;
		causes?: { reason?: string; message?: string; field?: string }[];
	};
	code?: number;
}

/** The server said no, with a Status or with something that we made one of. */
export class StatusError extends Error {
	readonly status: Status;
	constructor(status: Status) {
		super(status.message ?? '');
		this.name = 'StatusError';
		this.status = status;
	}
}

/** Go's `*url.Error`: the request did not get an answer. `message` is the inner text. */
export class UrlError extends Error {
	readonly url: string;
	readonly op: string;
	constructor(op: string, url: string, message: string) {
		super(message);
		this.name = 'UrlError';
		this.op = op;
		this.url = url;
	}
}

/** The command ran and ended with another code than 0. */
export class CodeExitError extends Error {
	readonly code: number;
	constructor(message: string, code: number) {
		super(message);
		this.name = 'CodeExitError';
		this.code = code;
	}
}

/** An error in the use of the command line, with the hint that cmdutil.UsageErrorf adds. */
export class UsageError extends Error {
	constructor(message: string, command: string) {
		super(`${message}\nSee '${command} -h' for help and examples`);
		this.name = 'UsageError';
	}
}

/** utilerrors.Aggregate: several things went wrong. */
export class Aggregate extends Error {
	readonly errors: Error[];
	constructor(errors: Error[]) {
		super(errors.map((error) => error.message).join(', '));
		this.name = 'Aggregate';
		this.errors = errors;
	}
}

/** What kubectl prints for an error (may be several lines, may end in a newline) and its exit code. */
export function explainError(error: Error): { text: string; code: number } {
	if (error instanceof Aggregate) {
		if (error.errors.length === 1) return explainError(error.errors[0]!);
		const text = error.errors.map((each) => `${standardMessage(each) ?? each.message}\n`).join('');
		return { text, code: 1 };
	}
	if (error instanceof CodeExitError) return { text: error.message, code: error.code };
	if (error instanceof StatusError && error.status.reason === 'Invalid') {
		return { text: invalid(error.status), code: 1 };
	}
	const prefixed = error.message.startsWith('error: ') ? error.message : `error: ${error.message}`;
	return { text: standardMessage(error) ?? prefixed, code: 1 };
}

function standardMessage(error: Error): string | undefined {
	if (error instanceof StatusError) {
		const { reason, message = '' } = error.status;
		if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
		return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`;
	}
	if (!(error instanceof UrlError)) return undefined;
	if (!error.message.includes('connection refused')) {
		return `Unable to connect to the server: ${error.message}`;
	}
	const { host } = new URL(error.url);
	return `The connection to the server ${host} was refused - did you specify the right host or port?`;
}

function invalid({ details }: Status): string {
	const subject =
		details?.kind || details?.name
			? `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`
			: 'The request is invalid';
	const causes = [
		...new Set(
			(details?.causes ?? []).map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`)
		)
	];
	if (causes.length === 0) return subject;
	if (causes.length === 1) return `${subject}: ${causes[0]}\n`;
	return `${subject}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`;
}

const generic: Record<number, [reason: string, message: string]> = {
	400: ['BadRequest', 'the server rejected our request for an unknown reason'],
	401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
	404: ['NotFound', 'the server could not find the requested resource'],
	405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
	409: ['Conflict', 'the server reported a conflict'],
	422: ['Invalid', 'the server rejected our request due to an error in our request'],
	429: [
		'TooManyRequests',
		'the server has received too many requests and has asked us to try again later'
	],
	503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
	504: [
		'Timeout',
		'the server was unable to return a response in the time allotted, but may still be processing the request'
	]
};

/** The error of a plain request that was answered outside 200 to 206: the Status in the body, else one made up. */
export function responseError(
	request: { verb: string; resource?: string; name?: string },
	code: number,
	contentType: string,
	body: string
): StatusError {
	const status = parseJson(body);
	if (isStatus(status) && status.status === 'Failure') return new StatusError(status);
	const isText = contentType === '' || contentType.startsWith('text/');
	const said = isText ? body.slice(0, 2048).trim() : 'unknown';
	let [reason, message] = generic[code] ?? ['', ''];
	if (code === 403) [reason, message] = ['Forbidden', said];
	if (code === 409 && request.verb === 'POST') reason = 'AlreadyExists';
	if (message === '' && code >= 500) {
		reason = 'InternalError';
		message = `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`;
	}
	message ||= `the server responded with the status code ${code} but did not return more information`;
	const { resource, name } = request;
	if (resource)
		message += ` (${[request.verb.toLowerCase(), resource, ...(name ? [name] : [])].join(' ')})`;
	return new StatusError({ status: 'Failure', message, reason, code });
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isStatus(value: unknown): value is Status {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const { kind, apiVersion } = value as { kind?: unknown; apiVersion?: unknown };
	// Servers of old left both out; another kind is another object.
	return (
		(kind === undefined && apiVersion === undefined) ||
		(kind === 'Status' && (apiVersion === 'v1' || apiVersion === 'meta.k8s.io/v1'))
	);
}
