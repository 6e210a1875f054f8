import { describe, expect, it } from 'vitest';
import type { PreparedStream } from '../../../src/lib/server/dockershim/prepared-stream.ts';
import { StreamingServer } from '../../../src/lib/server/dockershim/streaming-server.ts';
import { defaultLimits, systemClock } from '../../../src/lib/server/limits.ts';
import { eras, type EraId } from '../../../src/lib/trace/eras.ts';
import { formatAddress } from '../../../src/lib/server/transport/address.ts';
import { quietTrace } from '../../support/quiet-trace.ts';
import { later, raw, testShim, upgrade, type TestShim } from './shim.ts';

async function execPath(shim: TestShim): Promise<string> {
	const request = { container_id: 'c1', cmd: ['date'], stdout: true };
	return (await shim.call<{ url: string }>('Exec', request)).url;
}

const ask = (shim: TestShim, line: string, headers = '') =>
	raw(shim.streaming, `${line} HTTP/1.1\nHost: x\nConnection: close\n${headers}\n`);
const spdy = 'Connection: Upgrade\nUpgrade: SPDY/3.1\n';
const askToUpgrade = (shim: TestShim, path: string, headers: string, method = 'POST') =>
	raw(shim.streaming, `${method} ${path} HTTP/1.1\nHost: x\nContent-Length: 0\n${headers}\n`);

