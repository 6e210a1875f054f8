import { describe, expect, it } from 'vitest';
import {
	pairedHeaders,
	StreamPairs,
	type PairedHeaders,
	type PairedType
} from '../../../src/lib/wire/portforward/stream-pairs.ts';

const headers = (type: PairedType, requestId: string, port = 80): PairedHeaders => ({
	type,
	port,
	requestId
});

describe('the headers of a stream', () => {
	it('name its type, its port and its connection', () => {
		const read = pairedHeaders(1, { streamtype: 'error', port: '8080', requestid: '7' });
		expect(read).toEqual({ type: 'error', port: 8080, requestId: '7' });
	});

	it('of an old client have no request id: the number of the error stream, just before the data stream', () => {
		expect(pairedHeaders(5, { streamtype: 'error', port: '80' })).toMatchObject({ requestId: '5' });
		expect(pairedHeaders(7, { streamtype: 'data', port: '80' })).toMatchObject({ requestId: '5' });
	});

	it.each([
		[{}, '"port" header is required'],
		[
			{ port: 'http' },
			'unable to parse "http" as a port: strconv.ParseUint: parsing "http": invalid syntax'
		],
		[
			{ port: '-1' },
			'unable to parse "-1" as a port: strconv.ParseUint: parsing "-1": invalid syntax'
		],
		[
			{ port: '65536' },
			'unable to parse "65536" as a port: strconv.ParseUint: parsing "65536": value out of range'
		],
		[{ port: '0' }, 'port "0" must be > 0'],
		[{ port: '80' }, '"streamType" header is required'],
		[{ port: '80', streamtype: 'stdin' }, 'invalid stream type "stdin"']
	])('%o are refused', (given, reason) => {
		expect(pairedHeaders(1, given)).toBe(reason);
	});
});

describe('streams', () => {
	it('find each other in either order', () => {
		for (const [first, second] of [
			['error', 'data'],
			['data', 'error']
		] as const) {
			const pairs = new StreamPairs<string>();
			expect(pairs.add(first, headers(first, '0'))).toBeUndefined();
			expect(pairs.add(second, headers(second, '0'))).toEqual({
				requestId: '0',
				port: 80,
				data: 'data',
				error: 'error'
			});
			expect(pairs.size).toBe(0);
		}
	});

	it('go by the port of the data stream', () => {
		const pairs = new StreamPairs<string>();
		pairs.add('e', headers('error', '0', 81));
		expect(pairs.add('d', headers('data', '0', 80))).toMatchObject({ port: 80 });
	});

	it('come only once of each type', () => {
		const pairs = new StreamPairs<string>();
		pairs.add('first', headers('error', '3'));
		expect(pairs.add('second', headers('error', '3'))).toBe(
			'error processing stream for request 3: error stream already assigned'
		);
		expect(pairs.errorOf('3')).toBe('first');
		expect(pairs.add('d', headers('data', '3'))).toMatchObject({ error: 'first' });
	});

	it('are not waited for when one is given up', () => {
		const pairs = new StreamPairs<string>();
		pairs.add('e', headers('error', '0'));
		expect(pairs.drop('0')).toBe(true);
		expect(pairs.drop('0')).toBe(false);
		expect(pairs.errorOf('0')).toBeUndefined();
		expect(pairs.add('d', headers('data', '0'))).toBeUndefined();
	});

	it('find each other among a thousand', () => {
		const pairs = new StreamPairs<number>();
		const numbers = Array.from({ length: 1000 }, (_, n) => n);
		for (const n of numbers) expect(pairs.add(n, headers('error', String(n)))).toBeUndefined();
		expect(pairs.size).toBe(1000);
		for (const n of numbers.reverse())
			expect(pairs.add(n, headers('data', String(n)))).toMatchObject({ data: n, error: n });
		expect(pairs.size).toBe(0);
	});
});
