import { afterEach, expect, test } from 'vitest';
import { eras, type EraId } from '../../../src/lib/trace/eras.ts';
import { fakeKubelet, testApiserver } from './support.ts';
import { exchange, execHead, registered } from './upgrades.ts';

let api: Awaited<ReturnType<typeof testApiserver>>;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
	await api.close();
});

const exec = execHead('POST', 'nginx', 'command=date&stdout=true');
const strict = (Object.keys(eras) as EraId[]).filter((era) => eras[era].refuses3xx);

/** What the client gets in that era when the kubelet answers so; `heads` are the requests that the kubelet got. */
async function answeredWith(bytes: string, era: EraId) {
	api = await testApiserver({ era });
	const kubelet = await fakeKubelet((socket) => void socket.write(bytes));
	closing.push(kubelet.close);
	await registered(api, kubelet.port);
	const answer = await exchange(api, exec);
	const [head = '', body = ''] = answer.split('\r\n\r\n');
	return { status: head.split('\r\n')[0], body, heads: kubelet.heads };
}

test.each(
	strict.flatMap((era) =>
		[
			[302, 'HTTP/1.1 302 Found\r\nLocation: /cri/exec/k3Jw9aB_\r\nContent-Length: 0\r\n\r\n'],
			[302, 'HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n'],
			[200, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok']
		].map(([status, bytes]) => [era, status as number, bytes as string] as const)
	)
)('in era %s a %d for an upgrade is an error, and nobody is followed', async (era, code, bytes) => {
	const { status, body, heads } = await answeredWith(bytes, era);
	expect(status).toBe('HTTP/1.1 500 Internal Server Error');
	expect(JSON.parse(body)).toEqual({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: `invalid upgrade response: status code ${code}`,
		code: 500
	});
	expect(heads).toHaveLength(1);
	expect(api.trace.said.at(-1)).toMatchObject({ id: 'post-exec:reply', facts: { status: 500 } });
});

test('a refusal is copied as it is, in every era', async () => {
	const { status, body } = await answeredWith(
		'HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\n404 page not found\n',
		strict[0]!
	);
	expect([status, body]).toEqual(['HTTP/1.1 404 Not Found', '404 page not found\n']);
});
