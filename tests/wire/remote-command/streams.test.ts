import { expect, test } from 'vitest';
import {
	streamProtocol,
	type StreamProtocol
} from '../../../src/lib/wire/remote-command/protocols.ts';
import {
	expectedStreams,
	streamTypeOf,
	usableOptions
} from '../../../src/lib/wire/remote-command/streams.ts';

const v4 = streamProtocol('v4.channel.k8s.io') as StreamProtocol;
const v2 = streamProtocol('v2.channel.k8s.io') as StreamProtocol;

const date = { stdin: false, stdout: true, stderr: true, tty: false };
const shell = { stdin: true, stdout: true, stderr: true, tty: true };

test('a command has error, stdout and stderr', () => {
	expect(expectedStreams(date, v4)).toEqual(['error', 'stdout', 'stderr']);
});

test('input comes second', () => {
	expect(expectedStreams({ ...date, stdin: true }, v4)).toEqual([
		'error',
		'stdin',
		'stdout',
		'stderr'
	]);
});

test('a terminal has no stderr, and sizes from v3 on', () => {
	expect(expectedStreams(shell, v4)).toEqual(['error', 'stdin', 'stdout', 'resize']);
	expect(expectedStreams(shell, v2)).toEqual(['error', 'stdin', 'stdout']);
});

test('stderr alone beside a TTY leaves nothing', () => {
	expect(usableOptions({ stdin: false, stdout: false, stderr: true, tty: true })).toBeUndefined();
	expect(usableOptions(shell)).toEqual({ ...shell, stderr: false });
});

test('a stream of unknown type is of none', () => {
	expect(streamTypeOf({ streamtype: 'resize' })).toBe('resize');
	expect(streamTypeOf({ streamtype: 'spdy-error' })).toBeUndefined();
	expect(streamTypeOf({})).toBeUndefined();
});
