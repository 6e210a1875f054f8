import { isRefusal } from '$lib/server/guard';
import { json, type RequestHandler } from '@sveltejs/kit';

/** A ticket for one WebSocket: needs the cookie and a header that only a page of this origin can set. */
export const POST: RequestHandler = ({ request, locals }) => {
	const answer = locals.guard.ticket(Object.fromEntries(request.headers));
	const headers = { 'Cache-Control': 'no-store' };
	if (!isRefusal(answer)) return json(answer, { headers });
	const { status, reason, message } = answer;
	return json({ reason, message }, { status, headers });
};
