/**
 * The last word on the error stream: since v4 a metav1.Status in JSON that holds the exit code (kubelet
 * server/remotecommand/exec.go), before that a text. Written byte for byte as Go writes it, read as client-go's
 * errorDecoderV4 reads it.
 */
import { fromUtf8, utf8 } from '../bytes.ts';
import type { StreamProtocol } from './protocols.ts';

const exitCodeReason = 'NonZeroExitCode';
const exitCodeCause = 'ExitCode';

/** Exit code 0. */
export function successStatus(): Uint8Array {
	return goJson({ metadata: {}, status: 'Success' });
}

/**
 * The process ended with a code that is not 0. `inner` is what the runtime said: dockershim
 * `Error executing in Docker Container: 3`.
 */
export function exitCodeStatus(code: number, inner: string): Uint8Array {
	return goJson({
		metadata: {},
		status: 'Failure',
		message: `command terminated with non-zero exit code: ${inner}`,
		reason: exitCodeReason,
		details: { causes: [{ reason: exitCodeCause, message: String(code) }] }
	});
}

/** What dockershim says to an exit code. */
export function dockershimExitText(code: number): string {
	return `Error executing in Docker Container: ${code}`;
}

/** The command could not be run. */
export function internalErrorStatus(error: string): Uint8Array {
	return apiInternalErrorStatus(`error executing command in container: ${error}`);
}

/** Any error, as `apierrors.NewInternalError` makes a Status of it. */
export function apiInternalErrorStatus(message: string): Uint8Array {
	return goJson({
		metadata: {},
		status: 'Failure',
		message: `Internal error occurred: ${message}`,
		reason: 'InternalError',
		details: { causes: [{ message }] },
		code: 500
	});
}

/** A Status that somebody else made, passed on. */
export function statusBytes(status: object): Uint8Array {
	return goJson(status);
}

/** Where encoding/json escapes otherwise than JSON.stringify. */
const goEscapes: Record<string, string> = { b: '\\u0008', f: '\\u000c' };

/** JSON as encoding/json writes it: also <, >, & and the two line separators are escaped. */
function goJson(value: unknown): Uint8Array {
	const json = JSON.stringify(value)
		.replace(/\\(.)/g, (escape: string, letter: string) => goEscapes[letter] ?? escape)
		.replace(/[<>&\u2028\u2029]/g, (character) => {
			return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
		});
	return fromUtf8(json);
}

/** How the command ended, as the client understands it; the message is what it prints. */
export type Outcome =
	| { kind: 'success' }
	| { kind: 'exit'; code: number; message: string }
	| { kind: 'error'; message: string };

/** Reads all that came on the error stream. Nothing at all means success in every protocol. */
export function readErrorStream(bytes: Uint8Array, protocol: StreamProtocol): Outcome {
	if (bytes.length === 0) return { kind: 'success' };
	const text = utf8(bytes);
	if (!protocol.status) return { kind: 'error', message: protocol.textPrefix + text };
	let status: unknown;
	try {
		status = JSON.parse(text);
	} catch (error) {
		return protocolError(`${(error as Error).message} in ${JSON.stringify(text)}`);
	}
	return readStatus(status);
}

function readStatus(status: unknown): Outcome {
	const kind = field(status, 'status');
	if (kind === 'Success') return { kind: 'success' };
	if (kind !== 'Failure') return protocolError('unknown error');
	if (field(status, 'reason') !== exitCodeReason) {
		return { kind: 'error', message: String(field(status, 'message') ?? '') };
	}
	const details = field(status, 'details');
	if (details === undefined || details === null) return protocolError('details must be set');
	const causes = field(details, 'causes');
	for (const cause of Array.isArray(causes) ? causes : []) {
		if (field(cause, 'reason') === exitCodeCause) return readExitCode(field(cause, 'message'));
	}
	return protocolError(`no ${exitCodeCause} cause given`);
}

function readExitCode(message: unknown): Outcome {
	const text = typeof message === 'string' ? message : '';
	const code = /^[0-9]+$/.test(text) ? Number(text) : NaN;
	if (!(code <= 255)) return protocolError(`invalid exit code value ${JSON.stringify(text)}`);
	return { kind: 'exit', code, message: `command terminated with exit code ${code}` };
}

function protocolError(message: string): Outcome {
	return { kind: 'error', message: `error stream protocol error: ${message}` };
}

function field(value: unknown, name: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
	return (value as Record<string, unknown>)[name];
}
