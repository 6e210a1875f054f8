import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/**
 * Every door of the product asks here. Being on loopback authenticates nobody: any page in the user's browser can
 * reach a port of this machine. So a request must name this machine (Host, against DNS rebinding), come from our own
 * page (Origin, against pages on other ports), and show what only our page has (cookie and ticket).
 */

/** `driver`: shell, holds, recordings. `none`: the page itself and the recordings that are bundled with it. */
export type Role = 'driver' | 'none';

/** What a request is refused with; `reason` is for programs, `message` for people. */
export interface Refusal {
	status: number;
	reason: string;
	message: string;
	/** Seconds until a new try makes sense. */
	retryAfterSeconds?: number;
}

/** Whether this role may see what belongs to `owner`: a run, its recording, its holds. */
export function mayRead(role: Role, owner: string): boolean {
	return role === 'driver' && owner === 'driver';
}

/**
 * Who may use which route. A route that is not named here is refused, so that a new one cannot be forgotten:
 * `anyone` needs a good Host only, `page` also our own Origin or Fetch metadata, `driver` also the cookie.
 */
export const routeRules: Readonly<Record<string, 'anyone' | 'page' | 'driver'>> = {
	'/': 'anyone',
	'/api/session': 'page',
	'/api/ticket': 'driver',
	'/recordings/[id]': 'driver'
};

/** The sub-protocol of `/live`; the ticket travels beside it as a second one. */
export const liveProtocol = 'execscope';

const loopbackNames = ['127.0.0.1', '[::1]', 'localhost'];
const ticketLifeMs = 30_000;
const tokenTriesPerMinute = 10;
/** More than a person opens; the oldest goes first, so that the tables stay small. */
const sessionsKept = 64;
const linksKept = 64;
const ticketsKept = 256;

export interface GuardOptions {
	/** The page's port. */
	port: number;
	/** Milliseconds that never go back. */
	now?(): number;
	/** 256 random bits as text that is safe in a URL and in a header. */
	random?(): string;
}

export interface Guard {
	readonly port: number;
	readonly cookieName: string;
	/** Makes a link that signs one browser in, once. */
	link(): string;
	/** Host, before anything else is looked at; static files too. */
	host(headers: IncomingHttpHeaders): Refusal | undefined;
	/** Host, Origin, Fetch metadata and role of one request to a route (`null`: no such route). */
	request(method: string, route: string | null, headers: IncomingHttpHeaders): Refusal | undefined;
	role(headers: IncomingHttpHeaders): Role;
	/** Spends a launch token: the value of the new session's cookie, or why not. */
	signIn(token: unknown): { cookie: string } | Refusal;
	/** A ticket for one WebSocket of the session that asks. */
	ticket(headers: IncomingHttpHeaders): { ticket: string } | Refusal;
	/** The upgrade of `/live`: Host, Origin, cookie, then the ticket, which is spent by the look. */
	upgrade(url: string, headers: IncomingHttpHeaders): { role: Role } | Refusal;
}

/** A guard for the page's port, with its own tokens, sessions and tickets, all of them in memory only. */
export function createGuard(options: GuardOptions): Guard {
	const { port } = options;
	const now = options.now ?? (() => performance.now());
	const random = options.random ?? (() => randomBytes(32).toString('base64url'));
	const cookieName = `execscope-${port}`;
	const links = new Map<string, 'fresh' | 'used'>();
	const sessions = new Map<string, Role>();
	const tickets = new Map<string, { session: string; until: number }>();
	let misses: number[] = [];

	const sessionOf = (headers: IncomingHttpHeaders): string | undefined => {
		const value = cookieOf(headers.cookie, cookieName);
		return value === undefined ? undefined : findSecret(sessions, value);
	};
	const role = (headers: IncomingHttpHeaders): Role =>
		sessions.get(sessionOf(headers) ?? '') ?? 'none';
	const host = (headers: IncomingHttpHeaders) => checkHost(headers, port);

	return {
		port,
		cookieName,
		host,
		role,
		link() {
			const token = random();
			remember(links, digest(token), 'fresh', linksKept);
			return `http://127.0.0.1:${port}/#t=${token}`;
		},
		request(method, route, headers) {
			const rule = route === null ? 'anyone' : routeRules[route];
			if (!rule) return refuse(403, 'no-rule', 'No guard is declared for this route.');
			return (
				host(headers) ??
				(isSafe(method) ? undefined : checkOrigin(headers)) ??
				(rule === 'anyone' ? undefined : checkFetchSite(headers)) ??
				(rule === 'driver' && role(headers) !== 'driver' ? notSignedIn : undefined)
			);
		},
		signIn(token) {
			const at = now();
			misses = misses.filter((miss) => at - miss < 60_000);
			if (misses.length >= tokenTriesPerMinute) return tooMany;
			const key = typeof token === 'string' ? findSecret(links, token) : undefined;
			if (key === undefined || links.get(key) === 'used') {
				misses.push(at);
				return key === undefined ? unknownLink : usedLink;
			}
			links.set(key, 'used');
			const cookie = random();
			remember(sessions, digest(cookie), 'driver', sessionsKept);
			return { cookie };
		},
		ticket(headers) {
			const session = sessionOf(headers);
			if (session === undefined) return notSignedIn;
			if (headers['x-execscope'] !== '1')
				return refuse(403, 'no-header', 'The header X-Execscope is missing.');
			const ticket = random();
			remember(tickets, digest(ticket), { session, until: now() + ticketLifeMs }, ticketsKept);
			return { ticket };
		},
		upgrade(url, headers) {
			const refusal = host(headers) ?? checkOrigin(headers) ?? checkFetchSite(headers);
			if (refusal) return refusal;
			if (url.split('?', 1)[0] !== '/live')
				return refuse(404, 'no-socket', 'There is no WebSocket at this path.');
			const session = sessionOf(headers);
			if (session === undefined) return notSignedIn;
			const shown = ticketOf(headers['sec-websocket-protocol']);
			const key = shown === undefined ? undefined : findSecret(tickets, shown);
			const ticket = key === undefined ? undefined : tickets.get(key);
			if (key !== undefined) tickets.delete(key);
			if (ticket?.session !== session || now() >= ticket.until)
				return refuse(403, 'ticket', 'The ticket is missing, spent or too old.');
			return { role: sessions.get(session) ?? 'none' };
		}
	};
}

