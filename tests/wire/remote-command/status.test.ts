import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	streamProtocol,
	type StreamProtocol
} from '../../../src/lib/wire/remote-command/protocols.ts';
import {
	apiInternalErrorStatus,
	dockershimExitText,
	exitCodeStatus,
	internalErrorStatus,
	readErrorStream,
	statusBytes,
	successStatus
} from '../../../src/lib/wire/remote-command/status.ts';
import { text } from '../../support/hex.ts';

const v4 = streamProtocol('v4.channel.k8s.io') as StreamProtocol;
const string = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('on the wire', () => {
	test('success', () => {
		expect(string(successStatus())).toBe('{"metadata":{},"status":"Success"}');
	});

	test('exit code 3 of dockershim', () => {
		expect(string(exitCodeStatus(3, dockershimExitText(3)))).toBe(
			'{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: Error executing in Docker Container: 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}'
		);
	});

	test('an error of an API server, and a Status that it was given', () => {
		expect(string(apiInternalErrorStatus('redirect not allowed'))).toBe(
			'{"metadata":{},"status":"Failure","message":"Internal error occurred: redirect not allowed","reason":"InternalError","details":{"causes":[{"message":"redirect not allowed"}]},"code":500}'
		);
		expect(string(statusBytes({ metadata: {}, message: '<' }))).toBe(
			'{"metadata":{},"message":"\\u003c"}'
		);
	});

	test('any other failure, escaped as Go does', () => {
		expect(string(internalErrorStatus('a <b> & "c"\n\f\u2028 C:\\bin\\f'))).toBe(
			'{"metadata":{},"status":"Failure","message":"Internal error occurred: error executing command in container: a \\u003cb\\u003e \\u0026 \\"c\\"\\n\\u000c\\u2028 C:\\\\bin\\\\f","reason":"InternalError","details":{"causes":[{"message":"error executing command in container: a \\u003cb\\u003e \\u0026 \\"c\\"\\n\\u000c\\u2028 C:\\\\bin\\\\f"}]},"code":500}'
		);
	});
});

describe('as kubectl reads it', () => {
	const read = (json: string) => readErrorStream(text(json), v4);

	test('what we write', () => {
		expect(readErrorStream(successStatus(), v4)).toEqual({ kind: 'success' });
		expect(readErrorStream(exitCodeStatus(3, ''), v4)).toEqual({
			kind: 'exit',
			code: 3,
			message: 'command terminated with exit code 3'
		});
		expect(readErrorStream(internalErrorStatus('x'), v4)).toEqual({
			kind: 'error',
			message: 'Internal error occurred: error executing command in container: x'
		});
	});

	test('nothing as success', () => {
		expect(read('')).toEqual({ kind: 'success' });
	});

	const failure = '"status":"Failure","reason":"NonZeroExitCode"';
	test.each([
		[`{${failure}}`, 'details must be set'],
		[`{${failure},"details":{}}`, 'no ExitCode cause given'],
		[`{${failure},"details":{"causes":[{"reason":"x"}]}}`, 'no ExitCode cause given'],
		[
			`{${failure},"details":{"causes":[{"reason":"ExitCode","message":"256"}]}}`,
			'invalid exit code value "256"'
		],
		[
			`{${failure},"details":{"causes":[{"reason":"ExitCode","message":"-1"}]}}`,
			'invalid exit code value "-1"'
		],
		['{}', 'unknown error'],
		['[]', 'unknown error']
	])('%s as a protocol error', (json, message) => {
		expect(read(json)).toEqual({
			kind: 'error',
			message: `error stream protocol error: ${message}`
		});
	});

	test('no JSON as a protocol error that shows it', () => {
		expect(read('no "json"')).toMatchObject({ kind: 'error' });
		expect(JSON.stringify(read('oops'))).toMatch(
			/^.*error stream protocol error: .* in \\"oops\\"/
		);
	});

	test('text before v4', () => {
		const [v1, v2] = ['', 'v2.channel.k8s.io'].map(
			(name) => streamProtocol(name) as StreamProtocol
		);
		expect(readErrorStream(text('no'), v1 as StreamProtocol)).toEqual({
			kind: 'error',
			message: 'Error executing remote command: no'
		});
		expect(readErrorStream(text('no'), v2 as StreamProtocol)).toEqual({
			kind: 'error',
			message: 'error executing remote command: no'
		});
	});

	test('anything at all as one of the three', () => {
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array(), fc.json().map(text)), (bytes) => {
				expect(['success', 'exit', 'error']).toContain(readErrorStream(bytes, v4).kind);
			})
		);
	});
});
