import { expect, it } from 'vitest';
import { formatLink, parseLink } from '../../src/lib/recording/link.ts';

it('names run, step and try', () => {
	const link = { run: 'date', step: 'cri-exec', try: 1 };
	expect(formatLink(link)).toBe('#run=date&step=cri-exec&try=1');
	expect(parseLink('#run=date&step=cri-exec&try=1')).toMatchObject(link);
});

it('names the level and the bytes', () => {
	const link = { run: 'date', step: 'cri-exec', level: 3, bytes: [12, 19] as const };
	expect(formatLink(link)).toBe('#run=date&step=cri-exec&level=3&bytes=12-19');
	expect(parseLink(formatLink(link))).toMatchObject(link);
});

it('takes no level and no bytes that cannot be', () => {
	for (const hash of ['#level=5&bytes=9-3', '#level=x&bytes=-1-2', '#level=&bytes=7'])
		expect(parseLink(hash)).toMatchObject({ level: undefined, bytes: undefined });
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
