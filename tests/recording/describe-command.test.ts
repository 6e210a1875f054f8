import { expect, test } from 'vitest';
import { describeCommand } from '../../src/lib/recording/describe-command.ts';

test('says what was typed, quoted as a shell needs it', () => {
	expect(
		describeCommand({ argv: ['kubectl', 'exec', 'nginx', '--', 'sh', '-c', 'echo a b'] })
	).toBe("kubectl exec nginx -- sh -c 'echo a b'");
});

test("says a foreign exec in kubectl's words", () => {
	const query = {
		verb: 'exec',
		pod: 'nginx',
		container: 'nginx',
		stdin: true,
		tty: true,
		command: ['date']
	};
	expect(describeCommand({ query })).toBe('kubectl exec -it nginx -c nginx -- date');
});

test.each([
	[
		{ verb: 'attach', pod: 'nginx', container: 'nginx', stdin: true, tty: true },
		'kubectl attach -it nginx -c nginx'
	],
	[{ verb: 'attach', pod: 'nginx' }, 'kubectl attach nginx'],
	[{ verb: 'port-forward', pod: 'nginx' }, 'kubectl port-forward nginx'],
	[{ verb: 'port-forward', pod: 'nginx', ports: [80, 443] }, 'kubectl port-forward nginx :80 :443'],
	[{ verb: 'logs', pod: 'nginx' }, 'kubectl logs nginx'],
	[
		{ verb: 'logs', pod: 'web', container: 'app', follow: true, previous: true, tailLines: 5 },
		'kubectl logs -f web -c app --previous --tail=5'
	],
	[
		{
			verb: 'logs',
			pod: 'web',
			timestamps: true,
			sinceSeconds: 3600,
			sinceTime: '2020-01-25T18:47:52Z',
			limitBytes: 0
		},
		'kubectl logs web --timestamps --since=3600s --since-time=2020-01-25T18:47:52Z --limit-bytes=0'
	]
])("says %j in kubectl's words", (query, words) => {
	expect(describeCommand({ query })).toBe(words);
});

test('takes no verb for one that only has the name of something else', () => {
	expect(describeCommand({ query: { verb: 'exec', resource: 'things' } })).toBe(
		'kubectl exec things'
	);
	expect(describeCommand({ query: { verb: 'constructor', n: 'GET /x' } })).toBe('GET /x');
});

test('says any other request by its verb, or by its first line', () => {
	const query = { verb: 'list', resource: 'pods', n: 'GET /api/v1/pods' };
	expect(describeCommand({ query })).toBe('kubectl get pods');
	expect(describeCommand({ query: { n: 'GET /healthz' } })).toBe('GET /healthz');
	expect(describeCommand({})).toBe('');
});
