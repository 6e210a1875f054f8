import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
	clusterDoor,
	createGuard,
	forwardedDoor,
	isRefusal,
	mayRead,
	routeRules
} from '../../src/lib/server/guard.ts';

const own = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };

/** A guard with a clock that is moved by hand and secrets that can be read. */
function fixture() {
	const clock = { ms: 0 };
	let secrets = 0;
	const guard = createGuard({
		port: 8080,
		now: () => clock.ms,
		random: () => `secret-${++secrets}`
	});
	const tokenOf = (link: string) => link.slice(link.indexOf('#t=') + 3);
	const signIn = (): IncomingHttpHeaders => {
		const answer = guard.signIn(tokenOf(guard.link()));
		if (isRefusal(answer)) throw new Error(answer.message);
		return { ...own, cookie: `other=1; ${guard.cookieName}=${answer.cookie}` };
	};
	const ticketFor = (headers: IncomingHttpHeaders) => {
		const answer = guard.ticket({ ...headers, 'x-execscope': '1' });
		if (isRefusal(answer)) throw new Error(answer.message);
		return answer.ticket;
	};
	const upgrade = (headers: IncomingHttpHeaders, ticket: string) =>
		guard.upgrade('/live', { ...headers, 'sec-websocket-protocol': `execscope, ${ticket}` });
	return { clock, guard, tokenOf, signIn, ticketFor, upgrade };
}

const reason = (answer: object | undefined) =>
	answer && isRefusal(answer) ? `${answer.status} ${answer.reason}` : 'let in';

describe('Host', () => {
	const { guard } = fixture();
	it.each(['127.0.0.1:8080', '[::1]:8080', 'localhost:8080', 'LOCALHOST:8080'])(
		'lets %s in',
		(host) => expect(guard.host({ host })).toBeUndefined()
	);
	it.each([
		'evil.example:8080',
		'127.0.0.1:8081',
		'127.0.0.1',
		'127.0.0.2:8080',
		'localhost.evil.example:8080',
		'127.0.0.1:8080.evil.example',
		'user@127.0.0.1:8080',
		'',
		undefined
	])('refuses %s', (host) => {
		expect(reason(guard.host({ host }))).toBe('421 host');
	});
	it('lets a Host without a port mean port 80', () => {
		expect(createGuard({ port: 80 }).host({ host: 'localhost' })).toBeUndefined();
	});
});

describe('requests', () => {
	it('refuses a route for which no rule is declared', () => {
		const { guard, signIn } = fixture();
		expect(reason(guard.request('GET', '/api/new', signIn()))).toBe('403 no-rule');
	});
	it('lets anyone read the page and be told that there is no such route', () => {
		const { guard } = fixture();
		expect(reason(guard.request('GET', '/', { host: own.host }))).toBe('let in');
		expect(reason(guard.request('GET', null, { host: own.host }))).toBe('let in');
	});
	it.each([
		undefined,
		'null',
		'http://127.0.0.1:9999',
		'http://localhost:8080',
		'https://127.0.0.1:8080'
	])('refuses a state-changing request with the origin %s', (origin) => {
		const { guard } = fixture();
		const answer = guard.request('POST', '/api/session', { ...own, origin });
		expect(reason(answer)).toBe('403 origin');
	});
	it.each(['cross-site', 'same-site'])('refuses what a browser marks as %s', (site) => {
		const { guard, signIn } = fixture();
		const headers = { ...signIn(), 'sec-fetch-site': site };
		expect(reason(guard.request('GET', '/recordings/[id]', headers))).toBe('403 fetch-site');
	});
	it('keeps recordings and tickets for who is signed in', () => {
		const { guard, signIn } = fixture();
		for (const [method, route] of [
			['GET', '/recordings/[id]'],
			['POST', '/api/ticket']
		] as const) {
			expect(reason(guard.request(method, route, own))).toBe('403 signed-out');
			expect(reason(guard.request(method, route, signIn()))).toBe('let in');
		}
	});
	it('knows the routes of this repository and no others', () => {
		const files = Object.keys(import.meta.glob('../../src/routes/**/+{page.svelte,server.ts}'));
		const routes = files.map(
			(file) => file.replace('../../src/routes', '').replace(/\/\+[^/]*$/, '') || '/'
		);
		expect(Object.keys(routeRules).sort()).toEqual(routes.sort());
	});
});

describe('launch tokens', () => {
	it('are 256 random bits in the fragment', () => {
		const guard = createGuard({ port: 8080 });
		const [link, token = ''] = /^http:\/\/127\.0\.0\.1:8080\/#t=(.*)$/.exec(guard.link()) ?? [];
		expect(link).toBeDefined();
		expect(Buffer.from(token, 'base64url')).toHaveLength(32);
	});
	it('sign in once, and then say that they are used', () => {
		const { guard, tokenOf } = fixture();
		const token = tokenOf(guard.link());
		expect(reason(guard.signIn(token))).toBe('let in');
		expect(reason(guard.signIn(token))).toBe('410 used');
	});
	it.each(['', 'wrong', undefined, 7, {}])('refuse %j', (token) => {
		expect(reason(fixture().guard.signIn(token))).toBe('403 unknown');
	});
	it('may be tried ten times a minute, right or wrong from then on', () => {
		const { guard, clock, tokenOf } = fixture();
		const token = tokenOf(guard.link());
		for (let i = 0; i < 10; i++) guard.signIn('wrong');
		expect(reason(guard.signIn(token))).toBe('429 too-many');
		clock.ms = 60_000;
		expect(reason(guard.signIn(token))).toBe('let in');
	});
	it('leave no secret in the cookie name, which is one per port', () => {
		expect(createGuard({ port: 8081 }).cookieName).toBe('execscope-8081');
	});
});

