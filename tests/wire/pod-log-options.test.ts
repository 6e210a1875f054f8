import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	formatPodLogOptions,
	parsePodLogOptions,
	validatePodLogOptions
} from '../../src/lib/wire/pod-log-options.ts';

const parse = (query: string) => parsePodLogOptions(new URLSearchParams(query));
const none = { container: '', follow: false, previous: false, timestamps: false };

describe('the options of a log', () => {
	it('are read as the API server reads them', () => {
		expect(parse('')).toEqual(none);
		expect(parse('follow=true&previous=1&timestamps=&container=c')).toEqual({
			...{ container: 'c', follow: true, previous: true, timestamps: true }
		});
		expect(parse('follow=false&previous=0&timestamps=False')).toEqual(none);
		expect(parse('tailLines=5&limitBytes=10&sinceSeconds=60')).toEqual({
			...none,
			...{ tailLines: 5, limitBytes: 10, sinceSeconds: 60 }
		});
		expect(parse('sinceTime=')).toEqual(none);
	});
	it.each([
		['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
		['limitBytes=1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
		['limitBytes=99999999999999999999', /value out of range$/],
		['sinceTime=yesterday', /^parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": /],
		['sinceTime=2020-01-01', /^parsing time /],
		['sinceTime=2020-13-01T00:00:00Z', /^parsing time /]
	])('are refused as %s', (query, message) => {
		expect(() => parse(query)).toThrow(message);
	});
	it.each([
		['tailLines=-1', 'tailLines', 'Invalid value: -1: must be greater than or equal to 0'],
		['limitBytes=0', 'limitBytes', 'Invalid value: 0: must be greater than 0'],
		['sinceSeconds=0', 'sinceSeconds', 'Invalid value: 0: must be greater than 0'],
		[
			'sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z',
			'',
			'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'
		]
	])('are wrong as %s', (query, field, message) => {
		expect(validatePodLogOptions(parse(query))).toMatchObject([{ field, message }]);
	});
	it('go on sorted, times in whole seconds of UTC', () => {
		const query = 'timestamps=true&tailLines=0&sinceTime=2020-01-25T20:47:52.5%2B02:00&follow=1';
		expect(formatPodLogOptions(parse(query))).toBe(
			'follow=true&sinceTime=2020-01-25T18%3A47%3A52Z&tailLines=0&timestamps=true'
		);
	});
	it('say the same to whoever they are handed on to', () => {
		const numbers = fc.option(fc.nat(), { nil: undefined });
		const options = fc.record({
			...{ follow: fc.boolean(), previous: fc.boolean(), timestamps: fc.boolean() },
			...{ tailLines: numbers, limitBytes: numbers, sinceSeconds: numbers }
		});
		fc.assert(
			fc.property(options, (given) => {
				const told = Object.fromEntries(Object.entries(given).filter(([, n]) => n !== undefined));
				expect(parse(formatPodLogOptions({ ...none, ...told }))).toEqual({ ...none, ...told });
			})
		);
	});
});
