import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientConfig } from '../../src/lib/server/kubeconfig.ts';
import { startLab, type Lab } from '../support/lab.ts';

/** A recording is shared with a class: what must not be in it, however it was sent. */
let lab: Lab;
beforeAll(async () => {
	lab = await startLab();
});
afterAll(() => lab.close());

/** One connection as admin, on which exactly this is written, in those pieces; resolves when it is over. */
async function send(parts: string[]): Promise<string> {
	const { cert, key } = clientConfig(lab.cluster.kubeconfig!, 'admin');
	const { hostname, port } = new URL(lab.cluster.apiserver!);
	const socket = tls.connect({
		host: hostname,
		port: Number(port),
		ca: lab.cluster.pki.ca.cert,
		cert: cert!,
		key: key!
	});
	socket.setNoDelay(true);
	socket.on('error', () => {});
	let text = '';
	socket.setEncoding('utf8').on('data', (part: string) => (text += part));
	await new Promise((resolve) => socket.once('secureConnect', resolve));
	for (const part of parts)
		await new Promise<void>((resolve) => socket.write(part, () => resolve()));
	await new Promise((resolve) => socket.once('close', resolve));
	return text;
}

/** All that the recordings hold, packed bytes unpacked. */
function recorded(): string {
	const all: string[] = [];
	for (const name of lab.recordings()) {
		const text = readFileSync(path.join(lab.cluster.recordings, `${name}.execscope`), 'utf8');
		all.push(text);
		for (const [, packed] of text.matchAll(/"d64":"([^"]+)"/g))
			all.push(Buffer.from(packed!, 'base64').toString('latin1'));
	}
	return all.join('\n');
}

const head = (line: string, headers: string[]) =>
	[
		line,
		`Host: ${new URL(lab.cluster.apiserver!).host}`,
		'User-Agent: shared',
		...headers,
		'',
		''
	].join('\r\n');
const close = 'Connection: close';
const list = 'GET /api/v1/namespaces/default/pods HTTP/1.1';

it('holds no credential of a head, however it is spelled or cut', async () => {
	const first = head(list, []);
	const heads = [
		head(list, ['Authorization: Bearer hush-1', close]),
		head(list, ['aUTHORIZATION:   Basic hush-2', close]),
		head(list, ['AUTHORIZATION:\tBearer hush-3\t', close]),
		head(list, ['Cookie: a=hush-4; b=hush-5', close]),
		head(list, ['Set-Cookie: a=hush-6', 'X: 1', 'Authorization: Bearer hush-7', close]),
		// What comes after a good request on the same connection is of the same run, also when it is broken.
		first + head(list, ['Authorization : Bearer hush-8', close]),
		first + head(list, ['Authorization:\r\n Bearer hush-9', close]),
		first + head('GET / HTTP/1.1', ['Authorization: Bearer hush-10', 'X\u0000: 1', close]),
		head('GET /nothing HTTP/1.1', ['Authorization: Bearer hush-11', close])
	];
	for (const text of heads) await send([text]);
	await send([...heads[0]!.replace('hush-1', 'hush-12')]);
	const all = recorded();
	expect(all.includes('User-Agent: shared')).toBe(true);
	expect(/Authorization: \*{13}/.test(all)).toBe(true);
	expect(all.match(/hush-\d+/g) ?? []).toEqual([]);
});

it('holds no token of the kubeconfig, also when kubectl shows its requests', async () => {
	const tokens = ['dev', 'nobody'].map(
		(name) => clientConfig(lab.cluster.kubeconfig!, name).token!
	);
	for (const context of ['dev', 'nobody'])
		for (const level of [8, 9])
			await lab.kubectl(`kubectl --context=${context} -v=${level} get pods`);
	await lab.kubectl('kubectl --context=dev -v=9 exec nginx -- date');
	const all = recorded();
	expect(all.includes('--context=dev')).toBe(true);
	for (const token of tokens) {
		expect(all.includes(token)).toBe(false);
		const packed = Buffer.from(token).toString('base64').replace(/=+$/, '');
		expect(all.includes(packed)).toBe(false);
	}
});

it('holds no body of a secret or a token, sent or answered', async () => {
	const post = (to: string, value: string) => {
		const body = JSON.stringify({
			kind: 'Secret',
			data: { password: value },
			spec: { token: value }
		});
		const length = `Content-Length: ${body.length}`;
		return head(`POST ${to} HTTP/1.1`, ['Content-Type: application/json', length, close]) + body;
	};
	const paths = [
		'/api/v1/namespaces/default/secrets',
		'/api/v1/namespaces/default/secrets/mine?dryRun=All',
		'/api/v1/secrets',
		'/api/v1/namespaces/default/serviceaccounts/default/token',
		'/apis/authentication.k8s.io/v1/tokenreviews'
	];
	for (const [at, to] of paths.entries()) await send([post(to, `quiet-${at}`)]);
	const chunked = head(`PUT ${paths[0]}/mine HTTP/1.1`, ['Transfer-Encoding: chunked', close]);
	await send([chunked, '8\r\nquiet-90\r\n', '8\r\nquiet-91\r\n', '0\r\n\r\n']);
	const all = recorded();
	for (const to of paths) expect(all.includes(`POST ${to}`), to).toBe(true);
	expect(all.match(/quiet-\d+/g) ?? []).toEqual([]);
});
