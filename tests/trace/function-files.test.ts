import { expect, it } from 'vitest';
import { fileOf } from '../../src/lib/trace/explanations/function-files.ts';
import { explanations } from '../../src/lib/trace/explanations/index.ts';
import { sourceLinkOf } from '../../src/lib/inspector/source-link.ts';

const named = [...new Set(Object.values(explanations).flatMap(({ fn }) => fn))];

it('finds the files of most functions that are named', () => {
	const found = named.flatMap((fn) => fileOf(fn) ?? []);
	expect(found.length).toBeGreaterThan(named.length * 0.7);
	for (const file of found) expect(sourceLinkOf(file)?.path).toMatch(/\.go$/);
});

it('knows no file of what is no function', () => {
	expect(fileOf('SYN_STREAM')).toBeUndefined();
});
