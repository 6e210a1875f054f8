/**
 * What kubectl makes of the bytes on the error stream: `errorDecoderV4` (a metav1.Status in JSON) and the plain text
 * of the protocols before it. An empty stream means success, so a connection that is cut ends a command silently.
 */
import { CodeExitError, type Status } from './status-error.ts';

export type StreamProtocol =
	'v4.channel.k8s.io' | 'v3.channel.k8s.io' | 'v2.channel.k8s.io' | 'channel.k8s.io';

/** The error that the stream tells of; undefined is success. */
export function decodeErrorStream(protocol: StreamProtocol, message: string): Error | undefined {
	if (message === '') return undefined;
	if (protocol === 'v4.channel.k8s.io') return decodeStatus(message);
	const first = protocol === 'channel.k8s.io' ? 'Error' : 'error';
	return new Error(`${first} executing remote command: ${message}`);
}

function decodeStatus(message: string): Error | undefined {
	const malformed = (what: string) => new Error(`error stream protocol error: ${what}`);
	let status: Status | null;
	try {
		const value: unknown = JSON.parse(message);
		if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
			const kind = Array.isArray(value) ? 'array' : goKinds[typeof value];
			throw new Error(`json: cannot unmarshal ${kind} into Go value of type v1.Status`);
		}
		status = value;
	} catch (error) {
		const why = error instanceof SyntaxError ? goSyntaxError(message) : (error as Error).message;
		return malformed(`${why} in ${JSON.stringify(message)}`);
	}
	if (status?.status === 'Success') return undefined;
	if (status?.status !== 'Failure') return malformed('unknown error');
	if (status.reason !== 'NonZeroExitCode') return new Error(status.message ?? '');
	if (!status.details) return malformed('details must be set');
	const cause = (status.details.causes ?? []).find((each) => each.reason === 'ExitCode');
	if (!cause) return malformed('no ExitCode cause given');
	const text = cause.message ?? '';
	if (!/^\d+$/.test(text) || Number(text) > 255) {
		return malformed(`invalid exit code value ${JSON.stringify(text)}`);
	}
	return new CodeExitError(`command terminated with exit code ${Number(text)}`, Number(text));
}

const goKinds: Record<string, string> = { string: 'string', number: 'number', boolean: 'bool' };

/** encoding/json's words for the common cases. */
function goSyntaxError(text: string): string {
	const start = text.trimStart();
	if (start === '') return 'unexpected end of JSON input';
	for (const literal of ['null', 'true', 'false']) {
		if (start[0] !== literal[0]) continue;
		for (let at = 1; at < literal.length; at++) {
			if (start[at] === literal[at]) continue;
			if (start[at] === undefined) return 'unexpected end of JSON input';
			return `invalid character '${start[at]}' in literal ${literal} (expecting '${literal[at]}')`;
		}
	}
	if (!/[[{"\d\-ntf]/.test(start[0]!)) {
		return `invalid character '${start[0]}' looking for beginning of value`;
	}
	if (/^[[{"]/.test(start) && !/[\]}"]\s*$/.test(start)) return 'unexpected end of JSON input';
	const after = /^(?:-?\d+|null|true|false)\s*(\S)/.exec(start);
	return `invalid character '${after?.[1] ?? start[0]}' after top-level value`;
}
