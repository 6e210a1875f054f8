import { expect, test } from 'vitest';
import { text } from '../../../src/lib/server/kubelet/exchange.ts';
import {
	getStream,
	type AskForUrl,
	type StreamHost,
	type StreamVerb
} from '../../../src/lib/server/kubelet/get-stream.ts';
import { RuntimeMetrics } from '../../../src/lib/server/kubelet/metrics.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { pod } from './fakes.ts';

/** A verb that names no container and has refusals of its own, as a port-forward does. */
async function answerOf(read: string | AskForUrl, podID = 'nginx') {
	const trace = quietTrace();
	const { boot: run } = trace;
	let closed = 0;
	const never = () => Promise.reject(new Error('not asked'));
	const host: StreamHost = {
		podByName: (_namespace, name) => (name === 'nginx' ? pod('nginx', ['nginx']) : undefined),
		connectRuntime: () => ({ invoke: never, streamUrl: never, close: () => closed++ }),
		metrics: new RuntimeMetrics(),
		tokenTtlMs: 60_000
	};
	const verb: StreamVerb = {
		handler: 'getOther',
		id: 'get-exec',
		asked: 'kubelet-exec',
		method: 'Exec',
		facts: () => ({ ports: [80] }),
		read: () => read
	};
	const asked = await run.step('kubelet-exec', { n: 'POST' });
	const params = { podNamespace: 'default', podID };
	const query = new URLSearchParams();
	const answer = await getStream(host, { run, asked, method: 'POST', params, query }, verb);
	return { answer, said: trace.said.slice(1), closed };
}

test('tells of a verb without a container, and redirects to its URL', async () => {
	const { answer, said, closed } = await answerOf(() => Promise.resolve('/cri/portforward/abc'));
	expect(answer).toEqual({ status: 302, headers: { Location: '/cri/portforward/abc' } });
	expect(said.map(({ id, n }) => `${id} ${n}`)).toEqual([
		'get-exec getOther default/nginx',
		'redirect 302 /cri/portforward/abc'
	]);
	expect(said[0]?.facts).toEqual({
		podNamespace: 'default',
		podID: 'nginx',
		ports: [80],
		uid: null
	});
	expect(closed).toBe(1);
});

test.each([
	['the query', 400, 'bad ports', 'bad ports', 'nginx'],
	['the pod', 404, 'pod does not exist', () => Promise.resolve('/never'), 'gone'],
	[
		'the verb itself',
		404,
		'pod not found',
		() => Promise.resolve(text(404, 'pod not found')),
		'nginx'
	],
	['what it throws', 500, 'no sandbox', () => Promise.reject(new Error('no sandbox')), 'nginx']
] as const)('refuses for %s with %i', async (_why, status, body, read, podID) => {
	const { answer, said } = await answerOf(read, podID);
	expect(answer).toMatchObject({ status, body });
	expect(said.at(-1)).toMatchObject({ id: 'kubelet-exec:reply', facts: { status, body } });
});