describe('tickets', () => {
	it('open one WebSocket', () => {
		const { signIn, ticketFor, upgrade } = fixture();
		const headers = signIn();
		const ticket = ticketFor(headers);
		expect(upgrade(headers, ticket)).toEqual({ role: 'driver' });
		expect(reason(upgrade(headers, ticket))).toBe('403 ticket');
	});
	it('are given only with the header that a foreign page cannot set', () => {
		const { guard, signIn } = fixture();
		expect(reason(guard.ticket(signIn()))).toBe('403 no-header');
	});
	it('live for half a minute', () => {
		const { clock, signIn, ticketFor, upgrade } = fixture();
		const headers = signIn();
		const ticket = ticketFor(headers);
		clock.ms = 30_000;
		expect(reason(upgrade(headers, ticket))).toBe('403 ticket');
	});
	it('belong to the session that fetched them', () => {
		const { signIn, ticketFor, upgrade } = fixture();
		const ticket = ticketFor(signIn());
		expect(reason(upgrade(signIn(), ticket))).toBe('403 ticket');
	});
	it('are nothing without the cookie, and the cookie is nothing without one', () => {
		const { guard, signIn, ticketFor, upgrade } = fixture();
		const headers = signIn();
		expect(reason(upgrade(own, ticketFor(headers)))).toBe('403 signed-out');
		expect(reason(guard.upgrade('/live', headers))).toBe('403 ticket');
	});
	it('do not make up for a foreign, opaque or missing origin', () => {
		const { signIn, ticketFor, upgrade } = fixture();
		const headers = signIn();
		for (const origin of ['http://127.0.0.1:9999', 'http://localhost:8080', 'null', undefined])
			expect(reason(upgrade({ ...headers, origin }, ticketFor(headers)))).toBe('403 origin');
	});
	it('do not make up for a foreign Host that Origin equals', () => {
		const { signIn, ticketFor, upgrade } = fixture();
		const headers = signIn();
		const rebound = { host: 'evil.example:8080', origin: 'http://evil.example:8080' };
		expect(reason(upgrade({ ...headers, ...rebound }, ticketFor(headers)))).toBe('421 host');
	});
	it('open /live and nothing else', () => {
		const { guard, signIn } = fixture();
		expect(reason(guard.upgrade('/other', signIn()))).toBe('404 no-socket');
	});
});

describe('owners', () => {
	it('let the driver read what is the driver’s, and nobody anything else', () => {
		expect(mayRead('driver', 'driver')).toBe(true);
		expect(mayRead('driver', 'student-1')).toBe(false);
		expect(mayRead('none', 'driver')).toBe(false);
	});
});

describe('doors of the cluster', () => {
	const arrive = (headers: IncomingHttpHeaders, localPort = 6443) =>
		({ headers, socket: { localPort } }) as unknown as IncomingMessage;

	it('let kubectl in', () => {
		expect(clusterDoor(arrive({ host: '127.0.0.1:6443' }))).toBeUndefined();
		expect(clusterDoor(arrive({ host: 'localhost:6443' }))).toBeUndefined();
	});
	it('let a client library in that sends its own origin', () => {
		const headers = { host: '127.0.0.1:6443', origin: 'https://127.0.0.1:6443' };
		expect(clusterDoor(arrive(headers))).toBeUndefined();
	});
	it('find the port of a tapped connection too', () => {
		const request = {
			headers: { host: '127.0.0.1:6443' },
			socket: { socket: { localPort: 6443 } }
		} as unknown as IncomingMessage;
		expect(clusterDoor(request)).toBeUndefined();
		expect(
			reason(clusterDoor({ ...request, headers: { host: '127.0.0.1:1' } } as IncomingMessage))
		).toBe('421 host');
	});
	it.each(['http://127.0.0.1:8080', 'https://evil.example', 'null', 'https://127.0.0.1:6444'])(
		'refuse a page with the origin %s',
		(origin) => {
			expect(reason(clusterDoor(arrive({ host: '127.0.0.1:6443', origin })))).toBe('403 origin');
			expect(reason(forwardedDoor(arrive({ host: '127.0.0.1:6443', origin })))).toBe('403 origin');
		}
	);
	it.each(['cross-site', 'same-site'])('refuse what a browser marks as %s', (site) => {
		const headers = { host: '127.0.0.1:6443', 'sec-fetch-site': site };
		expect(reason(clusterDoor(arrive(headers)))).toBe('403 fetch-site');
		expect(reason(forwardedDoor(arrive(headers)))).toBe('403 fetch-site');
	});
	it('refuse a name that was rebound to this machine', () => {
		expect(reason(clusterDoor(arrive({ host: 'evil.example:6443' })))).toBe('421 host');
		expect(reason(forwardedDoor(arrive({ host: 'evil.example:6443' })))).toBe('421 host');
	});
	it('let a request that a kubelet forwarded name the kubelet’s port', () => {
		const forwarded = arrive({ host: '127.0.0.1:10250' });
		expect(forwardedDoor(forwarded)).toBeUndefined();
		expect(reason(clusterDoor(forwarded))).toBe('421 host');
	});
});