export function isRefusal(answer: object): answer is Refusal {
	return 'reason' in answer;
}

/** The headers that every answer of the page's port carries. */
export const securityHeaders: Readonly<Record<string, string>> = {
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	// Pages bring the whole policy; this one is for what carries none: files, prerendered pages, refusals.
	'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
	'Referrer-Policy': 'no-referrer',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Resource-Policy': 'same-origin'
};

/**
 * The door of the cluster's own ports that clients dial (API server, kubelets). A browser must never get through:
 * a plain WebSocket of any page can speak the exec protocol.
 */
export function clusterDoor(request: IncomingMessage): Refusal | undefined {
	return checkHost(request.headers, localPortOf(request)) ?? checkNoBrowser(request.headers);
}

/**
 * The door of a streaming server. A kubelet forwards the request's head as it came, so Host may name the
 * kubelet's port; the name in it must be loopback all the same.
 */
export function forwardedDoor(request: IncomingMessage): Refusal | undefined {
	return checkHost(request.headers, undefined) ?? checkNoBrowser(request.headers);
}

const refuse = (status: number, reason: string, message: string): Refusal => ({
	status,
	reason,
	message
});
const notSignedIn = refuse(
	403,
	'signed-out',
	'Not signed in: open the link that the terminal prints (press Enter there for a fresh one).'
);
const usedLink = refuse(
	410,
	'used',
	'This link has been used. Press Enter in the terminal of Execscope for a fresh one.'
);
const unknownLink = refuse(
	403,
	'unknown',
	'This link is not one of this Execscope. Press Enter in its terminal for a fresh one.'
);
const tooMany: Refusal = {
	...refuse(429, 'too-many', 'Too many wrong links. Wait a minute, then use a fresh one.'),
	retryAfterSeconds: 60
};

/** 421: the answer for a name that this server does not have; a rebinding page learns nothing more. */
function checkHost(headers: IncomingHttpHeaders, port: number | undefined): Refusal | undefined {
	const parts = /^(.*?)(?::(\d{1,5}))?$/.exec(headers.host?.toLowerCase() ?? '');
	const known = loopbackNames.includes(parts?.[1] ?? '');
	// A browser leaves out port 80; it is the only one that may be missing.
	if (known && (port === undefined || Number(parts?.[2] ?? 80) === port)) return undefined;
	return refuse(421, 'host', 'This server does not answer to that host name.');
}

/** Exactly the page's own origin: a missing or opaque one is no proof of anything. */
function checkOrigin(headers: IncomingHttpHeaders): Refusal | undefined {
	if (headers.origin !== undefined && headers.origin === `http://${headers.host}`) return undefined;
	return refuse(403, 'origin', 'Only the page of this server may ask for that.');
}

function checkFetchSite(headers: IncomingHttpHeaders): Refusal | undefined {
	const site = headers['sec-fetch-site'];
	if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
	return refuse(403, 'fetch-site', 'Only the page of this server may ask for that.');
}

function checkNoBrowser(headers: IncomingHttpHeaders): Refusal | undefined {
	const { origin, host } = headers;
	const own = origin === `https://${host}` || origin === `http://${host}`;
	if (origin !== undefined && !own)
		return refuse(403, 'origin', 'Pages in a browser may not use this port.');
	return checkFetchSite(headers);
}

/** The port that the connection of a request arrived at; a tapped connection keeps the socket in `socket`. */
function localPortOf(request: IncomingMessage): number | undefined {
	const outer = request.socket as { localPort?: number; socket?: { localPort?: number } };
	return outer.localPort ?? outer.socket?.localPort;
}

const isSafe = (method: string) => method === 'GET' || method === 'HEAD';

function cookieOf(header: string | undefined, name: string): string | undefined {
	for (const part of header?.split(';') ?? []) {
		const [key, value] = part.trim().split('=', 2);
		if (key === name) return value;
	}
	return undefined;
}

function ticketOf(header: string | undefined): string | undefined {
	const offered = (header ?? '').split(',').map((protocol) => protocol.trim());
	if (!offered.includes(liveProtocol)) return undefined;
	return offered.find((protocol) => protocol !== liveProtocol);
}

/** Only digests are kept, so that neither a heap dump nor the time of a comparison gives a secret away. */
function digest(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

function findSecret(table: ReadonlyMap<string, unknown>, shown: string): string | undefined {
	const wanted = Buffer.from(digest(shown));
	let found: string | undefined;
	for (const key of table.keys()) if (timingSafeEqual(Buffer.from(key), wanted)) found = key;
	return found;
}

function remember<T>(table: Map<string, T>, key: string, value: T, kept: number): void {
	table.set(key, value);
	for (const oldest of table.keys()) {
		if (table.size <= kept) return;
		table.delete(oldest);
	}
}
