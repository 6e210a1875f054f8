import { expect, it } from 'vitest';
import { sourceLinkOf } from '../../src/lib/inspector/source-link.ts';
import { explanations } from '../../src/lib/trace/explanations/index.ts';

it('reads repository, release and path off a permalink', () => {
	expect(sourceLinkOf(explanations['process-exit'].source)).toMatchObject({
		repository: 'moby',
		at: 'v20.10.0',
		path: 'daemon/monitor.go'
	});
	expect(sourceLinkOf(explanations.ping.source)).toMatchObject({
		repository: 'apimachinery',
		at: 'v1.21.0'
	});
	expect(sourceLinkOf('https://example.com/')).toBeUndefined();
});
