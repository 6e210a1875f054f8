import type * as Crypto from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createGuard } from '../../src/lib/server/guard.ts';
import { clientConfig } from '../../src/lib/server/kubeconfig.ts';
import https from 'node:https';
import { startLab } from '../support/lab.ts';

/**
 * Whoever measures how long a refusal takes. A clock would only make this test fail at times; what is counted is the
 * work: as many whole comparisons in constant time for a good secret, a nearly good one and none at all.
 */
const compared: [number, number][] = [];
const contents: string[] = [];
vi.mock('node:crypto', async (original) => {
	const crypto = await original<typeof Crypto>();
	const timingSafeEqual: typeof crypto.timingSafeEqual = (a, b) => {
		compared.push([a.byteLength, b.byteLength]);
		for (const side of [a, b]) contents.push(Buffer.from(side as Uint8Array).toString('latin1'));
		return crypto.timingSafeEqual(a, b);
	};
	return { ...crypto, timingSafeEqual };
});
beforeEach(() => void compared.splice(0));

/** The comparisons that this makes. */
function work(act: () => unknown): [number, number][] {
	compared.splice(0);
	act();
	return [...compared];
}

describe('a guard with ten links', () => {
	const guard = createGuard({ port: 8080 });
	const tokens = Array.from({ length: 10 }, () => guard.link().split('#t=')[1]!);

	it('looks at all of them, whole, whichever token is shown', () => {
		const wrong = [`${tokens[0]!.slice(0, -1)}!`, tokens[0]!.slice(1), 'x', ''];
		const expected = tokens.map(() => [64, 64]);
		for (const token of [...wrong, tokens[9], tokens[4], tokens[0]])
			expect(work(() => guard.signIn(token))).toEqual(expected);
	});

	it('keeps no token as it is, for a comparison or a heap dump to give away', () => {
		contents.splice(0);
		guard.signIn('a wrong one');
		expect(contents).toHaveLength(20);
		for (const each of contents) expect(each).toMatch(/^[0-9a-f]{64}$/);
	});

	it('looks at all cookies and tickets', () => {
		const guard = createGuard({ port: 8080 });
		const own = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' };
		const sessions = Array.from({ length: 5 }, () => {
			const signed = guard.signIn(guard.link().split('#t=')[1]);
			if (!('cookie' in signed)) throw new Error(signed.message);
			return { ...own, cookie: `${guard.cookieName}=${signed.cookie}` };
		});
		const wrong = { ...own, cookie: `${guard.cookieName}=x` };
		for (const headers of [sessions[0]!, sessions[4]!, wrong])
			expect(work(() => guard.role(headers))).toHaveLength(5);
		const tickets = sessions.map((headers) => {
			const made = guard.ticket({ ...headers, 'x-execscope': '1' });
			return 'ticket' in made ? made.ticket : '';
		});
		const upgrade = (ticket: string) =>
			guard.upgrade('/live', {
				...sessions[0]!,
				'sec-websocket-protocol': `execscope, ${ticket}`
			});
		expect(work(() => upgrade('x'))).toHaveLength(10);
		expect(work(() => upgrade(tickets[0]!))).toHaveLength(10);
	});
});

it('an API server looks at all of its tokens, whichever is shown', async () => {
	const lab = await startLab();
	const ask = (token: string) =>
		new Promise<number>((resolve, reject) => {
			const headers = { Authorization: `Bearer ${token}` };
			const options = { headers, agent: false, ca: lab.cluster.pki.ca.cert };
			https
				.get(`${lab.cluster.apiserver}/version`, options, (response) => {
					response.resume();
					resolve(response.statusCode ?? 0);
				})
				.on('error', reject);
		});
	const [dev = '', nobody = ''] = ['dev', 'nobody'].map(
		(name) => clientConfig(lab.cluster.kubeconfig!, name).token
	);
	for (const [token, status] of [
		[dev, 200],
		[nobody, 200],
		[`${dev.slice(0, -1)}!`, 401],
		['x', 401]
	] as const) {
		compared.splice(0);
		expect(await ask(token)).toBe(status);
		expect(compared).toEqual([
			[32, 32],
			[32, 32]
		]);
	}
	await lab.close();
});
