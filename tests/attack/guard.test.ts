import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExecscope, type ExecscopeProcess } from '../support/execscope-process.ts';
import { ask, fetchTicket, openLive, signIn } from './page-client.ts';

/** What a hostile page in the user's own browser can send to the page's port, against the real server file. */
let target: ExecscopeProcess;
let driver: { Origin: string; Cookie: string };

beforeAll(async () => {
	target = await startExecscope();
	driver = await signIn(target);
});
afterAll(() => target.close());

describe('a name that was rebound to this machine', () => {
	const host = () => `evil.example:${target.port}`;
	const [asset = ''] = readdirSync('static').filter((name) => name.includes('.'));

	it.each(['/', '/api/session', '/_app/version.json', `/${asset}`, '/no-such-page'])(
		'gets nothing of %s',
		async (path) => {
			const answer = await ask(target, 'GET', path, { Host: host() });
			expect(answer.status).toBe(421);
			expect(answer.body).toBe('This server does not answer to that host name.\n');
		}
	);
	it('gets the static file under the right name', async () => {
		expect((await ask(target, 'GET', '/_app/version.json')).status).toBe(200);
	});
	it('gets nothing under a good name with another port, or none', async () => {
		for (const name of ['127.0.0.1:9', 'localhost:80', '127.0.0.1', '[::1]'])
			expect((await ask(target, 'GET', '/', { Host: name })).status, name).toBe(421);
	});
	it('signs nobody in, though Origin equals Host', async () => {
		const headers = { Host: host(), Origin: `http://${host()}` };
		const answer = await ask(target, 'POST', '/api/session', headers, { token: target.token });
		expect(answer.status).toBe(421);
	});
	it('opens no WebSocket, though it has cookie and ticket', async () => {
		const ticket = await fetchTicket(target, driver);
		const headers = { ...driver, Host: host(), Origin: `http://${host()}` };
		expect(await openLive(target, headers, ticket)).toBe(421);
	});
});

describe('a page on another port of this machine', () => {
	const origins = [
		() => 'http://127.0.0.1:9',
		() => `http://localhost:${target.port}`,
		() => `https://127.0.0.1:${target.port}`,
		() => 'null',
		() => undefined
	];
	it('gets no ticket, though the browser sends the cookie along', async () => {
		for (const origin of origins) {
			const headers = { Cookie: driver.Cookie, 'X-Execscope': '1', ...withOrigin(origin()) };
			expect((await ask(target, 'POST', '/api/ticket', headers)).status).toBe(403);
		}
	});
	it('opens no WebSocket, though the browser sends the cookie along', async () => {
		for (const origin of origins) {
			const ticket = await fetchTicket(target, driver);
			const headers = { Cookie: driver.Cookie, ...withOrigin(origin()) };
			expect(await openLive(target, headers, ticket)).toBe(403);
		}
	});
	it('opens no WebSocket that a browser marks as coming from another site', async () => {
		for (const site of ['cross-site', 'same-site']) {
			const ticket = await fetchTicket(target, driver);
			expect(await openLive(target, { ...driver, 'Sec-Fetch-Site': site }, ticket)).toBe(403);
		}
	});
	it('reads no recording by a script or image element', async () => {
		const path = '/recordings/anything';
		const there = await ask(target, 'GET', path, driver);
		expect(there.status).toBe(404);
		const headers = { Cookie: driver.Cookie, 'Sec-Fetch-Site': 'same-site' };
		expect((await ask(target, 'GET', path, headers)).status).toBe(403);
	});
	it('is not told by a script or image element whether somebody is signed in', async () => {
		const headers = { Cookie: driver.Cookie, 'Sec-Fetch-Site': 'cross-site' };
		expect((await ask(target, 'GET', '/api/session', headers)).status).toBe(403);
	});
	it('is let in by no header, whatever it asks, and whether or not it asks before', async () => {
		for (const Origin of ['https://evil.example', 'http://127.0.0.1:9', 'null', target.url])
			for (const method of ['GET', 'POST', 'OPTIONS'])
				for (const path of [
					'/',
					'/api/session',
					'/api/ticket',
					'/recordings/x',
					'/_app/version.json'
				]) {
					const { headers } = await ask(target, method, path, {
						Origin,
						Cookie: driver.Cookie,
						'Access-Control-Request-Method': 'POST',
						'Access-Control-Request-Headers': 'x-execscope',
						'Access-Control-Request-Private-Network': 'true'
					});
					const letIn = Object.keys(headers).filter((name) => name.startsWith('access-control-'));
					expect(letIn, `${method} ${path} from ${Origin}`).toEqual([]);
				}
	});
	it('cannot frame the page, nor read its answers', async () => {
		for (const path of ['/', '/_app/version.json', '/api/session', '/no-such-page']) {
			const { headers } = await ask(target, 'GET', path);
			expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
			expect(headers['cross-origin-resource-policy']).toBe('same-origin');
			expect(headers['cross-origin-opener-policy']).toBe('same-origin');
			expect(headers['x-content-type-options']).toBe('nosniff');
			expect(headers['referrer-policy']).toBe('no-referrer');
		}
	});
});

