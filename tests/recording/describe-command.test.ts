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

test('says any other request by its verb, or by its first line', () => {
	const query = { verb: 'list', resource: 'pods', n: 'GET /api/v1/pods' };
	expect(describeCommand({ query })).toBe('kubectl get pods');
	expect(describeCommand({ query: { n: 'GET /healthz' } })).toBe('GET /healthz');
	expect(describeCommand({})).toBe('');
});
