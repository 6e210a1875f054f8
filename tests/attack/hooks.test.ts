import { afterAll, beforeAll, expect, it } from 'vitest';
import { handle } from '../../src/hooks.server.ts';
import { createGuard, securityHeaders } from '../../src/lib/server/guard.ts';

/** The page's answers where the server file is not there to say who may read them: in development, with Vite's server. */
const bridge = Symbol.for('execscope');
const shared = globalThis as unknown as Record<symbol, unknown>;
beforeAll(() => {
	shared[bridge] = { guard: createGuard({ port: 8080 }), cluster: { recordings: '/nowhere' } };
});
afterAll(() => void delete shared[bridge]);

async function answer(id: string, host: string): Promise<Response> {
	const request = new Request(`http://127.0.0.1:8080${id}`, { headers: { host } });
	const event = { request, route: { id }, locals: {} };
	const resolve = () => new Response('reached');
	return handle({ event, resolve } as unknown as Parameters<typeof handle>[0]);
}

it.each([
	['an answer', '/', '127.0.0.1:8080', 200],
	['a refusal', '/api/ticket', '127.0.0.1:8080', 403],
	['a refusal of a rebound name', '/', 'evil.example:8080', 421],
	['a refusal of a route without a rule', '/new', '127.0.0.1:8080', 403]
])('%s carries every header that keeps other pages out', async (_what, id, host, status) => {
	const response = await answer(id, host);
	expect(response.status).toBe(status);
	expect(await response.text()).not.toMatch(status === 200 ? /^$/ : /reached/);
	for (const [name, value] of Object.entries(securityHeaders))
		expect(response.headers.get(name)).toBe(value);
	expect([...response.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
});