describe('the streaming server', () => {
	it('resolves token URLs against the base URL', async () => {
		const relative = await testShim();
		expect(await execPath(relative)).toMatch(/^\/cri\/exec\/[\w-]{8}$/);
		const absolute = await testShim({ baseUrl: 'http://127.0.0.1:1234/' });
		expect(await execPath(absolute)).toMatch(/^http:\/\/127\.0\.0\.1:1234\/exec\/[\w-]{8}$/);
		const own = await testShim({ baseUrl: '' });
		const base = `http://${formatAddress(own.streaming)}/exec/`;
		expect((await execPath(own)).startsWith(base)).toBe(true);
	});

	it('answers 404 to a token used twice, unknown or expired', async () => {
		const shim = await testShim();
		const path = await execPath(shim);
		expect((await upgrade(shim.streaming, path)).head).toContain('101 Switching Protocols');
		const notFound =
			/^HTTP\/1\.1 404 Not Found\r\nContent-Type: text\/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 19\r\n(.*\r\n)*\r\n404 page not found\n$/;
		expect(await askToUpgrade(shim, path, spdy)).toMatch(notFound);
		expect(await askToUpgrade(shim, '/cri/exec/AAAAAAAA', spdy, 'GET')).toMatch(notFound);
		expect(await ask(shim, 'GET /exec/AAAAAAAA')).toMatch(notFound);
	});

	it('serves a token without the prefix too', async () => {
		const shim = await testShim();
		const path = (await execPath(shim)).replace('/cri', '');
		expect((await upgrade(shim.streaming, path)).head).toContain('101');
	});

	it('spends a token of the wrong kind', async () => {
		const shim = await testShim();
		const path = await execPath(shim);
		const attach = path.replace('exec', 'attach');
		expect(await askToUpgrade(shim, attach, spdy)).toContain('404 page not found\n');
		expect(await askToUpgrade(shim, path, spdy)).toContain('404 page not found\n');
	});

	it.each(['exec', 'attach', 'portforward'] as const)(
		'redeems a token of %s under its own word only, and lets the stream answer',
		async (kind) => {
			const trace = quietTrace();
			const server = new StreamingServer({
				node: 'node-1',
				address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
				baseUrl: '/cri/',
				door: () => undefined,
				trace,
				limits: defaultLimits,
				clock: systemClock
			});
			await server.start();
			later(() => server.close());
			const stream: PreparedStream = {
				kind,
				facts: { of: kind },
				served: { id: 'serve-exec', fn: 'serve', facts: {} },
				accept: () => ({ status: 418, headers: [['X-Of', kind]], body: kind })
			};
			const redeem = (path: string) =>
				raw(server.address, `POST ${path} HTTP/1.1\nHost: x\nContent-Length: 0\n${spdy}\n`);
			const { url } = await server.getUrl(stream, trace.boot);
			expect(url).toMatch(new RegExp(`^/cri/${kind}/[\\w-]{8}$`));
			expect(trace.said.at(-1)).toMatchObject({
				id: 'cache-insert',
				facts: { of: kind, waiting: 0 }
			});
			expect(await redeem(url)).toMatch(
				new RegExp(`^HTTP/1\\.1 418 .*X-Of: ${kind}\r\n.*${kind}$`, 's')
			);
			expect(await redeem(url)).toContain('404 page not found');
			for (const other of ['exec', 'attach', 'portforward'].filter((word) => word !== kind)) {
				const spent = (await server.getUrl(stream, trace.boot)).url;
				expect(await redeem(spent.replace(kind, other))).toContain('404 page not found');
				expect(await redeem(spent)).toContain('404 page not found');
			}
		}
	);

	it('knows no other paths and methods', async () => {
		const shim = await testShim();
		expect(await ask(shim, 'GET /')).toMatch(/^HTTP\/1\.1 404 .*404: Page Not Found$/s);
		const path = await execPath(shim);
		expect(await ask(shim, `DELETE ${path}`)).toMatch(
			/^HTTP\/1\.1 405 .*405: Method Not Allowed$/s
		);
		expect((await upgrade(shim.streaming, path)).head).toContain('101');
	});

	it('refuses protocols it does not know, naming its own', async () => {
		const shim = await testShim();
		const headers = `${spdy}X-Stream-Protocol-Version: x\nX-Stream-Protocol-Version: y\n`;
		const answer = await askToUpgrade(shim, await execPath(shim), headers);
		expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
		expect(answer.match(/X-Accepted-Stream-Protocol-Versions: .*\r\n/g)).toEqual(
			['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'].map(
				(name) => `X-Accepted-Stream-Protocol-Versions: ${name}\r\n`
			)
		);
		expect(answer.split('\r\n\r\n')[1]).toBe(
			'unable to upgrade: unable to negotiate protocol: client supports [x y], server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]'
		);
	});

	it("takes the client's first protocol that it knows, and none at all for the first version", async () => {
		const shim = await testShim();
		const offered = ['v5.channel.k8s.io', 'v2.channel.k8s.io', 'v4.channel.k8s.io'];
		const { head } = await upgrade(shim.streaming, await execPath(shim), offered);
		expect(head).toContain('X-Stream-Protocol-Version: v2.channel.k8s.io\r\n');
		expect((await upgrade(shim.streaming, await execPath(shim), [])).head).toBe(
			'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n'
		);
	});

	it.each((Object.keys(eras) as EraId[]).map((era) => [era, eras[era]] as const))(
		'wants and reads protocols as era %s does',
		async (era, { protocolHeaderRequired, commaLists }) => {
			const shim = await testShim({ trace: quietTrace(era), baseUrl: 'http://127.0.0.1:1/' });
			const tokenPath = async () => new URL(await execPath(shim)).pathname;
			if (protocolHeaderRequired) {
				const none = await askToUpgrade(shim, await tokenPath(), spdy);
				expect(none).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
				expect(none.split('\r\n\r\n')[1]).toBe(
					'unable to upgrade: X-Stream-Protocol-Version is required'
				);
			} else expect((await upgrade(shim.streaming, await tokenPath(), [])).head).toContain('101');
			const offered = ['x, v4.channel.k8s.io'];
			const { head } = await upgrade(shim.streaming, await tokenPath(), offered);
			if (commaLists)
				expect(head).toContain('\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n');
			else expect(head).toMatch(/^HTTP\/1\.1 403 /);
		}
	);

	it('names the place of a token as who comes for it needs it', async () => {
		const redirected = await testShim({ trace: quietTrace('1.15-redirect') });
		expect(await execPath(redirected)).toMatch(/^\/cri\/exec\/[\w-]{8}$/);
		const proxied = await testShim({ trace: quietTrace('1.15-proxy') });
		const base = `http://${formatAddress(proxied.streaming)}/exec/`;
		expect((await execPath(proxied)).startsWith(base)).toBe(true);
	});

	it('tells of a stranger as who would have come in the era', async () => {
		const shim = await testShim({ trace: quietTrace('1.15-proxy') });
		const path = new URL(await execPath(shim)).pathname;
		expect((await upgrade(shim.streaming, path)).head).toContain('101');
		expect(shim.steps()).toContain('kubelet-proxy');
		expect(shim.steps()).not.toContain('cri-handler');
	});

	it('refuses a request that asks for no upgrade, without repeating secrets', async () => {
		const shim = await testShim();
		const answer = await ask(shim, `GET ${await execPath(shim)}`, 'Authorization: Bearer abc\n');
		expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
		expect(answer).toContain(
			'unable to upgrade: missing upgrade headers in request: http.Header{"Authorization":[]string{"*"}, "Connection":[]string{"close"}}\n'
		);
		expect(answer).not.toContain('abc');
	});

	it('refuses WebSocket with 403, as it knows no v5; the token is spent', async () => {
		const shim = await testShim();
		const webSocket = (protocol: string) =>
			`Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: ${protocol}\n`;
		const path = await execPath(shim);
		const v5 = await askToUpgrade(shim, path, webSocket('v5.channel.k8s.io'), 'GET');
		expect(v5).toBe('HTTP/1.1 403 Forbidden\r\n\r\n');
		expect(shim.trace.said.at(-1)).toMatchObject({
			id: 'cri-handler:reply',
			facts: { offered: ['v5.channel.k8s.io'] }
		});
		expect(await askToUpgrade(shim, path, spdy)).toContain('404 page not found');
		const headers = webSocket('v4.channel.k8s.io');
		const v4 = await askToUpgrade(shim, await execPath(shim), headers, 'GET');
		expect(v4).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n\r\nExecscope serves exec by SPDY/);
	});

	it('asks its door first', async () => {
		const shim = await testShim({ door: () => ({ status: 403, message: 'closed' }) });
		expect(await askToUpgrade(shim, await execPath(shim), spdy)).toContain('closed\n');
		expect(shim.steps()).not.toContain('token-consume');
	});
});
