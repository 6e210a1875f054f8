import { isRefusal } from '$lib/server/guard';
import { json, type RequestHandler } from '@sveltejs/kit';

const headers = { 'Cache-Control': 'no-store' };

/** Says who this browser is, so that a reload without a link need not ask for one. */
export const GET: RequestHandler = ({ locals }) => json({ role: locals.role }, { headers });

/** Swaps the one-time token of a link for a cookie; a browser that has the cookie keeps it and its token unspent. */
export const POST: RequestHandler = async ({ request, locals, cookies }) => {
	if (locals.role !== 'none') return json({ role: locals.role }, { headers });
	const answer = locals.guard.signIn(await tokenOf(request));
	if (isRefusal(answer)) {
		const { status, reason, message, retryAfterSeconds } = answer;
		const wait = retryAfterSeconds ? { 'Retry-After': String(retryAfterSeconds) } : undefined;
		return json({ reason, message }, { status, headers: { ...headers, ...wait } });
	}
	cookies.set(locals.guard.cookieName, answer.cookie, {
		path: '/',
		httpOnly: true,
		sameSite: 'strict',
		// Plain http on loopback: a Secure cookie would not come back in every browser.
		secure: false
	});
	return json({ role: 'driver' }, { headers });
};

async function tokenOf(request: Request): Promise<unknown> {
	const body: unknown = await request.json().catch(() => undefined);
	return typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
}
