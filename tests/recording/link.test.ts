import { expect, it } from 'vitest';
import { formatLink, parseLink } from '../../src/lib/recording/link.ts';

it('names run, step and try', () => {
	const link = { run: 'date', step: 'cri-exec', try: 1 };
	expect(formatLink(link)).toBe('#run=date&step=cri-exec&try=1');
	expect(parseLink('#run=date&step=cri-exec&try=1')).toMatchObject(link);
});

it('carries the names of repeats and replies', () => {
	for (const step of ['io#2', 'get-pod:reply'])
		expect(parseLink(formatLink({ run: 'a', step })).step).toBe(step);
	expect(formatLink({ step: 'get-pod:reply' })).toBe('#step=get-pod:reply');
});

it('reads the launch token and never writes it', () => {
	expect(parseLink('#t=secret').token).toBe('secret');
	expect(formatLink({ token: 'secret' })).toBe('');
});