describe('whoever has only a part of what it takes', () => {
	it('gets no ticket without the cookie', async () => {
		const headers = { Origin: target.url, 'X-Execscope': '1' };
		expect((await ask(target, 'POST', '/api/ticket', headers)).status).toBe(403);
	});
	it('gets no ticket without the custom header', async () => {
		expect((await ask(target, 'POST', '/api/ticket', driver)).status).toBe(403);
	});
	it('opens no WebSocket with the cookie but no ticket', async () => {
		expect(await openLive(target, driver, undefined)).toBe(403);
		expect(await openLive(target, driver, 'made-up')).toBe(403);
	});
	it('opens no WebSocket with a ticket but no cookie', async () => {
		const ticket = await fetchTicket(target, driver);
		expect(await openLive(target, { Origin: target.url }, ticket)).toBe(403);
	});
	it('opens one WebSocket with a ticket, not two', async () => {
		const ticket = await fetchTicket(target, driver);
		expect(await openLive(target, driver, ticket)).toBe(101);
		expect(await openLive(target, driver, ticket)).toBe(403);
	});
	it('is told that a link was used', async () => {
		const headers = { Origin: target.url };
		const answer = await ask(target, 'POST', '/api/session', headers, { token: target.token });
		expect(answer.status).toBe(410);
		expect(answer.body).toContain('This link has been used.');
	});
	it('reads no recording without the cookie', async () => {
		expect((await ask(target, 'GET', '/recordings/anything')).status).toBe(403);
	});
	it('climbs out of the recordings with no id', async () => {
		for (const id of ['..%2f..%2fpki%2fca', 'a%00', '.hidden', '%2fetc%2fpasswd'])
			expect([400, 404]).toContain((await ask(target, 'GET', `/recordings/${id}`, driver)).status);
	});
	it.each([
		["default-src 'self'"],
		["style-src 'self' 'unsafe-inline'"],
		["img-src 'self' data:"],
		["connect-src 'self'"],
		["form-action 'self'"],
		["frame-ancestors 'none'"],
		["base-uri 'none'"],
		["object-src 'none'"]
	])('is kept by the page to %s', async (directive) => {
		const { headers } = await ask(target, 'GET', '/');
		const policy = String(headers['content-security-policy']).split('; ');
		expect(policy).toContain(directive);
	});
	it.each(['/', '/_app/version.json', '/no-such-page'])(
		'frames %s in no browser, however old, and bends no relative address',
		async (path) => {
			const { headers } = await ask(target, 'GET', path);
			expect(headers['x-frame-options']).toBe('DENY');
			const policy = String(headers['content-security-policy']);
			for (const part of ["base-uri 'none'", "object-src 'none'"]) expect(policy).toContain(part);
		}
	);
	it('runs no script of its own in the page', async () => {
		const { headers } = await ask(target, 'GET', '/');
		const policy = String(headers['content-security-policy']);
		const scripts = policy.split('; ').find((part) => part.startsWith('script-src'));
		expect(scripts ?? '').toMatch(/^script-src 'self' '(nonce|sha256)-[^']+'$/);
	});
});

describe('a cookie', () => {
	it('is hidden from scripts, strict, and named after the port', async () => {
		const other = await startExecscope();
		try {
			const body = { token: other.token };
			const answer = await ask(other, 'POST', '/api/session', { Origin: other.url }, body);
			const [cookie = ''] = answer.headers['set-cookie'] ?? [];
			expect(cookie).toMatch(
				new RegExp(`^execscope-${other.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)
			);
		} finally {
			await other.close();
		}
	});
});

/** Last, because it uses up the tries of a minute. */
describe('guessing', () => {
	it('is stopped after ten tries', async () => {
		const statuses: number[] = [];
		for (let i = 0; i < 12; i++) {
			const body = { token: `guess-${i}` };
			const answer = await ask(target, 'POST', '/api/session', { Origin: target.url }, body);
			statuses.push(answer.status);
		}
		expect(statuses.at(-1)).toBe(429);
		expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(10);
	});
});

const withOrigin = (origin: string | undefined) => (origin === undefined ? {} : { Origin: origin });
