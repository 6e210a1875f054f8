import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeClock } from '../support/fake-clock.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { raw, testShim, upgrade, type TestShim } from '../server/dockershim/shim.ts';

/** The token of a stream is all that stands before a shell: used again, kept, guessed or hoarded it must be worth nothing. */
const spdy =
	'Connection: Upgrade\nUpgrade: SPDY/3.1\nX-Stream-Protocol-Version: v4.channel.k8s.io\n';
const redeem = (shim: TestShim, to: string, method = 'POST') =>
	raw(shim.streaming, `${method} ${to} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 0\n${spdy}\n`);
const tokenUrl = async (shim: TestShim) =>
	(
		await shim.call<{ url: string }>('Exec', {
			container_id: 'c1',
			cmd: ['date'],
			stdout: true
		})
	).url;
const notFound = /^HTTP\/1\.1 404 Not Found\r\n/;

describe('the token of a stream', () => {
	it('is good for one use, also when that one failed', async () => {
		const shim = await testShim();
		const used = await tokenUrl(shim);
		expect((await upgrade(shim.streaming, used)).head).toMatch(/^HTTP\/1\.1 101 /);
		expect(await redeem(shim, used)).toMatch(notFound);
		const failed = await tokenUrl(shim);
		const plain = `GET ${failed} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n`;
		expect(await raw(shim.streaming, plain)).toMatch(/^HTTP\/1\.1 [45]/);
		expect(await redeem(shim, failed)).toMatch(notFound);
		for (const kind of ['attach', 'portforward']) {
			const otherKind = await tokenUrl(shim);
			expect(await redeem(shim, otherKind.replace('exec', kind))).toMatch(notFound);
			expect(await redeem(shim, otherKind)).toMatch(notFound);
		}
	});

	it('is good for a minute', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		const [early, late] = [await tokenUrl(shim), await tokenUrl(shim)];
		clock.advance(60_000);
		expect((await upgrade(shim.streaming, early)).head).toMatch(/^HTTP\/1\.1 101 /);
		clock.advance(1);
		expect(await redeem(shim, late)).toMatch(notFound);
	});

	it('is one of a thousand at most, and the next is refused until they are too old', async () => {
		const clock = fakeClock();
		const shim = await testShim({ clock });
		const urls = new Set<string>();
		for (let i = 0; i < 1000; i += 50)
			for (const url of await Promise.all(Array.from({ length: 50 }, () => tokenUrl(shim))))
				urls.add(url);
		expect(urls.size).toBe(1000);
		await expect(tokenUrl(shim)).rejects.toThrow(/maximum number of in-flight requests exceeded/);
		clock.advance(60_001);
		expect(await tokenUrl(shim)).toMatch(/^\/cri\/exec\/[\w-]{8}$/);
	});

	it('is not guessed: 48 bits that no two share and that do not count up', async () => {
		const shim = await testShim();
		const tokens: Buffer[] = [];
		for (let i = 0; i < 40; i++)
			tokens.push(Buffer.from((await tokenUrl(shim)).split('/').at(-1)!, 'base64url'));
		expect(tokens.every((token) => token.length === 6)).toBe(true);
		// Each of the 48 bits takes both values: by chance one would not in 48 of 2^39 runs.
		for (let bit = 0; bit < 48; bit++) {
			const values = new Set(tokens.map((token) => (token[bit >> 3]! >> (bit & 7)) & 1));
			expect(values.size, `bit ${bit}`).toBe(2);
		}
	});
});

describe('in a whole cluster', () => {
	let lab: Lab;
	beforeAll(async () => {
		lab = await startLab();
	});
	afterAll(() => lab.close());

	it('a redirect leads to one shell, not two', async () => {
		const { kubelet } = lab.cluster.nodes[0]!;
		const read = (name: string) => readFileSync(path.join(lab.home, 'pki', name));
		const as = {
			cert: read('apiserver-kubelet-client.crt'),
			key: read('apiserver-kubelet-client.key'),
			ca: read('ca.crt')
		};
		const ask = (method: string, to: string) =>
			new Promise<{ status: number; location: string }>((resolve, reject) => {
				const request = https.request(new URL(to, kubelet), {
					...as,
					method,
					agent: false,
					headers: {
						Connection: 'Upgrade',
						Upgrade: 'SPDY/3.1',
						'X-Stream-Protocol-Version': 'v4.channel.k8s.io'
					}
				});
				request.on('error', reject);
				request.on('upgrade', (_response, socket) => {
					socket.destroy();
					resolve({ status: 101, location: '' });
				});
				request.on('response', (response) => {
					response.resume();
					const { location = '' } = response.headers;
					resolve({ status: response.statusCode ?? 0, location });
				});
				request.end();
			});
		const answer = await ask('POST', '/exec/default/nginx/nginx?command=date&output=1');
		expect(answer.status).toBe(302);
		expect(answer.location).toMatch(/\/cri\/exec\/[\w-]{8}$/);
		expect((await ask('GET', answer.location)).status).toBe(101);
		expect((await ask('GET', answer.location)).status).toBe(404);
	});
});
